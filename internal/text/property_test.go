package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/xinshu-im/xinshu/internal/text"
)

// mixed makes texts of the characters that make trouble beside each other.
func mixed() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"报", "报销", "報銷單", "税", "，", "。", " ", "\n", "a", "Z", "weekly", "PO-2024", "v2.3", "C++", "C#", "+", "#", "_", "-", "\"", "“", "”", "'",
			"e\u0301", "\u0301", "\u0300\u0327", "か\u3099", "\u3099", "\u1100", "\u1161", "\u11a8", "가", "\u200b", "\u200d", "\ufe0f", "\u202e", "\ufeff",
			"👨\u200d👩", "👍🏽", "㎏", "ﬁ", "½", "ﷺ", "İ", "ı", "ß", "ς", "\u0345", "\u09c7", "\u09be", "𠮷", "Ａ", "ｶ", "ﾞ", "　", "\xff", "\xe6\x8a", "\x00",
			"\u0e01\u0e33", "\u093c", "\u094d", "\u034f", "乾", "é", "й", "и\u0306", "\u1fbe", "ΐ", "\u0f71\u0f74", "\U0001d15e",
		}),
		rapid.StringN(0, 4, 16),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.Int32Range(0, 0x323AF).Draw(t, "rune")) }),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 0, 24).Draw(t, "pieces"), "")
	})
}

func TestFoldTwiceIsFoldOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkFold(t, mixed().Draw(t, "text")) })
}

type failer interface {
	Fatalf(format string, args ...any)
}

// checkFold holds what Fold promises for any bytes.
func checkFold(t failer, s string) {
	folded, offsets := text.FoldMap(s)
	if once := text.Fold(s); once != folded {
		t.Fatalf("Fold(%q) = %q, FoldMap %q", s, once, folded)
	}
	if !utf8.ValidString(folded) {
		t.Fatalf("Fold(%q) = %q is not UTF-8", s, folded)
	}
	if twice := text.Fold(folded); twice != folded {
		t.Fatalf("Fold(%q) = %q, and folded again %q", s, folded, twice)
	}
	last := 0
	for i, r := range folded {
		start, end := offsets.Original(i, i+utf8.RuneLen(r))
		if start < last || end <= start || end > len(s) {
			t.Fatalf("Fold(%q) = %q: %q at %d comes from %d to %d", s, folded, r, i, start, end)
		}
		last = start
	}
}

// han draws runs of ideographs that are the same in both scripts, as most are, among them young ones.
func han(min, max int) *rapid.Generator[string] {
	runes := []rune("报销税单财务部门经理张伟的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严𠮷𬭎")
	return rapid.StringOfN(rapid.RuneFrom(runes), min, max, -1)
}

func TestEverySubstringIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SampledFrom([]string{"", "，", "iPhone", "OK ", "。\n", "v2."}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", "！", "PO-1", " fine", "\n", "+"}).Draw(t, "after")
		run := []rune(han(1, 40).Draw(t, "run"))
		from := rapid.IntRange(0, len(run)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(run)).Draw(t, "to")
		doc, part := before+string(run)+after, string(run[from:to])
		p, err := text.Query(part)
		if err != nil {
			t.Fatalf("Query(%q): %v", part, err)
		}
		if !text.Matches(doc, p) {
			t.Fatalf("%q is not found in %q", part, doc)
		}
		ranges := text.Highlight(doc, p, 1000)
		if len(ranges) == 0 || !strings.Contains(cut(doc, ranges), part) {
			t.Fatalf("%q in %q is highlighted as %v", part, doc, ranges)
		}
	})
}

func TestOnlySubstringsAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		few := rapid.StringOfN(rapid.RuneFrom([]rune("报销税单")), 1, 12, -1)
		doc := few.Draw(t, "one") + "，" + few.Draw(t, "two")
		part := rapid.StringOfN(rapid.RuneFrom([]rune("报销税单")), 1, 5, -1).Draw(t, "part")
		p, err := text.Query(part)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := text.Matches(doc, p), strings.Contains(doc, part); got != want {
			t.Fatalf("%q in %q: %v, want %v", part, doc, got, want)
		}
	})
}

func TestMixedSubstringsAreFound(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"iphone", "PO", "2024", "0031", "v2", "3", "café", "ＯＡ"})
	joint := rapid.SampledFrom([]string{"", "-", ".", "_", "/", "@", ":"})
	rapid.Check(t, func(t *rapid.T) {
		var pieces []string
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			pieces = append(pieces, han(1, 4).Draw(t, "han"), word.Draw(t, "word")+joint.Draw(t, "joint"))
		}
		from := rapid.IntRange(0, len(pieces)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(pieces)).Draw(t, "to")
		doc, part := strings.Join(pieces, ""), strings.Join(pieces[from:to], "")
		p, err := text.Query(part)
		if err != nil {
			t.Fatalf("Query(%q): %v", part, err)
		}
		if !text.Matches(doc, p) {
			t.Fatalf("%q is not found in %q", part, doc)
		}
	})
}

// cut returns what the ranges of UTF-16 code units cover, parted by spaces.
func cut(s string, ranges []text.Range) string {
	units := utf16Of(s)
	var parts []string
	for _, r := range ranges {
		parts = append(parts, utf16String(units[r.Start:r.End]))
	}
	return strings.Join(parts, " ")
}
