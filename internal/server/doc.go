// Package server is the composition root: it opens the data, puts the domains together, serves their doors and stops
// everything in order. It is the only package that knows all others.
//
// [Run] is 'xinshu serve'. [Open] gives the same product without listeners to the other subcommands; when a server already
// runs on the data folder, they reach it through the control socket in that folder instead (see [Control]).
//
// It guarantees: one process at a time writes to a data folder; a stopping server answers what it accepted, for at most
// DrainTime.
package server
