package search_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/search"
)

// TestCanaries: what is said in private is neither found, nor counted, nor shown beside other hits, by any filter.
func TestCanaries(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		spy := p[3]
		ours := b.group("", p...)
		theirs := b.group("", p[:3]...)
		direct, err := b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: b.clientID(), Kind: conversation.Direct, Members: []xinshu.PersonID{p[1].Person}})
		if err != nil {
			t.Fatal(err)
		}
		channel, err := b.conv.Create(b.ctx, p[0], conversation.Draft{ClientID: b.clientID(), Kind: conversation.Channel, Name: "Open"})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 60 {
			for _, id := range []xinshu.ConversationID{theirs, direct, channel} {
				b.post(p[0], id, fmt.Sprintf("canary%d 金丝雀 common", i))
			}
			b.post(p[0], ours, fmt.Sprintf("common talk %d", i))
		}
		b.index()
		queries := []search.Filter{
			{Text: "canary"}, {Text: "canary1"}, {Text: "canary59 "}, {Text: "金丝雀"}, {Text: "金"}, {Text: "common"}, {Text: "common -talk"},
			{Text: `"金丝雀 common"`}, {From: p[0].Person}, {After: 1}, {Before: 1 << 50}, {Text: "ca"}, {Text: "can"}, {Text: "cana"},
		}
		for _, f := range queries {
			for _, limit := range []int{1, 50, 200} {
				f.Limit, f.Cursor = limit, ""
				for _, h := range b.find(spy, f) {
					if text, err := json.Marshal(h); err != nil || strings.Contains(string(text), "canary") || h.Message.ConversationID != ours {
						t.Fatalf("%+v gives %s (%v)", f, text, err)
					}
				}
			}
		}
		// A page that ends says so by no cursor: how much more there is elsewhere does not show.
		r, err := b.search.Find(b.ctx, spy, search.Filter{Text: "金丝雀", Limit: 1})
		if err != nil || len(r.Hits) != 0 || r.Next != "" || r.Partial {
			t.Errorf("private hits show: %+v, %v", r, err)
		}
		if r, err = b.search.Find(b.ctx, spy, search.Filter{Text: "common", Limit: 60}); err != nil || len(r.Hits) != 60 || r.Next != "" {
			t.Errorf("the page of the last hit: %d hits, next %q, %v", len(r.Hits), r.Next, err)
		}
		for _, id := range []xinshu.ConversationID{theirs, direct} {
			if _, err := b.search.Find(b.ctx, spy, search.Filter{Text: "canary", In: id, Limit: 1}); xinshu.CodeOf(err) != xinshu.NotFound {
				t.Errorf("in a private conversation: %v", err)
			}
		}
		if _, err := b.search.Find(b.ctx, spy, search.Filter{Text: "canary", In: channel, Limit: 1}); xinshu.CodeOf(err) != xinshu.NotAMember {
			t.Errorf("in a channel that she has not joined: %v", err)
		}
	})
}

func TestRemovedAndNewcomers(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(4)
		all := b.group(conversation.HistoryAll, p[0], p[1])
		joined := b.group(conversation.HistoryJoined, p[0], p[1])
		old := b.post(p[0], all, "before the newcomer")
		hidden := b.post(p[0], joined, "before the newcomer")
		b.index()
		for _, id := range []xinshu.ConversationID{all, joined} {
			if err := b.conv.AddMembers(b.ctx, p[0], id, []xinshu.PersonID{p[2].Person}); err != nil {
				t.Fatal(err)
			}
		}
		var visible int64
		for range 2 { // also beside the window's edge
			visible = b.post(p[0], joined, "after the newcomer")
		}
		b.index()

		if got := b.find(p[2], search.Filter{Text: "before"}); len(got) != 1 || got[0].Message.ConversationID != all || got[0].Message.Seq != old {
			t.Errorf("a newcomer finds %+v", got)
		}
		for _, h := range b.find(p[2], search.Filter{In: joined}) {
			if h.Message.Seq <= hidden || h.Before != nil && h.Before.Seq <= hidden {
				t.Errorf("a newcomer sees what was before her: %+v", h)
			}
		}
		if got := b.find(p[1], search.Filter{Text: "newcomer", In: joined}); len(got) != 3 {
			t.Errorf("a member finds %d of 3", len(got))
		}

		if err := b.conv.RemoveMember(b.ctx, p[0], joined, p[1].Person); err != nil {
			t.Fatal(err)
		}
		for _, h := range b.find(p[1], search.Filter{Text: "newcomer"}) {
			if h.Message.ConversationID == joined {
				t.Errorf("who was removed finds %d", h.Message.Seq)
			}
		}
		if _, err := b.search.Find(b.ctx, p[1], search.Filter{Text: "newcomer", In: joined, Limit: 1}); xinshu.CodeOf(err) != xinshu.NotFound {
			t.Errorf("who was removed searches in it: %v", err)
		}
		if got := b.find(p[2], search.Filter{Text: "after"}); len(got) != 2 || got[0].Message.Seq != visible {
			t.Errorf("the newcomer finds %+v", got)
		}
	})
}
