// Package xinshu holds the words that every other package speaks: typed ids, the actor, error codes, limits, time and events.
// It imports the standard library only.
package xinshu
