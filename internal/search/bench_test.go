package search_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/message"
	"github.com/xinshu-im/xinshu/internal/search"
)

const (
	benchConversations = 1_000
	benchMine          = 200 // conversations of the person who searches
	benchRounds        = 20  // parts in which each conversation's messages come in
)

// vocabulary is made up: words whose frequencies fall as in any language, of common ideographs and of Latin syllables.
type vocabulary struct {
	r       *rand.Rand
	common  *rand.Zipf
	chinese []string
	english []string
}

func newVocabulary() *vocabulary {
	r := rand.New(rand.NewPCG(1, 2))
	v := &vocabulary{r: r, common: rand.NewZipf(r, 1.1, 8, 19_999)}
	syllables := strings.Fields("ta re in con per mo si te ra no li va der ing port ser com pro dis tion ment al er ex un")
	for range 20_000 {
		w := ""
		for range 1 + r.IntN(3) {
			w += string(rune(0x4E00 + int(r.ExpFloat64()*700)%6_000))
		}
		v.chinese = append(v.chinese, w)
		w = ""
		for range 2 + r.IntN(3) {
			w += syllables[r.IntN(len(syllables))]
		}
		v.english = append(v.english, w)
	}
	return v
}

// text returns about 200 bytes: two thirds of the messages are Chinese.
func (v *vocabulary) text(mine bool) string {
	var b strings.Builder
	english := v.r.IntN(3) == 0
	for b.Len() < 20+v.r.IntN(360) {
		n := v.common.Uint64()
		switch {
		case english:
			b.WriteString(v.english[n])
			b.WriteByte(' ')
		case v.r.IntN(12) == 0:
			b.WriteString("，")
		default:
			b.WriteString(v.chinese[n])
		}
	}
	if v.r.IntN(10) == 0 {
		b.WriteString(" tenpercent")
	}
	if !mine && v.r.IntN(8) == 0 {
		b.WriteString(" 别处词 elsewhere")
	}
	return b.String()
}

// fill makes the company and its talk; person 0 is in 200 conversations, person 1 in the first of them alone.
func (b *bundle) fill() []xinshu.Actor {
	p := b.people(50)
	v := newVocabulary()
	groups := make([]xinshu.ConversationID, benchConversations)
	for i := range groups {
		members := []xinshu.Actor{p[2+i%48]}
		if i < benchMine {
			members = append(members, p[0])
		}
		if i == 0 {
			members = append(members, p[1])
		}
		groups[i] = b.group(conversation.HistoryAll, members...)
	}
	const span = 360 * 24 * time.Hour
	began := b.clock.Now().Add(-span)
	each := *benchMessages / benchConversations / benchRounds
	for round := range benchRounds {
		for i, g := range groups {
			items := make([]message.Imported, each)
			for k := range items {
				at := began.Add(time.Duration(round*each+k) * span / time.Duration(each*benchRounds))
				items[k] = message.Imported{Conversation: g, ClientID: b.clientID(), Author: p[2+v.r.IntN(48)].Person, SentAt: xinshu.MillisOf(at), Text: v.text(i < benchMine)}
			}
			if _, err := b.log.ImportBatch(b.ctx, system, items); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	return p
}

var benchMessages = flag.Int("find.messages", 1_000_000, "messages of BenchmarkFind")

var benchData = flag.String("find.data", "", "folder that keeps the million messages of BenchmarkFind/sqlite between runs; empty: a temporary one")

// benchBundle opens the company of the benchmark, and makes it if it is not there.
func benchBundle(bench *testing.B, engine db.Engine) (*bundle, []xinshu.Actor) {
	if engine == db.SQLite && *benchData != "" {
		d, err := db.Open(bench.Context(), db.Options{URL: "sqlite:" + filepath.Join(*benchData, "xinshu.db")})
		if err != nil {
			bench.Fatal(err)
		}
		bench.Cleanup(func() { _ = d.Close() })
		if err := d.Migrate(bench.Context(), steps()); err != nil {
			bench.Fatal(err)
		}
		var p []xinshu.Actor
		err = d.Read(bench.Context(), func(tx *db.Tx) error {
			ids, err := db.Column[xinshu.PersonID](tx, `SELECT id FROM person ORDER BY id`)
			for _, id := range ids {
				p = append(p, xinshu.Actor{Person: id})
			}
			return err
		})
		if err != nil {
			bench.Fatal(err)
		}
		b := newBundleAt(bench, d, filepath.Join(*benchData, "search.db"))
		if len(p) > 0 {
			return b, p
		}
		return b, b.fill()
	}
	b := newBundle(bench, dbtest.Open(bench, engine, steps()))
	return b, b.fill()
}

// BenchmarkFind measures P10 and P29; several minutes of preparation:
//
//	go test -run xxx -bench Find -benchtime 200x -timeout 1h ./internal/search/
func BenchmarkFind(bench *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		bench.Run(string(engine), func(bench *testing.B) {
			began := time.Now()
			b, p := benchBundle(bench, engine)
			bench.Logf("%s: %d messages stored in %.0f s", engine, *benchMessages, time.Since(began).Seconds())
			began = time.Now()
			b.index()
			size := int64(0)
			if st, err := os.Stat(b.file); err == nil {
				size = st.Size()
			}
			bench.Logf("%s: indexed in %.0f s, file %d MB", engine, time.Since(began).Seconds(), size>>20)
			v := newVocabulary()
			for _, c := range []struct {
				name  string
				actor xinshu.Actor
				query func(i int) string
			}{
				{"chinese2", p[0], func(i int) string { return twoOf(v.chinese[20+i*37%2_000]) }},
				{"chinese4", p[0], func(i int) string { return v.chinese[i%50] + v.chinese[(i*7)%50] }},
				{"english", p[0], func(i int) string { return v.english[20+i*37%2_000] + " " }},
				{"english_growing", p[0], func(i int) string { return v.english[20+i*37%2_000] }},
				{"beginning", p[0], func(i int) string { w := v.english[i%500]; return w[:2+i%(len(w)-2)] }},
				{"ten_percent", p[0], func(int) string { return "tenpercent" }},
				{"absent_from_only", p[1], func(int) string { return "elsewhere" }},
				{"absent_from_only_chinese", p[1], func(int) string { return "别处词" }},
				{"absent_from_200", p[0], func(int) string { return "elsewhere" }},
				{"character", p[0], func(i int) string { return string([]rune(v.chinese[i%3_000])[:1]) }},
				{"two_words", p[0], func(i int) string { return v.chinese[i%200] + " " + v.chinese[200+i%200] }},
			} {
				bench.Run(c.name, func(bench *testing.B) { measure(bench, b, c.actor, c.query) })
			}
		})
	}
}

func twoOf(w string) string {
	if r := []rune(w); len(r) > 2 {
		return string(r[:2])
	} else if len(r) == 1 {
		return w + w
	}
	return w
}

func measure(bench *testing.B, b *bundle, actor xinshu.Actor, query func(i int) string) {
	took := make([]time.Duration, bench.N)
	hits := 0
	bench.ResetTimer()
	for i := range took {
		began := time.Now()
		r, err := b.search.Find(context.Background(), actor, search.Filter{Text: query(i), Limit: 50})
		if err != nil {
			bench.Fatalf("%q: %v", query(i), err)
		}
		took[i] = time.Since(began)
		hits += len(r.Hits)
	}
	bench.StopTimer()
	slices.Sort(took)
	bench.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
	bench.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
	bench.ReportMetric(took[len(took)-1].Seconds()*1e3, "max-ms")
	bench.ReportMetric(float64(hits)/float64(len(took)), "hits")
}
