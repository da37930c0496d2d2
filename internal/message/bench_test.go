package message_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/message"
)

// text200 is the message of the promises: 7 × 28 + 2 = 198 bytes.
var text200 = strings.Repeat("明天上午十点开会。 ", 7) + "ok"

// cpu is the CPU time that the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchmark(b *testing.B, engine db.Engine) *bundle {
	d := dbtest.Open(b, engine, steps())
	x := newBundle(b, d)
	x.bus.Subscribe(func(xinshu.Event) {
		x.mu.Lock()
		x.events = x.events[:0]
		x.mu.Unlock()
	})
	return x
}

// groups makes n groups of size people each.
func (b *bundle) groups(n, size int) (ids []xinshu.ConversationID, people []xinshu.Actor) {
	people = b.people(size)
	for range n {
		ids = append(ids, b.group(people...))
	}
	return ids, people
}

// BenchmarkPost: senders with one post outstanding each, in 200 groups of ten.
func BenchmarkPost(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		for _, senders := range []int{1, 20, 200} {
			b.Run(fmt.Sprintf("%s/%d", engine, senders), func(b *testing.B) {
				x := benchmark(b, engine)
				ids, people := x.groups(200, 10)
				var n atomic.Int64
				began := cpu()
				b.ResetTimer()
				var wg sync.WaitGroup
				for w := range senders {
					wg.Go(func() {
						for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
							d := message.Draft{Conversation: ids[w%200], ClientID: fmt.Sprintf("%08x-%04x-7000-8000-%012x", i>>16, i&0xffff, w), Text: text200}
							if _, err := x.log.Post(x.ctx, people[w%10], d); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
				b.ReportMetric(float64((cpu()-began).Microseconds())/float64(b.N), "cpu-µs/post")
			})
		}
	}
}

// BenchmarkImport: batches of 500 into one conversation.
func BenchmarkImport(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			x := benchmark(b, engine)
			ids, people := x.groups(1, 10)
			const size = 500
			n := 0
			for b.Loop() {
				items := make([]message.Imported, size)
				for i := range items {
					n++
					items[i] = message.Imported{Conversation: ids[0], ClientID: fmt.Sprintf("%08x-0000-7000-8000-000000000000", n), Author: people[n%10].Person, SentAt: 1e12, Text: text200}
				}
				if _, err := x.log.ImportBatch(x.ctx, system, items); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// filled is a company in which ten people have 500 conversations with 20 messages each; the first of them wrote none.
func filled(b *testing.B, engine db.Engine) (*bundle, []xinshu.ConversationID, []xinshu.Actor) {
	x := benchmark(b, engine)
	ids, people := x.groups(500, 10)
	for n, id := range ids {
		items := make([]message.Imported, 20)
		for i := range items {
			items[i] = message.Imported{Conversation: id, ClientID: fmt.Sprint(n, " ", i), Author: people[1+i%9].Person, SentAt: 1e12, Text: text200}
		}
		if _, err := x.log.ImportBatch(x.ctx, system, items); err != nil {
			b.Fatal(err)
		}
	}
	return x, ids, people
}

// BenchmarkHello: a person with 500 conversations comes back after nothing, after ten changes, or for the first time.
func BenchmarkHello(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		x, ids, people := filled(b, engine)
		for who, name := range []string{"list500", "list500own"} { // own: her own messages are among the unread and must be counted out
			b.Run(string(engine)+"/"+name, func(b *testing.B) {
				for b.Loop() {
					heads, _, err := x.conv.List(x.ctx, people[who], conversation.ListFilter{Limit: 500})
					if err != nil || len(heads) != 500 || heads[0].Unread == 0 {
						b.Fatal(len(heads), err)
					}
				}
			})
		}
		hello, err := x.conv.HelloHeads(x.ctx, people[1], "")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(engine)+"/resume0", func(b *testing.B) {
			for b.Loop() {
				if h, err := x.conv.HelloHeads(x.ctx, people[1], hello.Cursor); err != nil || h.Full || len(h.Heads) != 0 {
					b.Fatal(h, err)
				}
			}
		})
		for _, id := range ids[:10] {
			x.post(people[2], id, text200)
		}
		if _, err := x.conv.Read(x.ctx, people[1], ids[20], 5); err != nil {
			b.Fatal(err)
		}
		b.Run(string(engine)+"/resume11", func(b *testing.B) {
			for b.Loop() {
				if h, err := x.conv.HelloHeads(x.ctx, people[1], hello.Cursor); err != nil || h.Full || len(h.Heads) != 11 {
					b.Fatal(len(h.Heads), err)
				}
			}
		})
	}
}

// BenchmarkHistory: the newest page of 50.
func BenchmarkHistory(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			x := benchmark(b, engine)
			ids, people := x.groups(1, 10)
			for n := range 20 {
				items := make([]message.Imported, 1000)
				for i := range items {
					items[i] = message.Imported{Conversation: ids[0], ClientID: fmt.Sprint(n, " ", i), Author: people[i%10].Person, SentAt: 1e12, Text: text200}
				}
				if _, err := x.log.ImportBatch(x.ctx, system, items); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				items, _, err := x.log.History(x.ctx, people[0], ids[0], message.Page{Before: 10_000, Limit: 50})
				if err != nil || len(items) != 50 {
					b.Fatal(len(items), err)
				}
			}
		})
	}
}

// BenchmarkUnread: the counts of one conversation with 10,000 unread messages, own and mentioning ones among them.
func BenchmarkUnread(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			x := benchmark(b, engine)
			ids, people := x.groups(1, 10)
			for n := range 10 {
				items := make([]message.Imported, 1000)
				for i := range items {
					items[i] = message.Imported{Conversation: ids[0], ClientID: fmt.Sprint(n, " ", i), Author: people[1+i%9].Person, SentAt: 1e12, Text: text200}
				}
				if _, err := x.log.ImportBatch(x.ctx, system, items); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if h := x.head(people[0], ids[0]); h.Unread != 10_000 {
					b.Fatal(h.Unread)
				}
			}
		})
	}
}
