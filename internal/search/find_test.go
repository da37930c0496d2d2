package search_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/conversation"
	"github.com/xinshu-im/xinshu/internal/search"
	"github.com/xinshu-im/xinshu/internal/text"
)

func TestFind(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		g := b.group("", p...)
		baoxiao := b.post(p[0], g, "请把报销单交给财务，税号另附")
		traditional := b.post(p[1], g, "報銷流程改了")
		report := b.post(p[0], g, "Weekly report of the iphone15手机 team")
		reports := b.post(p[0], g, "all REPORTS are informational, C++ and v2.3")
		b.index()

		b.expect(p[1], "报销", traditional, baoxiao)
		b.expect(p[1], "報銷", traditional, baoxiao)
		b.expect(p[1], "税", baoxiao)
		b.expect(p[1], "report", reports, report)
		b.expect(p[1], "re", reports, report)
		b.expect(p[1], "rep", reports, report)
		b.expect(p[1], "repo", reports, report)
		b.expect(p[1], "repor", reports, report)
		b.expect(p[1], "report ", report)
		b.expect(p[1], "weekly rep", report)
		b.expect(p[1], "weekly.repor", report)
		b.expect(p[1], "weekly.re", report)
		b.expect(p[1], "weekly.port")
		b.expect(p[1], "informational", reports)
		b.expect(p[1], "informationally")
		b.expect(p[1], "zzzzzz")
		b.expect(p[1], "c++", reports)
		b.expect(p[1], "iphone15手", report)
		b.expect(p[1], "report -weekly")
		b.expect(p[1], "-weekly repor", reports)
		b.expect(p[1], "-iphone15手 repor", reports)
		b.expect(p[1], "报销 -税", traditional)
		b.expect(p[1], "报单")
	})
}

func TestFilters(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(2)
		one, two := b.group("", p...), b.group("", p...)
		b.post(p[0], one, "alpha first")
		b.clock.advance(72 * time.Hour)
		middle := xinshu.MillisOf(b.clock.Now())
		second := b.post(p[1], one, "alpha second")
		b.clock.advance(72 * time.Hour)
		last := xinshu.MillisOf(b.clock.Now()) + 1_000
		b.post(p[0], two, "alpha third")
		b.index()

		texts := func(f search.Filter) (out []string) {
			for _, h := range b.find(p[0], f) {
				var c struct{ Text string }
				if err := json.Unmarshal(h.Message.Content, &c); err != nil {
					t.Fatal(err)
				}
				out = append(out, c.Text)
			}
			return out
		}
		for _, c := range []struct {
			name string
			f    search.Filter
			want []string
		}{
			{"text", search.Filter{Text: "alpha"}, []string{"alpha third", "alpha second", "alpha first"}},
			{"text, pages of one", search.Filter{Text: "alpha", Limit: 1}, []string{"alpha third", "alpha second", "alpha first"}},
			{"in", search.Filter{Text: "alpha", In: one}, []string{"alpha second", "alpha first"}},
			{"from", search.Filter{Text: "alpha", From: p[1].Person}, []string{"alpha second"}},
			{"from without text", search.Filter{From: p[0].Person}, []string{"alpha third", "alpha first"}},
			{"in without text", search.Filter{In: two}, []string{"alpha third"}},
			{"after", search.Filter{Text: "alpha", After: middle}, []string{"alpha third", "alpha second"}},
			{"after without text", search.Filter{After: middle}, []string{"alpha third", "alpha second"}},
			{"before", search.Filter{Text: "alpha", Before: middle}, []string{"alpha first"}},
			{"before is exclusive", search.Filter{Before: last}, []string{"alpha second", "alpha first"}},
			{"after is inclusive", search.Filter{After: last}, []string{"alpha third"}},
			{"all at once", search.Filter{Text: "second", In: one, From: p[1].Person, After: middle, Before: last}, []string{"alpha second"}},
			{"nobody", search.Filter{From: 1}, nil},
		} {
			if got := texts(c.f); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}

		hit := b.find(p[0], search.Filter{Text: "second"})[0]
		if hit.Message.Seq != second || hit.Conversation != (search.Place{ID: one, Kind: conversation.Group, Name: "Group"}) ||
			!slices.Equal(hit.Highlights, []text.Range{{Start: 6, End: 12}}) || hit.Before == nil || hit.Before.Excerpt != "alpha first" ||
			hit.Before.Sender.Name != "Person A0" || hit.After != nil {
			t.Errorf("hit: %+v, before: %+v", hit, hit.Before)
		}
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		p := b.people(3)
		g := b.group("", p[:2]...)
		b.post(p[0], g, "alpha")
		b.post(p[0], g, "alpha")
		b.index()
		page, err := b.search.Find(b.ctx, p[0], search.Filter{Text: "alpha", Limit: 1})
		if err != nil || page.Next == "" {
			t.Fatalf("page: %+v, %v", page, err)
		}
		for _, c := range []struct {
			name  string
			actor xinshu.Actor
			f     search.Filter
			want  xinshu.Code
		}{
			{"nobody", xinshu.Actor{}, search.Filter{Text: "alpha", Limit: 1}, xinshu.Unauthenticated},
			{"nothing", p[0], search.Filter{Limit: 1}, xinshu.Invalid},
			{"only punctuation", p[0], search.Filter{Text: "?!", Limit: 1}, xinshu.Invalid},
			{"page of none", p[0], search.Filter{Text: "alpha"}, xinshu.Invalid},
			{"page too long", p[0], search.Filter{Text: "alpha", Limit: 201}, xinshu.Invalid},
			{"cursor of nobody", p[0], search.Filter{Text: "alpha", Limit: 1, Cursor: "x"}, xinshu.Invalid},
			{"cursor of another", p[1], search.Filter{Text: "alpha", Limit: 1, Cursor: page.Next}, xinshu.Invalid},
			{"conversation of others", p[2], search.Filter{Text: "alpha", Limit: 1, In: g}, xinshu.NotFound},
			{"no conversation", p[0], search.Filter{Text: "alpha", Limit: 1, In: 12345}, xinshu.NotFound},
		} {
			if _, err := b.search.Find(b.ctx, c.actor, c.f); xinshu.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %s", c.name, err, c.want)
			}
		}
	})
}
