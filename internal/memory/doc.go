// Package memory owns how much memory the process may use and refuses work that would not fit: a server that is asked for more than it
// can hold says so and stays, instead of being killed by the kernel.
//
// Two bounds stand together. A [Budget] counts what requests under way are known to hold (bodies, large answers, posts that wait for
// the writer) and never grants more than its room. And while the memory in use as the kernel counts it is near the limit, nothing is
// granted at all. Refusals are [xinshu.Unavailable] and say when to come again. Safe for concurrent use; a nil Budget grants everything.
//
// It must not know what the memory is for.
package memory
