// Package xinshu holds the words that every other package speaks: typed ids, the actor, error codes, limits, time and events.
//
// It owns vocabulary only: no rules, no storage, no network. It imports the standard library alone, so that every other
// package may import it. All types are plain values and safe to copy; [IDSource] is safe for concurrent use.
package xinshu
