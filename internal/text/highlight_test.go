package text_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xinshu-im/xinshu/internal/text"
)

// utf16Of is how a browser counts s.
func utf16Of(s string) []uint16         { return utf16.Encode([]rune(s)) }
func utf16String(units []uint16) string { return string(utf16.Decode(units)) }

func TestHighlight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, query, want string }{
		{"今天報銷了，明天报销", "报销", "報銷|报销"},
		{"😀😀交税", "税", "税"},
		{"税税税", "税", "税税税"},
		{"Weekly reports", "weekly rep", "Weekly|rep"},
		{"用iPhone手机", "iphone手", "iPhone手"},
		{"we like c++ and C", "c++", "c++"},
		{"cafe\u0301 au lait", "café ", "cafe\u0301"},
		{"ＰＯ－２０２４号", "po-2024", "ＰＯ－２０２４"},
		{"税\u200b务局", "税务", "税\u200b务"},
		{"报销单", "销单 报销", "报销单"},
		{"周报和日报", "周报 -日报", "周报"},
		{"nothing", "else", ""},
		{"重5㎏", "5㎏", "5㎏"},
		{"𠮷野家的𠮷", "𠮷", "𠮷|𠮷"},
	} {
		p, err := text.Query(c.query)
		if err != nil {
			t.Fatal(err)
		}
		units := utf16Of(c.in)
		var got []string
		for _, r := range text.Highlight(c.in, p, 10) {
			got = append(got, utf16String(units[r.Start:r.End]))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%q in %q: %q, want %q", c.query, c.in, s, c.want)
		}
	}
	p, err := text.Query("a")
	if err != nil {
		t.Fatal(err)
	}
	if got := text.Highlight("a a a a", p, 2); len(got) != 2 {
		t.Errorf("at most two asked for: %v", got)
	}
	if got := text.Highlight("a a", p, -1); len(got) != 0 {
		t.Errorf("none asked for: %v", got)
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("前言不搭后语。", 20) + "报销。" + strings.Repeat("中间。", 40) + "差旅報銷流程说明" + strings.Repeat("，结尾", 20)
	for _, c := range []struct {
		in, query     string
		radius        int
		want, marked  string
		before, after bool
	}{
		{"今天报销", "报销", 10, "今天报销", "报销", false, false},
		{"今天报销了吗", "报销", 1, "天报销了", "报销", true, true},
		{long, "报销 差旅 流程", 3, "中间。差旅報銷流程说明，", "差旅報銷流程", true, true},
		{"没有要找的", "报销", 2, "没有要找", "", false, true},
		{"x👨\u200d👩\u200d👧税👍🏽y", "税", 1, "👨\u200d👩\u200d👧税👍🏽", "税", true, true},
		{"", "税", 5, "", "", false, false},
	} {
		p, err := text.Query(c.query)
		if err != nil {
			t.Fatal(err)
		}
		got := text.Snippet(c.in, p, c.radius)
		if got.Text != c.want || got.Before != c.before || got.After != c.after || cut(got.Text, got.Ranges) != c.marked {
			t.Errorf("%q in %.30q: %+v marks %q, want %q marks %q", c.query, c.in, got, cut(got.Text, got.Ranges), c.want, c.marked)
		}
	}
	p, err := text.Query("税")
	if err != nil {
		t.Fatal(err)
	}
	zalgo := "税" + strings.Repeat("\u0301", 10_000)
	if got := text.Snippet(strings.Repeat("\u0301", 10_000)+"好"+zalgo, p, 5); len(got.Text) > 30_000 {
		t.Errorf("stacked marks: %d bytes", len(got.Text))
	}
}
