// Package blob owns the bytes of files: objects that are named by the SHA-256 of their content.
//
// What it guarantees:
//   - An object that [Store.Put] returned is durable: its content and the folder entries that lead to it are forced to disk.
//   - Equal contents are stored once. An object never changes; what is read is what was named.
//   - [Store.Hold] and [Store.Drop] count references in the caller's transaction. An object that nobody holds stays for [Grace]
//     and is then removed by [Store.Sweep]; one that was put and never held, because the process died between, goes the same way.
//
// Where the bytes are is behind [Objects]; blobtest holds the suite that every implementation passes. [Disk] keeps them in two
// levels of folders.
//
// Concurrency: everything may be used from any goroutine of one process. Several processes on one folder are not foreseen: the
// server locks its data folder.
//
// It must not know: who may read an object, names, types, uploads.
package blob
