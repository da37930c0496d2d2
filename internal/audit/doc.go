// Package audit keeps the trail: who did what, when, to what, from where.
//
// It owns the records, one hash chain of them per node, the signed roots over the heads of all chains, and their verification.
//
// What it guarantees:
//   - [Log.Write] appends in the caller's transaction: an act and its record are stored together or not at all.
//   - Every record holds a hash of its content and of the record before it, so a change, a removal or an insertion shows.
//   - Once a minute [Log.Run] signs (ed25519) a Merkle root over every head that moved, each root chained to the one before.
//     After that a cut tail shows too, and a chain that was written anew as a whole contradicts the older roots.
//   - [Log.Verify] needs only the database, and names the first bad record of each chain.
//
// What it cannot show: records cut within the minute before the next root, and a database in which records, roots and keys were
// all replaced by somebody who does not have the signing key, unless the public key is compared with one noted elsewhere
// (docs/admin/security.md). Somebody who holds the signing key and the database can forge both.
//
// Concurrency: all methods may be called from any goroutine; [Log.Register] only while the server is put together. On
// PostgreSQL the head of the node's chain is locked from Write to the end of the transaction, so an act calls it last.
//
// It must not know: what acts mean, people's names, passwords, message texts.
package audit
