package text_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// show writes a query as −"atom atom"* with 1 for Single.
func show(p text.Parsed) string {
	var out []string
	for _, t := range p.Terms {
		s := fmt.Sprintf("%q", strings.Join(t.Atoms, " "))
		if t.Not {
			s = "-" + s
		}
		if t.Prefix {
			s += "*"
		}
		if t.Single {
			s += "1"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"报销", `"报销"`},
		{"報銷單", `"报销 销单"`},
		{"税", `"税"1`},
		{`"税"`, `"税"1`},
		{"weekly rep", `"weekly" "rep"*`},
		{"weekly rep ", `"weekly" "rep"`},
		{"w", `"w"`},
		{`"weekly rep"`, `"weekly rep"`},
		{`"weekly rep`, `"weekly rep"*`},
		{"“周报 模板”", `"周报 报 模板"`},
		{"报销 -差旅 -\"weekly report\"", `"报销" -"差旅" -"weekly report"`},
		{"报销，流程、税", `"报销" "流程" "税"1`},
		{"PO-2024-00", `"po 2024 00"*`},
		{"1,234 a,b", `"1 234" "a" "b"`},
		{"C++", `"c ＋＋"`},
		{"手机iPhone", `"手机 机 iphone"*`},
		{"iPhone手", `"iphone 手"*`},
		{"5月", `"5 月"*`},
		{"报销 報銷 报销", `"报销"`},
		{"foo foo", `"foo" "foo"*`},
	} {
		p, err := text.Query(c.in)
		if err != nil {
			t.Errorf("Query(%q): %v", c.in, err)
			continue
		}
		if got := show(p); got != c.want {
			t.Errorf("Query(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

func TestQueryRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want error
	}{
		{"", text.ErrNoTerms},
		{" \t ", text.ErrNoTerms},
		{`"" - -- ，。`, text.ErrNoTerms},
		{"-税", text.ErrNoTerms},
		{"\xff\xfe", text.ErrNoTerms},
		{strings.Repeat("税", 256), nil},
		{strings.Repeat("税", 257), text.ErrQueryTooLong},
		{strings.Repeat("a ", 2000), text.ErrQueryTooLong},
		{"a b c d e f g h i j k l m n o p", nil},
		{"a b c d e f g h i j k l m n o p q", text.ErrTooManyTerms},
	} {
		if _, err := text.Query(c.in); !errors.Is(err, c.want) {
			t.Errorf("Query(%.20q): %v, want %v", c.in, err, c.want)
		}
	}
}

func TestRefusalsHaveCodes(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]xinshu.Code{
		text.ErrQueryTooLong: xinshu.TooLarge, text.ErrTextTooLong: xinshu.TooLarge, text.ErrTooManyTerms: xinshu.Invalid,
		text.ErrNoTerms: xinshu.Invalid, text.ErrInvalidText: xinshu.Invalid, text.ErrEmptyName: xinshu.Invalid,
	} {
		if got := xinshu.CodeOf(err); got != want {
			t.Errorf("%v has code %s, want %s", err, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, query string
		want      bool
	}{
		{"请把報銷單交给财务", "报销", true},
		{"请把报销单交给财务", "報銷單", true},
		{"请把报销单交给财务", "销单交", true},
		{"请把报销单交给财务", "报单", false},
		{"报告和销售", "报销", false},
		{"个人所得税", "税", true},
		{"我用iPhone手机拍", "用iphone手", true},
		{"我用iPhone手机拍", "机iphone", false},
		{"quarterly Reports", "report", true},
		{"quarterly Reports", "report quarterly", false}, // only the last word is still being typed
		{"订单 PO-2024-0031", "2024-0031", true},
		{"订单 PO-2024-0031", "po-2024-0032", false},
		{"写C++的", "c++", true},
		{"写C的", "c++", false},
		{"周报已交", "周报 -已交", false},
		{"周报已交", "周报 -未交", true},
		{"5月份", "5月", true},
	} {
		p, err := text.Query(c.query)
		if err != nil {
			t.Fatal(err)
		}
		if got := text.Matches(c.in, p); got != c.want {
			t.Errorf("Matches(%q, %q) = %v", c.in, c.query, got)
		}
	}
}
