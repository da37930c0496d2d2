// Package socket is the server side of a WebSocket (RFC 6455) and nothing above it: it accepts the HTTP upgrade, reads
// and checks frames, writes chunks of ready frames, and notices peers that are slow, dead or hostile. It knows no JSON,
// no sessions and no rooms; docs/design/0002-socket.md says why it is our own.
//
// # What it guarantees
//
//   - One message at a time per connection, in order: [Handler.Message] for the next one starts after the last returned.
//     While it runs, nothing more is read from that connection, so a peer that sends faster than it is served is held
//     back by TCP and not by memory.
//   - [Handler.Closed] is called exactly once, after the last Message, for every connection that Upgrade returned.
//   - A frame is never cut by another one: data, pings, pongs and the close frame go through one lock and one queue, and
//     after the close frame nothing is written.
//   - An idle connection has no goroutine, no timer and no buffer (Linux, no TLS in the process).
//   - A peer that does not read costs at most Options.MaxQueue bytes here, and is then closed with 4003.
//   - A peer that is silent for Options.ReadTimeout is cut, and so is one that does not finish a message in that time.
//   - A message is at most Options.MaxMessage bytes, fragments added up; all unfinished messages together are at most
//     Options.MaxPartial bytes.
//   - permessage-deflate is never negotiated: chunks are shared between connections.
//
// # Two readers behind one type
//
// On Linux a hijacked plain TCP connection leaves the runtime's poller: its descriptor is duplicated into our own epoll
// set and read by a bounded pool of workers. Every other connection (TLS in the process, a wrapped listener, another
// system) keeps one goroutine that reads, and gets a second one only while bytes wait to be written. The conformance
// suite runs over both.
//
// # Concurrency
//
// Methods of [Conn] and [Server] are safe for concurrent use. Write and Close never wait for the peer and never call the
// handler, so they may be used under the caller's locks and from inside Message. Lock order: Conn.mu before
// Server.mu; nobody holds two connections' locks.
package socket
