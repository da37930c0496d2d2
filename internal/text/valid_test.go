package text_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/text"
)

func TestValidText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want error
	}{
		{"", nil},
		{"一\n\t二\r\n三", nil},
		{"👩\u200d👧 שלום\u200f", nil},
		{strings.Repeat("税", 10), nil},
		{strings.Repeat("税", 11), text.ErrTextTooLong},
		{"a\x00b", text.ErrInvalidText},
		{"\x1b[31m", text.ErrInvalidText},
		{"\x7f", text.ErrInvalidText},
		{"\u0085", text.ErrInvalidText},
		{"\xff", text.ErrInvalidText},
		{"\xed\xa0\x80", text.ErrInvalidText}, // a surrogate
		{"\ufffd", nil},
	} {
		if err := text.ValidText(c.in, 10); !errors.Is(err, c.want) {
			t.Errorf("ValidText(%q): %v, want %v", c.in, err, c.want)
		}
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		err      error
	}{
		{"张伟", "张伟", nil},
		{"\ufeff 张\u00a0\u3000 伟\t\u200b", "张 伟", nil},
		{"Rene\u0301", "René", nil},
		{"買買提·吐爾遜", "買買提·吐爾遜", nil},
		{"می\u200cخواهم", "می\u200cخواهم", nil},
		{strings.Repeat("名", 16), strings.Repeat("名", 16), nil},
		{strings.Repeat("名", 17), "", text.ErrTextTooLong},
		{strings.Repeat(" ", 1<<20), "", text.ErrTextTooLong},
		{"", "", text.ErrEmptyName},
		{" \u200b\u3000 ", "", text.ErrEmptyName},
		{"\u200d\ufe0f\u3164", "", text.ErrEmptyName},
		{"a\x00b", "", text.ErrInvalidText},
		{"gpj\u202etxt", "", text.ErrInvalidText},
		{"a\u2066b", "", text.ErrInvalidText},
		{"a\u200eb", "", text.ErrInvalidText},
		{"x\U000e0041", "", text.ErrInvalidText},
		{"\xff", "", text.ErrInvalidText},
	} {
		got, err := text.CleanName(c.in, 16)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("CleanName(%.40q) = %q, %v; want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
}
