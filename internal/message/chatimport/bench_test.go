package chatimport_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/message/chatimport"
)

// BenchmarkImport measures P30, a million messages of 200 bytes that 1,000 conversations said at the same time:
//
//	go test -run xxx -bench Import -benchtime 1x -timeout 1h ./internal/message/chatimport/
func BenchmarkImport(bench *testing.B) {
	const messages, conversations = 1_000_000, 1_000
	path := filepath.Join(bench.TempDir(), "chat.jsonl")
	out, err := os.Create(path)
	if err != nil {
		bench.Fatal(err)
	}
	w := bufio.NewWriter(out)
	for p := range 200 {
		fmt.Fprintf(w, `{"type":"person","key":"p%d","name":"Author %d"}`+"\n", p, p)
	}
	for c := range conversations {
		fmt.Fprintf(w, `{"type":"conversation","key":"c%d","kind":"group","name":"Group %d","members":["lina","zhangwei"]}`+"\n", c, c)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range messages {
		fmt.Fprintf(w, `{"type":"message","conversation":"c%d","id":"m%d","sender":"p%d","sent_at":"2024-05-%02dT%02d:%02d:%02dZ","text":"消息 %d: %x"}`+"\n",
			r.IntN(conversations), i, r.IntN(200), 1+i*28/messages, i/60_000%24, i/1_000%60, i/17%60, i, [11]uint64{uint64(i), r.Uint64(), r.Uint64(), r.Uint64()})
	}
	if err := w.Flush(); err != nil {
		bench.Fatal(err)
	}
	if err := out.Close(); err != nil {
		bench.Fatal(err)
	}
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		bench.Run(string(engine), func(bench *testing.B) {
			for bench.Loop() {
				bench.StopTimer()
				b := newBundle(bench, dbtest.Open(bench, engine, steps()))
				b.chat = chatimport.New(chatimport.Options{DB: b.db, Clock: b.clock, Org: b.org, Conversations: b.conv, Messages: b.log})
				in, err := os.Open(path)
				if err != nil {
					bench.Fatal(err)
				}
				bench.StartTimer()
				rep, err := b.chat.Import(b.ctx, system, in, io.Discard, request)
				if err != nil || rep.Messages != messages {
					bench.Fatalf("%+v, %v", rep, err)
				}
				bench.StopTimer()
				if err := in.Close(); err != nil {
					bench.Fatal(err)
				}
				bench.StartTimer()
			}
			bench.ReportMetric(float64(messages)*float64(bench.N)/bench.Elapsed().Seconds(), "messages/s")
		})
	}
}
