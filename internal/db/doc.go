// Package db keeps the product's data on SQLite or PostgreSQL behind one way to read and one way to write.
//
// It owns connections, transactions, group commit, migrations and everything in which the two engines differ; no other
// package names a SQL driver. SQL is written once, with ?1 placeholders; see [Tx].
//
// What it guarantees:
//   - [DB.Write] returns nil only after the transaction is on stable storage (synchronous=FULL, fsync before the return).
//   - On SQLite transactions that arrive together share one physical commit. Each runs in a savepoint of its own: one that
//     fails takes nothing of the others with it. If the physical commit fails, every act in it fails with a retryable
//     [xinshu.Unavailable] and nothing of it is stored. An fsync error ends the process: what the kernel kept is unknown.
//   - No commit on SQLite moves the log into the database file: that happens beside the writer, which waits only for its end.
//   - A transaction that has begun is not interrupted when its caller goes away; one that still waits is dropped.
//   - Hooks given to [Tx.AfterCommit] run after the commit, in commit order on SQLite.
//
// Concurrency: all methods of [DB] and [Group] may be called from any goroutine. A [Tx] belongs to the function that got it.
// Bodies of transactions do no I/O of their own and do not call the DB: on SQLite there is one writer and it would wait for
// itself.
//
// It must not know: any table of the domains, people, access.
package db
