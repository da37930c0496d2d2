//go:build race

package demo_test

// raceDetector says whether the tests were built with -race.
const raceDetector = true
