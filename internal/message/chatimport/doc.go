// Package chatimport brings the history of other systems into the log, from a file of JSON lines that docs/admin/import-chat.md
// describes. It owns what is known of earlier imports: which key of a source became which person or conversation, and how far a
// file was read.
//
// What it guarantees:
//   - Messages enter by [message.Service.ImportBatch], the same door, chain and rules as all others.
//   - Importing is idempotent by (source, key) for people and conversations and by (source, conversation, id) for messages: after a
//     crash, or with a longer file, the same import goes on and adds nothing twice.
//   - Each line is checked by itself; a bad one is named with what is wrong and leaves the others alone.
//   - Memory is bounded by the people and conversations of the file and by what is under way: 50,000 messages and the places of the
//     newest 200,000.
//   - Writes are transactions of at most 250 messages, 100 authors or 50 conversations, two at a time, so that people
//     who post meanwhile hardly wait.
//
// Concurrency: one import at a time in a process; [Service.Import] owns its workers and waits for them.
//
// It must not know: SQL of other domains, terminals, files.
package chatimport
