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
// Doc gives the tokens of a text in order. A Term of a parsed query is looked up so:
//
//	Single                    every token that begins with its one character
//	one atom                  that token; with Prefix, every token that begins with it
//	several atoms             adjacent tokens; with Prefix, the last is a beginning
//
// A run of two ideographs is thereby found exactly where it stands as a substring, by one lookup; a longer one by its pairs, which
// an index without places proposes and [Matches] confirms. Since a token begins at every character of a run, a single one needs
// nothing of its own in the index. Terms are joined by AND; those with Not are taken out.
//
// Tokens hold no ASCII but a–z and 0–9, no white space, no quotes, no backslash and no NUL. They are compared by their bytes.
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
// takes Doc 2 µs without allocation and Tokens 3.5 µs (BenchmarkDoc, BenchmarkTokens; one core of an AMD EPYC, Go 1.26). A
// name has 14 keys on average and 96 at most. All functions are safe for concurrent use; a Doc belongs to one goroutine.
package text
