package search_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/search"
)

func TestEditsAndRecalls(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		g := b.group("", p...)
		first := b.post(p[0], g, "the original words")
		second := b.post(p[0], g, "a secret original")
		b.index()
		b.expect(p[1], "original", second, first)

		if _, err := b.log.Edit(b.ctx, p[0], g, first, "the corrected words"); err != nil {
			t.Fatal(err)
		}
		if err := b.log.Recall(b.ctx, p[0], g, second); err != nil {
			t.Fatal(err)
		}
		b.expect(p[1], "original") // at once, even where the index does not know yet
		b.expect(p[1], "secret")
		b.index()
		b.expect(p[1], "original")
		b.expect(p[1], "corrected", first)
		b.expect(p[1], "words", first)
		b.expect(p[1], "secret")
		for _, h := range b.find(p[1], search.Filter{In: g}) {
			if h.Message.Seq == second {
				t.Error("a recalled message is found by filters")
			}
			if h.After != nil && h.After.Seq == second {
				t.Error("a recalled message is shown as context")
			}
		}
	})
}

// TestRecalledWordsLeaveTheIndex: what was recalled or edited away is not only not found, the index loses its words within a day.
func TestRecalledWordsLeaveTheIndex(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		g := b.group("", p...)
		b.post(p[0], g, "qkept")
		for range 8 {
			var seqs []int64
			for range 20 {
				seqs = append(seqs, b.post(p[0], g, "qcanary common words"))
			}
			b.index()
			if n := b.blocksWith("qcanary"); n == 0 {
				t.Fatal("the index has no such word to lose")
			}
			for i, seq := range seqs {
				var err error
				if i%2 == 0 {
					err = b.log.Recall(b.ctx, p[0], g, seq)
				} else {
					_, err = b.log.Edit(b.ctx, p[0], g, seq, "qreplaced common words")
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			b.index()
		}
		b.clock.advance(25 * time.Hour)
		b.index()
		if canary, kept := b.blocksWith("qcanary"), b.blocksWith("qkept"); canary > 0 || kept != 1 {
			t.Errorf("%d blocks have the word that was taken back, %d the word that stands", canary, kept)
		}
		if n := len(b.seqs(p[1], "qreplaced")); n != 80 {
			t.Errorf("%d of 80 edited messages are found", n)
		}
	})
}

// blocksWith counts the blocks of the index that have a word, which shares its beginning with no other.
func (b *bundle) blocksWith(word string) (n int) {
	b.t.Helper()
	b.inIndex(func(tx *db.Tx) error {
		blocks, err := db.Column[[]byte](tx, `SELECT data FROM search_block`)
		for _, data := range blocks {
			if bytes.Contains(data, []byte(word[1:])) {
				n++
			}
		}
		return err
	})
	return n
}

// TestRunIsFresh: what was posted while Run works is found within a second or two, without anybody asking for it.
func TestRunIsFresh(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		g := b.group("", p...)
		ctx, stop := context.WithCancel(b.ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.search.Run(ctx)
		}()
		defer func() { stop(); <-done }()
		for i := range 5 {
			word := fmt.Sprintf("fresh%d", i)
			b.post(p[0], g, word)
			began := time.Now()
			for len(b.seqs(p[1], word)) == 0 {
				if time.Since(began) > 20*time.Second { // other tests share the machine; bench has the promise
					t.Fatalf("%s is not found after 20 s", word)
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
	})
}

// TestRestart: closing and opening at any moment loses nothing and doubles nothing.
func TestRestart(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		g := b.group("", p...)
		var want []int64
		for i := range 30 {
			seq := b.post(p[i%2], g, fmt.Sprintf("restart number%d", i))
			want = append([]int64{seq}, want...)
			if i%7 == 3 {
				b.index()
			}
			if i%5 == 4 {
				if err := b.search.Close(); err != nil {
					t.Fatal(err)
				}
				b.open()
			}
		}
		b.index()
		b.expect(p[0], "restart", want...)
	})
}

func TestRebuild(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		g := b.group("", p...)
		old := b.post(p[0], g, "rebuild me")
		b.index()
		seq := b.post(p[0], g, "rebuild me too")
		gone := b.post(p[0], g, "rebuild without me")
		if err := b.log.Recall(b.ctx, p[0], g, gone); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := b.search.Rebuild(b.ctx, &out); err != nil {
			t.Fatal(err)
		}
		b.index()
		b.expect(p[1], "rebuild", seq, old)
		if !strings.Contains(out.String(), "entries") {
			t.Errorf("progress: %q", out.String())
		}
	})
}

// TestBrokenFile: a file that is missing, is no database, or is of another format is made anew.
func TestBrokenFile(t *testing.T) {
	t.Parallel()
	breaks := map[string]func(t *testing.T, b *bundle){
		"missing": func(t *testing.T, b *bundle) {
			for _, suffix := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(b.file + suffix); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
		},
		"garbage": func(t *testing.T, b *bundle) {
			if err := os.WriteFile(b.file, bytes.Repeat([]byte("garbage "), 4096), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"another format": func(t *testing.T, b *bundle) { alter(t, b, `UPDATE search_state SET format = 999`) },
		"another schema": func(t *testing.T, b *bundle) { alter(t, b, `UPDATE db_migration SET hash = 'other'`) },
		"ahead of the store": func(t *testing.T, b *bundle) {
			alter(t, b, `UPDATE search_state SET cursor_pos = cursor_pos + 1000000`)
		},
	}
	for name, harm := range breaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := sqliteBundle(t)
			p := b.people(2)
			g := b.group(conversation.HistoryAll, p...)
			seq := b.post(p[0], g, "survivor")
			b.index()
			if err := b.search.Close(); err != nil {
				t.Fatal(err)
			}
			harm(t, b)
			b.open()
			b.index()
			b.expect(p[1], "survivor", seq)
		})
	}
}

// alter changes the index behind the product's back.
func alter(t *testing.T, b *bundle, statement string) {
	t.Helper()
	d, err := db.Open(b.ctx, db.Options{URL: "sqlite:" + b.file})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(b.ctx, func(tx *db.Tx) error { _, err := tx.Exec(statement); return err }); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
