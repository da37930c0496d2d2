// Package realtime owns the connected clients: it answers their operations on the stream and brings them the events of
// committed acts.
//
// What it guarantees:
//   - An event of a conversation reaches only sessions of people who are members in the event's transaction: it carries the
//     conversation's member_rev, and a [Hub] that knows an older list of members reads it anew before it delivers.
//   - Receipts of messages from before a member's window do not reach her.
//   - A session that ended gets nothing more and can do nothing more from the moment the ending is published.
//   - The answer to hello precedes every event that came after the state it describes; nothing is lost between the two.
//   - The bytes of an event are encoded once and shared by all sessions.
//   - A client that does not read is closed with 4003 and costs at most the socket's queue. Events are an aid: whoever misses
//     one sees a jump in seq or rev and asks the store.
//
// Concurrency: a session belongs to one shard, whose goroutine alone touches its place in rooms. Everything reaches a shard
// through its inbox. Publishing never blocks on clients or on the database.
//
// It must not know: rules about messages and conversations, SQL.
package realtime
