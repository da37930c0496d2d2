// Package web holds the built web client, so that the one binary serves it.
//
// The source is TypeScript beside this file (docs/developer/web.md); `make web` builds it into dist/, which is not committed.
// Without a build the folder holds a marker only, which the server answers in words.
//
// Concurrency: read-only.
//
// It must not know: anything else of ours. How files are served (caching, headers, the content security policy) is the server's.
package web
