//go:build acceptance

package search_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/message/chatimport"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/search"
	"github.com/xinshu-im/xinshu/internal/text"
)

const (
	wantMessages = 250_000
	dialogues    = 12_000 // of the 24,000
	readable     = 300    // dialogues that the searcher is in
)

// TestAcceptanceRealChats imports a quarter of a million messages that people wrote, in Chinese dialogues and English channels, and
// finds in them what reading everything finds.
func TestAcceptanceRealChats(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			d := dbtest.Open(t, engine, slices.Concat(steps(), chatimport.Migrations()))
			b := newBundle(t, d)
			var reader, keeper xinshu.Actor
			err := d.Write(b.ctx, func(tx *db.Tx) (err error) {
				if reader.Person, err = b.org.AddPerson(tx, system, org.PersonDraft{Name: "Reader", Login: "reader", Status: org.Active}); err != nil {
					return err
				}
				keeper.Person, err = b.org.AddPerson(tx, system, org.PersonDraft{Name: "Keeper", Login: "keeper", Status: org.Active})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			f := newFixture(t)
			chat := chatimport.New(chatimport.Options{DB: d, Clock: b.clock, Org: b.org, Conversations: b.conv, Messages: b.log})
			in, err := os.Open(f.path)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			began := time.Now()
			rep, err := chat.Import(b.ctx, system, in, os.Stderr, chatimport.Request{Source: "real", Size: f.size, Owner: keeper.Person})
			if err != nil {
				t.Fatal(err)
			}
			if rep.BadLines > 0 {
				t.Errorf("%d bad lines: %v", rep.BadLines, rep.Bad[:min(10, len(rep.Bad))])
			}
			took := time.Since(began)
			t.Logf("%s: %d messages and %d conversations imported in %s, %.0f messages per second", engine, rep.Messages, rep.Conversations, took,
				float64(rep.Messages)/took.Seconds())
			if rep.Messages != int64(f.messages) || f.messages < wantMessages {
				t.Fatalf("imported %d of %d", rep.Messages, f.messages)
			}
			began = time.Now()
			b.index()
			took = time.Since(began)
			t.Logf("%s: indexed in %s, %.0f per second", engine, took, float64(f.messages)/took.Seconds())
			for _, q := range []string{"焦虑", "税", "報銷", "报销", "心理咨询", "高考", "ubuntu", "kernel", "kern", "apt-get", "sudo apt", `"hard drive"`, "xorg.conf",
				"女朋友 -男朋友", "C++", "lol", "installa", "192.168.1", "抑郁症 医生", "ü", "zzzz"} {
				p, err := text.Query(q)
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]int{}
				n := 0
				for _, s := range f.mine {
					if text.Matches(s, p) {
						want[s]++
						n++
					}
				}
				began := time.Now()
				hits := b.find(reader, search.Filter{Text: q, Limit: 200})
				took := time.Since(began)
				for _, h := range hits {
					want[textOf(t, h.Message)]--
				}
				for s, left := range want {
					if left != 0 {
						t.Errorf("%q: %d hits too few of %.80q", q, left, s)
						break
					}
				}
				if len(hits) != n {
					t.Errorf("%q: %d hits, want %d", q, len(hits), n)
				}
				t.Logf("%s: %q: %d hits on all pages in %s", engine, q, n, took.Round(100*time.Microsecond))
			}
		})
	}
}

// fixture is the file made from the real data.
type fixture struct {
	path     string
	size     int64
	messages int
	mine     []string // texts of what the reader may read
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	data := os.Getenv("XINSHU_TESTDATA")
	if data == "" {
		t.Fatal("XINSHU_TESTDATA names no folder of real data; run: make acceptance")
	}
	f := &fixture{path: filepath.Join(t.TempDir(), "chat.jsonl")}
	out, err := os.Create(f.path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(out)
	f.dialogues(t, w, filepath.Join(data, "chat", "smile"))
	f.channels(t, w, filepath.Join(data, "chat", "ubuntu-irc"))
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	st, err := out.Stat()
	if err != nil {
		t.Fatal(err)
	}
	f.size = st.Size()
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return f
}

func put(t *testing.T, w *bufio.Writer, fields map[string]any) {
	t.Helper()
	line, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}

// usable says whether a text can be a message at all; the data has a few lines of control characters.
func usable(s string) bool {
	return strings.TrimSpace(s) != "" && text.ValidText(s, xinshu.MaxText) == nil
}

func eachLine(t *testing.T, pattern string, fn func(line []byte)) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: nothing there (%v)", pattern, err)
	}
	for _, p := range paths {
		in, err := os.Open(p)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(z)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			fn(sc.Bytes())
		}
		if err := sc.Err(); err != nil {
			t.Fatal(err)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func (f *fixture) dialogues(t *testing.T, w *bufio.Writer, folder string) {
	t.Helper()
	put(t, w, map[string]any{"type": "person", "key": "client", "name": "来访者"})
	put(t, w, map[string]any{"type": "person", "key": "counsellor", "name": "咨询师"})
	at := time.Date(2024, 1, 1, 8, 0, 0, 0, time.UTC)
	seen := map[string]int{}
	eachLine(t, filepath.Join(folder, "*.jsonl.gz"), func(line []byte) {
		var m struct {
			C, R, T string
			I       int
		}
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		n, known := seen[m.C]
		if !known {
			n = len(seen)
			seen[m.C] = n
		}
		if n >= dialogues || !usable(m.T) {
			return
		}
		key := "d" + m.C
		if !known {
			members := []string{}
			if n < readable {
				members = append(members, "reader")
			}
			put(t, w, map[string]any{"type": "conversation", "key": key, "kind": "group", "name": "对话 " + m.C, "members": members})
		}
		at = at.Add(97 * time.Second)
		put(t, w, map[string]any{"type": "message", "conversation": key, "id": fmt.Sprint(m.I), "sender": []string{"client", "counsellor"}[m.I%2],
			"sent_at": at.Format(time.RFC3339), "text": m.T})
		f.messages++
		if n < readable {
			f.mine = append(f.mine, m.T)
		}
	})
}

func (f *fixture) channels(t *testing.T, w *bufio.Writer, folder string) {
	t.Helper()
	known := map[string]bool{}
	n := 0
	eachLine(t, filepath.Join(folder, "*.txt.gz"), func(line []byte) {
		file, rest, _ := strings.Cut(string(line), "\t")
		clock, rest, _ := strings.Cut(strings.TrimPrefix(rest, "["), "] <")
		nick, said, ok := strings.Cut(rest, "> ")
		if !ok || f.messages >= wantMessages+10_000 || !usable(said) || !usable(nick) {
			return // somebody came or went
		}
		day := file[:min(10, len(file))]
		at, err := time.Parse("2006-01-02 15:04", day+" "+clock)
		if err != nil {
			if at, err = time.Parse("15:04", clock); err != nil {
				return
			}
			at = at.AddDate(2006, 0, 0)
		}
		channel := file[:4]
		if !known["c"+channel] {
			known["c"+channel] = true
			put(t, w, map[string]any{"type": "conversation", "key": channel, "kind": "channel", "name": "IRC " + channel, "members": []string{"reader"}})
		}
		if !known["p"+nick] {
			known["p"+nick] = true
			put(t, w, map[string]any{"type": "person", "key": "irc:" + nick, "name": nick})
		}
		n++
		put(t, w, map[string]any{"type": "message", "conversation": channel, "id": fmt.Sprint(n), "sender": "irc:" + nick, "sent_at": at.UTC().Format(time.RFC3339), "text": said})
		f.messages++
		f.mine = append(f.mine, said)
	})
}
