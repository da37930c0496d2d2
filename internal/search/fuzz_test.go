package search_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/search"
	"github.com/xinshu-im/xinshu/internal/text"
)

func textOf(t testing.TB, m message.Message) string {
	t.Helper()
	var c struct{ Text string }
	if err := json.Unmarshal(m.Content, &c); err != nil {
		t.Fatal(err)
	}
	return c.Text
}

// FuzzFind: no query breaks the index's query language, and each finds what it says.
func FuzzFind(f *testing.F) {
	for _, q := range append(slices.Clone(pieces), `"a" OR b`, `stream : x`, `tags:"c0"`, "x*", "NEAR(a b)", "-", `""`, "'", `\`, "a AND NOT b", "^a", "\x00",
		"1 & 2 | !3 <-> 4:*", strings.Repeat("a ", 16), strings.Repeat("报", 256), "{", "c01h455vb4pex5", "x报", "%", "_", "$1", "?1") {
		f.Add(q)
	}
	b := sqliteBundle(f)
	p := b.people(1)
	g := b.group("", p...)
	texts := []string{`a OR b AND c NOT d NEAR(e f) "quoted" x* stream : tags : 'it''s'`, "报销 x报 1 & 2 | !3 <-> 4:*", "c01h455vb4pex5 % _ $1 ?1 \\ ^ { }"}
	for i := range pieces {
		texts = append(texts, pieces[i], fmt.Sprint(pieces[i], pieces[(i+1)%len(pieces)]))
	}
	for _, s := range texts {
		b.post(p[0], g, s)
	}
	b.index()
	f.Fuzz(func(t *testing.T, q string) {
		filter := search.Filter{Text: q, Limit: 200}
		parsed, bad := text.Query(q)
		r, err := b.search.Find(t.Context(), p[0], filter)
		if bad != nil {
			if xinshu.CodeOf(err) != xinshu.CodeOf(bad) {
				t.Fatalf("%q: %v, want %v", q, err, bad)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", q, err)
		}
		want := 0
		for _, s := range texts {
			if text.Matches(s, parsed) {
				want++
			}
		}
		if len(r.Hits) != want {
			t.Errorf("%q finds %d, want %d", q, len(r.Hits), want)
		}
		if _, err := b.search.Find(t.Context(), p[0], search.Filter{Text: "a", Limit: 1, Cursor: q}); q != "" && xinshu.CodeOf(err) != xinshu.Invalid {
			t.Errorf("cursor %q: %v", q, err)
		}
	})
}
