// Package search finds messages. It owns the index of what was said, follows the log to keep it fresh, and answers queries.
//
// What it guarantees:
//   - Nothing that the searcher may not read is returned or counted. Membership and history windows are read in the same
//     snapshot of the store as the messages themselves; the index only proposes, and every proposal is checked against the
//     message as it stands in the store. A recalled message is never found, an edited one only by what it says now.
//   - The index follows [message.Service.Tail] from a cursor that is stored in the same transaction as what was read: after
//     any crash nothing is missing and nothing is there twice. It is fresh within a second at 1,000 messages per second.
//   - The result is what [text.Matches] says of the readable messages, newest first (sent_at, conversation, seq), whatever the engine.
//   - A query is bounded: after 2 s of looking it answers with what it has and a cursor to go on from (partial), and it ends
//     when its caller goes away.
//   - A place in the results is sealed: nobody can read from a cursor how much there is that he may not see.
//   - The words of a text that was recalled or edited away are out of the index within a day.
//
// # The index
//
// Each step of following writes a segment: its messages are numbered from the newest on, and each term (a token of the text, the
// conversation, the sender) has the list of its messages, as differences in blocks of 4 KB. Segments never change; merges put a new one
// in the place of eight of one size, until they have some hundred thousand messages. A query opens segments when something in them may
// be the newest, meets the lists of its terms, passes over what stands in conversations that the searcher does not read by a column of
// two bytes a message, and ends with the page. docs/design/0004-search.md says why and has the measurements.
//
// The same tables are in a file of their own beside SQLite, with its own writer, and in the store on PostgreSQL. They are derived:
// made anew when they are missing, broken, of another format, or ahead of the store.
//
// Concurrency: a [Service] may be used from any goroutine. [Service.Run] is the goroutine that follows, with another that merges; on
// several nodes one wins each step and each merge, the others notice and go on behind it.
//
// It must not know: who is whom (names come with the messages), sockets, files.
package search
