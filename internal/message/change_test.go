package message_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/message"
)

func TestEditAndRecallKeepTheOriginal(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		id := b.group(p[:3]...)
		m := b.post(p[1], id, "secret one <@"+p[2].Person.String()+">")
		if _, err := b.log.React(b.ctx, p[2], id, m.Seq, "👍"); err != nil {
			t.Fatal(err)
		}
		reply, err := b.log.Post(b.ctx, p[2], message.Draft{Conversation: id, ClientID: "r", Text: "re", ReplyTo: m.Seq})
		if err != nil || reply.Message.ReplyTo.Excerpt != "secret one @Person C0" {
			t.Fatalf("reply: %+v %v", reply.Message.ReplyTo, err)
		}
		edited, err := b.log.Edit(b.ctx, p[1], id, m.Seq, "secret two")
		if err != nil || edited.EditedAt == 0 || len(edited.Mentions) != 0 || len(edited.Reactions) != 1 || edited.Rev != reply.Rev+1 {
			t.Fatalf("edited: %+v %v", edited, err)
		}
		if h := b.head(p[2], id); h.Mentions != 0 || h.Unread != 1 {
			t.Fatalf("after the edit: %+v", h)
		}
		again, err := b.log.Edit(b.ctx, p[1], id, m.Seq, "secret two")
		if err != nil || again.Rev != edited.Rev {
			t.Fatalf("the same again: %+v %v", again, err)
		}
		_, err = b.log.Edit(b.ctx, p[0], id, m.Seq, "not mine")
		want(t, "edit of another's", err, xinshu.Forbidden)
		_, err = b.log.Edit(b.ctx, p[3], id, m.Seq, "stranger")
		want(t, "edit by a stranger", err, xinshu.NotFound)
		want(t, "pin", b.log.Pin(b.ctx, p[1], id, m.Seq), "")
		want(t, "recall of another's by a member", b.log.Recall(b.ctx, p[2], id, m.Seq), xinshu.Forbidden)
		b.clock.advance(25 * time.Hour)
		_, err = b.log.Edit(b.ctx, p[1], id, m.Seq, "late")
		want(t, "late edit", err, xinshu.WindowClosed)
		want(t, "late recall", b.log.Recall(b.ctx, p[1], id, m.Seq), xinshu.WindowClosed)
		want(t, "recall by the owner", b.log.Recall(b.ctx, p[0], id, m.Seq), "")
		want(t, "again", b.log.Recall(b.ctx, p[1], id, m.Seq), "")
		_, err = b.log.Edit(b.ctx, p[1], id, m.Seq, "after")
		want(t, "edit after recall", err, xinshu.Forbidden)
		_, err = b.log.React(b.ctx, p[1], id, m.Seq, "👍")
		want(t, "reaction after recall", err, xinshu.Forbidden)
		if got := string(b.everything(p[2], id)); strings.Contains(got, "secret") {
			t.Fatalf("recalled text is still given: %s", got)
		}
		if pins, err := b.log.Pins(b.ctx, p[2], id); err != nil || len(pins) != 0 {
			t.Fatalf("pins: %v %v", pins, err)
		}
		var kept []string
		err = b.db.Read(b.ctx, func(tx *db.Tx) (err error) {
			kept, err = db.Column[string](tx, `SELECT content FROM message_version ORDER BY rev`)
			return err
		})
		if err != nil || len(kept) != 2 || !strings.Contains(kept[0], "secret one") || !strings.Contains(kept[1], "secret two") {
			t.Fatalf("archive: %v %v", kept, err)
		}
		if f, err := b.log.VerifyChain(b.ctx, system, id); err != nil || f != nil {
			t.Fatalf("chain: %+v %v", f, err)
		}
	})
}

func TestMentions(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		id := b.create(p[0], conversation.Draft{Kind: conversation.Group, Name: "G", Members: personIDs(p[1:3]), AllRight: conversation.RightAdmins})
		at := func(a xinshu.Actor) string { return "<@" + a.Person.String() + ">" }
		m := b.post(p[0], id, "hi "+at(p[1])+at(p[1])+at(p[3])+"<@all><@ALL><@x><@0000000000000>")
		if got := fmt.Sprint(m.Message.Mentions); len(m.Message.Mentions) != 3 || m.Message.Mentions[0].ID != "all" {
			t.Fatalf("mentions: %s", got)
		}
		_, err := b.log.Post(b.ctx, p[1], message.Draft{Conversation: id, ClientID: "a", Text: "<@all>"})
		want(t, "everybody without the right", err, xinshu.Forbidden)
		for i, n := range []int64{0, 1, 1} {
			if h := b.head(p[i], id); h.Mentions != n {
				t.Errorf("person %d has %d mentions, want %d", i, h.Mentions, n)
			}
		}
		b.post(p[0], id, at(p[2])+" and myself "+at(p[0]))
		for i, n := range []int64{0, 1, 2} {
			if h := b.head(p[i], id); h.Mentions != n {
				t.Errorf("person %d has %d mentions, want %d", i, h.Mentions, n)
			}
		}
		if s, err := b.conv.Read(b.ctx, p[2], id, m.Seq); err != nil || s.Mentions != 1 || s.Unread != 1 {
			t.Errorf("after reading one: %+v %v", s, err)
		}
		if s, err := b.conv.Unread(b.ctx, p[2], id, 1); err != nil || s.Mentions != 2 || s.ReceiptSeq != m.Seq {
			t.Errorf("after marking unread: %+v %v", s, err)
		}
	})
}

func TestReactionsNameTheFirstTwenty(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(23)
		id := b.group(p...)
		seq := b.post(p[0], id, "vote").Seq
		for _, a := range p {
			for range 2 {
				if _, err := b.log.React(b.ctx, a, id, seq, "❤️"); err != nil {
					t.Fatal(err)
				}
			}
		}
		m, err := b.log.Unreact(b.ctx, p[3], id, seq, "❤️")
		if err != nil || len(m.Reactions) != 1 || m.Reactions[0].Count != 22 || len(m.Reactions[0].People) != 20 {
			t.Fatalf("%+v %v", m.Reactions, err)
		}
		for i, person := range m.Reactions[0].People {
			if i >= 3 {
				i++
			}
			if person != p[i].Person {
				t.Fatalf("place %d has %s", i, person)
			}
		}
		people, next, err := b.log.Reactors(b.ctx, p[5], id, seq, "❤️", 15, "")
		if err != nil || len(people) != 15 || next == "" {
			t.Fatalf("%v %q %v", people, next, err)
		}
		rest, next, err := b.log.Reactors(b.ctx, p[5], id, seq, "❤️", 15, next)
		if err != nil || len(rest) != 7 || next != "" || rest[6].ID != p[22].Person {
			t.Fatalf("%v %q %v", rest, next, err)
		}
		for _, bad := range []string{"", "a", "👍 ", "<b>", "👍\x00", "1", strings.Repeat("👍", 9), "\u200d", "\u202e👍"} {
			_, err := b.log.React(b.ctx, p[0], id, seq, bad)
			want(t, fmt.Sprintf("reaction %q", bad), err, xinshu.Invalid)
		}
		for _, good := range []string{"1️⃣", "🇨🇳", "👩‍👩‍👧", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✅", "‼️"} {
			_, err := b.log.React(b.ctx, p[0], id, seq, good)
			want(t, "reaction "+good, err, "")
		}
	})
}

func TestDraftsAreChecked(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		id := b.group(p...)
		before := b.head(p[0], id).Rev
		mentions := ""
		for i := range 201 {
			mentions += "<@" + xinshu.PersonID(i+1).String() + ">"
		}
		for i, c := range []struct {
			text, clientID string
			reply          int64
			code           xinshu.Code
		}{
			{"", "c", 0, xinshu.Invalid}, {" \n\t　", "c", 0, xinshu.Invalid}, {"a\x00b", "c", 0, xinshu.Invalid},
			{"a\xffb", "c", 0, xinshu.Invalid}, {"a\x1bb", "c", 0, xinshu.Invalid},
			{strings.Repeat("字", 16_001), "c", 0, xinshu.TooLarge}, {mentions, "c", 0, xinshu.Invalid},
			{"ok", "", 0, xinshu.Invalid}, {"ok", strings.Repeat("x", 65), 0, xinshu.Invalid}, {"ok", "a\x00", 0, xinshu.Invalid},
			{"ok", "c", -1, xinshu.NotFound}, {"ok", "c", 99, xinshu.NotFound}, {"ok", "c", 1 << 62, xinshu.NotFound},
		} {
			_, err := b.log.Post(b.ctx, p[0], message.Draft{Conversation: id, ClientID: c.clientID, Text: c.text, ReplyTo: c.reply})
			want(t, fmt.Sprintf("draft %d", i), err, c.code)
		}
		for _, seq := range []int64{-1, 0, 99, 1 << 62, -1 << 63} {
			_, err := b.log.Edit(b.ctx, p[0], id, seq, "x")
			want(t, "edit", err, xinshu.NotFound)
			want(t, "recall", b.log.Recall(b.ctx, p[0], id, seq), xinshu.NotFound)
			want(t, "pin", b.log.Pin(b.ctx, p[0], id, seq), xinshu.NotFound)
			_, err = b.log.Get(b.ctx, p[0], id, seq)
			want(t, "get", err, xinshu.NotFound)
			if seq != 0 {
				_, err = b.conv.Read(b.ctx, p[0], id, seq)
				want(t, "read", err, xinshu.Invalid)
			}
			_, err = b.conv.Unread(b.ctx, p[0], id, seq)
			want(t, "unread", err, xinshu.Invalid)
		}
		if now := b.head(p[0], id).Rev; now != before {
			t.Errorf("rev went from %d to %d", before, now)
		}
		deep := strings.Repeat("> ", 4000) + strings.Repeat("*_", 3000)
		if m := b.post(p[0], id, deep+strings.Repeat("字", 16_000-len(deep))); m.Seq == 0 {
			t.Error("a text of 16,000 code points is refused")
		}
	})
}
