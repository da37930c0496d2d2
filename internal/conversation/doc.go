// Package conversation owns conversations, their members, everybody's read state, and the order of each conversation's log.
// It is the access door: whoever wants to read or post asks [Service.ForReading] or [Service.ForPosting] here.
//
// What it guarantees:
//   - seq starts at 1 and has no holes; rev counts every change that members can see, without holes. Both are given out
//     under the conversation's lock ([Service.Lock]), which is held until the commit, so their order is the commit order.
//   - Every rev is one link of the conversation's hash chain: hash(rev) = SHA-256(hash(rev-1) ‖ seq ‖ rev ‖ digest).
//   - Membership counts in the transaction that asks: after the commit that removes somebody nothing is given to her.
//   - A group or channel that has members has an owner. Its last owner may leave: the oldest admin, else the oldest
//     member, becomes owner in the same transaction. A conversation that nobody is left in is archived.
//   - Creating is idempotent for ever by (client_id, creator); two people have one direct conversation.
//   - Unread and mention counts are exact: they leave out own, system and recalled messages and what was before joining.
//
// What newcomers may read is decided when they join, by the conversation's history setting: "all", or "joined" (only what
// comes after). Joining again is joining: the window, the read state and the receipts begin anew; what was readable
// before leaving is readable again only where the history is "all". Who has left a group or channel reads nothing.
//
// Concurrency: a [Service] may be used from any goroutine. Locks are taken in this order: conversation heads by id, then
// members by (conversation, person), then person_state by id.
//
// It must not know: what a message says (the log hands in what lists show), sockets, search. Whether a person is suspended
// is identity's business: she has no session.
package conversation
