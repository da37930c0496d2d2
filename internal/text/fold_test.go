package text_test

import (
	"testing"

	"github.com/xinshu-im/xinshu/internal/text"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"報銷單", "报销单"},
		{"ＰＯ－２０２４　Ａ", "po-2024 a"},
		{"ｶﾞｷﾞ한국", "ガギ한국"},
		{"Café CAFE\u0301 Ångström", "cafe cafe angstrom"},
		{"Straße ΣΊΣΥΦΟΣ Œuvre Łódź", "strasse σισυφοσ oeuvre lodz"},
		{"Й и\u0306", "й й"},
		{"か\u3099", "が"},
		{"税\u200b务\ufeff局\u00ad", "税务局"},
		{"a\u202eb\u2066c", "abc"},
		{"one\r\ntwo\tthree\u2028four", "one  two three four"},
		{"bad\x00\x1b[31m", "bad[31m"},
		{"㎏ ① ﬁ ½", "kg 1 fi 1⁄2"},
		{"\xff报\xe6\x8a", "\ufffd报\ufffd\ufffd"},
		{"👨\u200d👩\u200d👧 ✔\ufe0f", "👨👩👧 ✔"},
		{"\u1100\u200d\u1161", "가"},
		{"\u1100\u0301\u1161", "가"},
		{"乾隆 後面 裏 薴", "干隆 后面 里 苎"},
	} {
		if got := text.Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFoldEveryRuneTwice(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= 0x10FFFF; r++ {
		s := string(r)
		once := text.Fold(s)
		if twice := text.Fold(once); twice != once {
			t.Errorf("U+%04X: %q folds on to %q", r, once, twice)
		}
	}
}

func TestFoldMapLeadsBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, find, want string }{
		{"今天報銷了", "报销", "報銷"},
		{"ab cafe\u0301 x", "cafe", "cafe\u0301"},
		{"重 5㎏", "g", "㎏"},
		{"税\u200b务", "税务", "税\u200b务"},
		{"\xff\xffab", "ab", "ab"},
		{"Ａ１😀Ｂ", "😀b", "😀Ｂ"},
	} {
		folded, offsets := text.FoldMap(c.in)
		if folded != text.Fold(c.in) {
			t.Errorf("FoldMap(%q) folds to %q, Fold to %q", c.in, folded, text.Fold(c.in))
		}
		at := indexOf(t, folded, c.find)
		start, end := offsets.Original(at, at+len(c.find))
		if got := c.in[start:end]; got != c.want {
			t.Errorf("%q in %q leads to %q, want %q", c.find, c.in, got, c.want)
		}
	}
}
