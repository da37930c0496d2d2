// Package message owns the append log of conversations: posting, editing, recalling, reactions, pins, history, and what follows
// the log. There is no second way to create a message: clients, bots, imports and system messages all pass through it.
//
// What it guarantees:
//   - [Service.Post] returns after the message is durable. It has the next seq and rev of its conversation, decided under the
//     conversation's lock, with membership checked in the same transaction.
//   - Posting is idempotent for ever by (client_id, sender, conversation): a repetition is answered with the stored message and
//     takes no seq; the same client_id with another text, type or quote is [xinshu.Conflict].
//   - Posts that arrive together share one transaction and few statements. One that is refused changes nothing for the others.
//   - Edits and recalls keep the original in message_version; what is recalled is in no answer, event or list again.
//   - Every message is a link of its conversation's chain; [Service.VerifyChain] names the first rev that does not fit.
//   - History and changes give nothing from before a member's history window. Changes give every rev; what the reader may not
//     see is "hidden", so that revs have no holes. A quote carries its excerpt to everybody who may read the quoting message.
//   - Events are published after the commit. A snapshot and the events after it come to the same as a fresh snapshot.
//
// A message is text: JSON {"type":"text","text":…} with a CommonMark subset that is data here and never interpreted. A mention is
// <@PERSONID> or <@all>; mentions of people who are not members are shown and notify nobody.
//
// Concurrency: a [Service] may be used from any goroutine. It owns one goroutine, which sends the coalesced receipt events;
// [Service.Close] ends it.
//
// It must not know: sockets, search, push; how people and departments are kept. Texts are never logged.
package message
