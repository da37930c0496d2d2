// Package search finds messages. It owns the index of what was said, follows the log to keep it fresh, and answers queries.
//
// What it guarantees:
//   - Nothing that the searcher may not read is returned or counted. Membership and history windows are read in the same
//     snapshot of the store as the messages themselves; the index only proposes, and every proposal is checked against the
//     message as it stands in the store. A recalled message is never found, an edited one only by what it says now.
//   - The index follows [message.Service.Tail] from a cursor that is stored in the same transaction as what was read: after
//     any crash nothing is missing and nothing is there twice. It is fresh within a second at 1,000 messages per second.
//   - The result is what [text.Matches] says of the readable messages, newest first, whatever the engine.
//   - A query is bounded: after 2 s of looking it answers with what it has and a cursor to go on from (partial), and it ends
//     when its caller goes away.
//   - A place in the results is sealed: nobody can read from a cursor how much there is that he may not see.
//
// On SQLite the index is a file of its own (FTS5) with its own writer; it is derived, and made anew when it is missing, broken, of
// another format, or ahead of the store. On PostgreSQL it is a table (tsvector) beside the messages.
//
// Newest first means by day, and within a day by the order in which messages came in; this differs from the order of sent_at
// only for imported messages. docs/design/0004-search.md says why and has the measurements.
//
// Concurrency: a [Service] may be used from any goroutine. [Service.Run] is the goroutine that follows; on several nodes one wins
// each step, the others notice and go on behind it.
//
// It must not know: who is whom (names come with the messages), sockets, files.
package search
