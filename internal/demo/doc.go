// Package demo owns the example company: 云岭智造集团 (Yunling), a manufacturing and software group that does not exist.
//
// It is content, not mechanism. The files below content/ hold the organisation, hand-written dialogue scenes and routine threads with
// slots for numbers; Build turns them into a Company of plain structs whose last eight weeks end at a given moment. Everything was
// written for this product: no corpora, no real companies, no real persons. E-mail addresses are below the reserved top-level domain
// "example"; mobile numbers have a valid shape and an obviously invented middle.
//
// Guarantees, held by the tests: the same seed and the same moment give the same company; five levels of departments; exactly one
// primary membership per person; one chief without a manager and no cycle above anybody; every author is a member; messages of a
// conversation are strictly ordered and in the past; every text stays inside the product's limits.
//
// Load puts the company into an empty database through the domains' services. It replays each conversation under a clock that follows
// the story, so that creation, pins, edits, recalls and receipts carry the time at which they happened; nothing is written past the
// domains. Which company was begun is remembered in the data folder, so that an interrupted filling is completed by the next start.
//
// It must not know: SQL, HTTP, how ids are made. Codes (PersonCode and its like) are stable names that Load maps to ids. Build and
// everything below it knows no other package of the product.
//
// Concurrency: Build may be called from any goroutine. Load is called once, before anybody is served.
//
// # How the content is written
//
// A scene (content/scenes) is a block of lines:
//
//	# backend -3w5 15:20            conversation, when: week and weekday, or "-12 09:40" working days back, or "09:40" anywhere
//	张伟: 谁动了 @唐若溪 的分支？      speaker, text; @ and an alias is a mention, @所有人 or @all is everyone
//	唐若溪 >1 +4: 我，已经合了。       >1 quotes line 1 of the scene, +4 waits four minutes, @16:30 or @+1d/09:10 jumps
//	| 第二行                          a further line of the same text
//	~ 👍 张伟 高远                    reactions of the line above; also "~ edit TEXT BEFORE", "~ recall", "~ pin"
//
// A routine (content/routines) begins with "% conversation rate=1.5 from=09:00 to=17:30" and holds threads, separated by empty lines,
// that are drawn without repetition. Speakers A to E are drawn from the conversation or from the pool named in the header.
// Both may use slots: {n=10..90} {n} {w+1} {d-2} {a|b|c} {$part} {(x-y)} {#ticket}; see slots.go.
package demo
