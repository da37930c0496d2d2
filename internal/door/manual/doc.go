// Package manual makes the page about the API that people read, /api/docs, out of the registry of doors and the types behind it.
//
// It guarantees that every door that is not hidden stands on the page, with the fields that the server really takes and gives:
// nothing of it is written by hand but the sentences. The page is one HTML text and one stylesheet, holds no script, and loads
// nothing from elsewhere.
//
// Concurrency: [Page] may be called from anywhere; it reads the registry only.
//
// It must not know: any domain. The stream describes itself with [Stream].
package manual
