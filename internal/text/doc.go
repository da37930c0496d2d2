// Package text decides when two pieces of writing are the same. It owns the one token function that index and query share, the
// keys under which people are found by name and pinyin, and what counts as valid text. It must not know databases, people or
// messages; it imports the root package, the standard library and golang.org/x/text only.
//
// # Folding
//
// Fold is the form in which everything is compared: NFKC, no invisible characters, no accents on Latin and Greek letters, lower
// case, traditional ideographs as simplified ones. FoldMap also leads back to the original, so that a match on folded text
// (highlights, content rules) can be shown in what was written.
//
// # Tokens
//
// Folded text is cut into runs of three classes:
//
//   - Scripts without spaces between words (ideographs, kana, Hangul, Thai …) and emoji: the n characters of a run give n
//     tokens, each pair of neighbours and then the last character alone. 报销单 gives "报销 销单 单".
//   - Words: letters, digits and marks of all other scripts, cut at everything else, so that v2.3, foo_bar, li.ming@corp.cn,
//     10.0.0.12 and PO-2024-0031 are adjacent words, found as a whole (a phrase) and by their parts. Words of more than 64
//     characters are cut into adjacent pieces of 64.
//   - "+", "++" and "#" directly behind a word are tokens of their own (C++, C#, A+), written full-width in the index.
//
// # How an index uses them
//
// Doc gives two strings of tokens for two columns, say stream and singles. A Term of a parsed query is looked up so:
//
//	Single                    its one character in singles
//	one atom                  that token in stream; with Prefix, every token that begins with it
//	several atoms             a phrase of adjacent tokens in stream; with Prefix, the last is a beginning
//
// Singles need no positions: in FTS5 a table of their own with detail='none' takes a third of the space (14 against 43 MB for
// 273,612 messages of 66 MB, whose stream takes 70 MB).
//
// A run of two ideographs and more is thereby found exactly where it stands as a substring, and a single one by one lookup
// without a scan of prefixes. Terms are joined by AND; those with Not are taken out.
//
// Tokens hold no ASCII but a–z and 0–9, no white space, no quotes, no backslash and no NUL. Everything else is beyond ASCII, so
// an index must take every such character for part of a token:
//
//   - SQLite FTS5 needs tokenize='ascii'. unicode61 is not safe: it cuts at ＋ and ＃, at emoji and at the vowel signs of Indic
//     scripts. Query tokens go between double quotes: stream : "报销 销单", stream : "weekly rep" *, singles : "税".
//   - PostgreSQL must not parse at all (to_tsvector depends on the locale). Cast instead: a tsvector literal gives each token
//     with its position, 'token':1 'token':2, a tsquery literal 'token' <-> 'token':*. Quoting is all the escaping there is.
//     Positions above 16,383 count as 16,383 and a token keeps 256 of them, so cut long texts into rows of at most 16,000
//     tokens.
//
// # People
//
// NameKeys gives the strings under which a person is found; PersonQuery what to look for. Both drop separators, so a lookup is
// one range of an ordered index: key >= Key and key < PrefixEnd(Key).
//
// # Costs
//
// The two character tables are strings in the binary (0.2 MB) until first used; then 0.12 MB of heap and 0.15 ms for folding, and
// 0.5 MB and 1 ms for pinyin (BenchmarkTables). go-pinyin itself took 1.8 MB and 5 ms at every start. A message of 200 bytes
// takes Doc 2.5 µs without allocation and Tokens 3.5 µs (BenchmarkDoc, BenchmarkTokens; one core of an AMD EPYC, Go 1.26). A
// name has 14 keys on average and 96 at most. All functions are safe for concurrent use; a Doc belongs to one goroutine.
package text
