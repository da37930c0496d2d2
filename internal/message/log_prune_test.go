package message_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

// follower keeps the newest state of every message, as search does.
type follower struct {
	b      *bundle
	cursor message.TailCursor
	texts  map[message.Address]string
	steps  int
}

func (b *bundle) follower() *follower { return &follower{b: b, texts: map[message.Address]string{}} }

// step reads a little; false when there is nothing new.
func (f *follower) step() bool {
	f.b.t.Helper()
	entries, next, err := f.b.log.Tail(f.b.ctx, f.cursor, 5)
	if err != nil {
		f.b.t.Fatal(err)
	}
	if next == f.cursor {
		return false
	}
	for _, e := range entries {
		if m := e.Message; m != nil {
			f.texts[message.Address{Conversation: m.Conversation, Seq: m.Seq}] = m.Text
		}
	}
	f.cursor = next
	f.steps++
	return true
}

func (f *follower) follow() {
	f.b.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !f.settled(); {
		if time.Now().After(deadline) {
			f.b.t.Fatal("never at the end")
		}
	}
	for f.step() {
	}
}

// settled says that nothing below the newest entry is hidden by a running transaction of another test.
func (f *follower) settled() (ok bool) {
	err := f.b.db.Read(f.b.ctx, func(tx *db.Tx) error {
		horizon, err := tx.Horizon()
		if err != nil {
			return err
		}
		var n int64
		err = tx.Row(`SELECT count(*) FROM log_entry WHERE pos >= ?1`, horizon).Scan(&n)
		ok = n == 0
		return err
	})
	if err != nil {
		f.b.t.Fatal(err)
	}
	return ok
}

func (b *bundle) logLength() (n int64) {
	b.t.Helper()
	if err := b.db.Read(b.ctx, func(tx *db.Tx) error { return tx.Row(`SELECT count(*) FROM log_entry`).Scan(&n) }); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// TestOldLogEntriesGoAndNobodyMissesThem: the log does not grow for ever, and readers that are new, slow, away for weeks or at its end
// all know every message as it is.
func TestOldLogEntriesGoAndNobodyMissesThem(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		groups := []xinshu.ConversationID{b.group(p...), b.group(p...), b.group(p...)}
		want := map[message.Address]string{}
		say := func(n int) {
			for i := range n {
				id := groups[i%len(groups)]
				text := fmt.Sprint("text ", len(want))
				m := b.post(p[0], id, text)
				at := message.Address{Conversation: id, Seq: m.Seq}
				if want[at] = text; i%4 == 0 {
					want[at] = text + " edited"
					if _, err := b.log.Edit(b.ctx, p[0], id, m.Seq, want[at]); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		prune := func() {
			b.follower().follow() // nothing is hidden
			if err := b.log.PruneLog(b.ctx); err != nil {
				t.Fatal(err)
			}
		}
		check := func(what string, f *follower) {
			t.Helper()
			f.follow()
			for at, text := range want {
				if f.texts[at] != text {
					t.Errorf("%s: %v is %q, want %q", what, at, f.texts[at], text)
				}
			}
		}
		early, away, atEnd := b.follower(), b.follower(), b.follower()
		say(30)
		hello, err := b.conv.HelloHeads(b.ctx, p[1], "")
		if err != nil {
			t.Fatal(err)
		}
		check("early", early)
		away.step()
		say(30)
		prune()
		check("nothing was old", b.follower())
		check("at the end", atEnd)
		walking := b.follower()
		b.clock.advance(message.LogKept + time.Hour)
		if n := b.logLength(); n < 60 {
			t.Fatalf("%d entries before anything was old", n)
		}
		prune()
		if n := b.logLength(); n > 3 {
			t.Fatalf("%d entries are left of what is old", n)
		}
		steps := atEnd.steps
		check("at the end after weeks of silence", atEnd)
		if atEnd.steps != steps {
			t.Error("a reader at the end read everything again")
		}
		for range 4 {
			walking.step()
		}
		changed := message.Address{Conversation: groups[0], Seq: 2}
		for at := range want {
			if at.Conversation == walking.cursor.Conversation {
				changed = at // behind or before the walker: either way
			}
		}
		b.clock.advance(-message.LogKept) // within the window for edits
		want[changed] = "changed behind the walker"
		if _, err := b.log.Edit(b.ctx, p[0], changed.Conversation, changed.Seq, want[changed]); err != nil {
			t.Fatal(err)
		}
		b.clock.advance(message.LogKept)
		say(20)
		check("walking while it changes", walking)
		check("away for weeks", away)
		check("new", b.follower())
		slow := b.follower()
		slow.step()
		say(5)
		prune()
		b.clock.advance(message.LogKept + time.Hour)
		say(5)
		prune()
		check("slower than the log is kept", slow)
		check("early", early)
		// Hello needs no entry of the log, however old its cursor is.
		again, err := b.conv.HelloHeads(b.ctx, p[1], hello.Cursor)
		if err != nil || again.Full || len(again.Heads) != len(groups) {
			t.Errorf("hello after weeks: full %v, %d heads, %v", again.Full, len(again.Heads), err)
		}
	})
}
