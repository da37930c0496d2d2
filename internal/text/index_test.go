package text_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/text"
)

// corpus has a text for every kind of token, among them ideographs and emoji younger than Unicode 6.1.
func corpus() []string {
	return []string{
		"请把报銷單交给财务，税号另附", "个人所得税", "报告与销售", "我用iPhone15手机拍的", "订单PO-2024-0031已发货",
		"写C++、C#和Go的同事", "升级到 v2.3，服务器10.0.0.12", "li.ming@corp.cn foo_bar", "Café Ångström naïve", "ありがとう 한국어 Привет",
		"𠮷野家 𬭎 𫓯 𬬭", "好👍🫡🥹 收到", "5月份周报 weekly Reports", "rock'n'roll \"quoted\" back\\slash", strings.Repeat("z", 300), "it''s NULL\u2028x",
		"ไทย ภาษา हिन्दी العربية", "½ ㎏ ① ﬁne",
	}
}

// questions are queries with at least one hit each in corpus, and some without.
func questions() []string {
	return []string{
		"报销", "報銷單", "税", "销", "报", "iphone15手", "PO-2024-00", "0031", "c++", "c#", "c", "v2.3", "10.0.0.12", "10.0.0.1", "ming@corp", "bar",
		"cafe", "angstrom", "がとう", "국어", "привет", "𠮷", "𠮷野", "𬭎", "𬬭", "👍", "👍🫡", "🥹", "5月", "weekly rep", `"weekly reports"`,
		"weekly -周报", "报告 -税", `"rock n"`, `back\sla`, strings.Repeat("z", 256), "null", "ภาษา", "हिन्दी", "العربية", "fine", "kg", "不在这里", "报单",
	}
}

// TestAnIndexAgreesWithMatches: looking terms up among the tokens of Doc, as the package documentation says, finds what Matches says.
func TestAnIndexAgreesWithMatches(t *testing.T) {
	t.Parallel()
	var streams [][]string
	var doc text.Doc
	for _, s := range corpus() {
		doc.Reset()
		doc.Add(s)
		streams = append(streams, strings.Split(string(doc.Stream), " "))
	}
	for _, q := range questions() {
		p, err := text.Query(q)
		if err != nil {
			t.Fatalf("Query(%q): %v", q, err)
		}
		for i, s := range corpus() {
			found := true
			for _, term := range p.Terms {
				found = found && lookUp(streams[i], term) != term.Not
			}
			if want := text.Matches(s, p); found != want {
				t.Errorf("%q in %q: the tokens say %v, Matches %v", q, s, found, want)
			}
		}
	}
}

// lookUp says whether adjacent tokens are the atoms of a term.
func lookUp(stream []string, t text.Term) bool {
	n := len(t.Atoms) - 1
	for i := range max(0, len(stream)-n) {
		last := stream[i+n]
		if slices.Equal(stream[i:i+n], t.Atoms[:n]) && (last == t.Atoms[n] || (t.Prefix || t.Single) && strings.HasPrefix(last, t.Atoms[n])) {
			return true
		}
	}
	return false
}
