package text_test

import (
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/text"
)

func indexOf(t *testing.T, s, part string) int {
	t.Helper()
	i := strings.Index(s, part)
	if i < 0 {
		t.Fatalf("%q is not in %q", part, s)
	}
	return i
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"。，！  \n", ""},
		{"税", "税"},
		{"報銷單", "报销 销单 单"},
		{"我用iPhone拍", "我用 用 iphone 拍"},
		{"2024年5月3日 12:30", "2024 年 5 月 3 日 12 30"},
		{"v2.3 foo_bar", "v2 3 foo bar"},
		{"li.ming@corp.cn 10.0.0.12", "li ming corp cn 10 0 0 12"},
		{"订单PO-2024-0031已发", "订单 单 po 2024 0031 已发 发"},
		{"C++、C# 和 A+，1+1=2，a++b，#话题", "c ＋＋ c ＃ 和 a ＋ 1 1 2 a b 话题 题"},
		{"C+++ C## C+# F#2", "c c c f 2"},
		{"ありがとうカメラ・レンズ", "あり りが がと とう うカ カメ メラ ラ レン ンズ ズ"},
		{"안녕 하세요", "안녕 녕 하세 세요 요"},
		{"Привет мир", "привет мир"},
		{"好👍", "好👍 👍"},
		{strings.Repeat("x", 130), strings.Repeat("x", 64) + " " + strings.Repeat("x", 64) + " xx"},
	} {
		var got []string
		for _, token := range text.Tokens(c.in) {
			got = append(got, token.Text)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("Tokens(%q) = %q, want %q", c.in, s, c.want)
		}
		var d text.Doc
		d.Add(c.in)
		if string(d.Stream) != c.want {
			t.Errorf("Doc stream of %q is %q, want %q", c.in, d.Stream, c.want)
		}
	}
}

func TestDocFields(t *testing.T) {
	t.Parallel()
	var d text.Doc
	d.Add("报销报税A")
	d.Add("税单.pdf")
	if got, want := string(d.Stream), "报销 销报 报税 税 a \uFFFC 税单 单 pdf"; got != want {
		t.Errorf("stream %q, want %q", got, want)
	}
	d.Reset()
	d.Add("税")
	if string(d.Stream) != "税" {
		t.Errorf("after Reset: %q", d.Stream)
	}
}
