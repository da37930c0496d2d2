// Package bench is the load generator behind 'xinshu bench': it prepares people and conversations on a server that runs with
// --bench, puts load on it through the public protocol, verifies what is delivered and prints figures as JSON.
//
// Rates are measured at saturation (closed loop, a fixed number of messages outstanding) or at a fixed rate (open loop: a
// message's clock starts when it is due, so a slow server does not slow the question down). Beside every figure stands the
// server's CPU time per unit, read from /proc when the server is on this machine.
//
// It must not know: the server's insides. It speaks HTTP and WebSocket only, with a client of its own that does as little as
// possible per frame, because client and server share the machine.
package bench
