package text_test

import (
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/text"
)

// finds tells whether a lookup of q would return a person called name.
func finds(t *testing.T, name, q string) bool {
	t.Helper()
	p, err := text.PersonQuery(q)
	if err != nil {
		t.Fatalf("PersonQuery(%q): %v", q, err)
	}
	has := func(prefix string) bool {
		for _, k := range text.NameKeys(name) {
			if k.Text >= prefix && k.Text < text.PrefixEnd(prefix) {
				return true
			}
		}
		return false
	}
	if has(p.Key) {
		return true
	}
	for _, word := range p.Words {
		if !has(word) {
			return false
		}
	}
	return len(p.Words) > 0
}

func TestPeopleAreFound(t *testing.T) {
	t.Parallel()
	for name, queries := range map[string]string{
		"张伟":                 "张伟 張偉 伟 zhangwei zhangw zhang z zw wei ZhangWei ｚｗ zhāngwěi",
		"張偉":                 "张伟 張偉 zhangwei zw",
		"单小明":                "shanxiaoming danxiaoming chan sxm dxm shanxm xm xiaoming 小明 ming",
		"曾志伟":                "zengzhiwei zzw ceng",
		"解晓东":                "xiexiaodong xxd jie",
		"仇和":                 "qiuhe qh chou",
		"区桂芝":                "ouguizhi ogz",
		"翟天临":                "zhaitianlin ztl",
		"吕布":                 "lvbu lubu lyubu lb lü",
		"佟大为":                "tongdawei tdw",
		"欧阳修":                "ouyangxiu oyx 欧阳 xiu",
		"司马相如":               "simaxiangru smxr",
		"万俟卨":                "moqi mq",
		"尉迟恭":                "yuchigong ycg",
		"單于":                 "chanyu shanyu",
		"張乾":                 "zhangqian zhanggan",
		"买买提·吐尔逊":            "买买提 买买提吐尔逊 吐尔逊 maimaiti tuerxun tu'erxun mmttex",
		"John Smith":         "john smith johnsm js JohnSmith 1",
		"Seán O'Neill-Byrne": "sean oneill o'neill byrne sob",
		"王小明 (Alex)":         "王小明 alex wangxiaoming wxm wangxiaomingalex",
		"김민준":                "김민 민준 준",
		"田中さくら":              "田中 さくら tianzhong",
	} {
		for q := range strings.FieldsSeq(queries) {
			if want := q != "1"; finds(t, name, q) != want {
				t.Errorf("%q finds %s: %v; keys %v", q, name, !want, text.NameKeys(name))
			}
		}
	}
	for _, q := range []string{"smith john", "john smith", "Smith, John"} {
		if !finds(t, "John Smith", q) {
			t.Errorf("%q does not find John Smith", q)
		}
	}
	if !finds(t, "张伟", "zhang wei") || !finds(t, "张伟", "wei zhang") || finds(t, "张伟", "zhang li") {
		t.Error("words of a query are not matched one by one")
	}
}

func TestKeysAreBoundedAndUnlike(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"曾解仇区翟和行重", strings.Repeat("和", 500), strings.Repeat("a b ", 500), strings.Repeat("x", 5000)} {
		keys := text.NameKeys(name)
		if len(keys) == 0 || len(keys) > 96 {
			t.Errorf("%.20s has %d keys", name, len(keys))
		}
		whole := 0
		seen := map[string]bool{}
		for _, k := range keys {
			if seen[k.Text] || k.Text == "" || len([]rune(k.Text)) > 64 {
				t.Errorf("%.20s: key %q is double, empty or too long", name, k.Text)
			}
			seen[k.Text] = true
			if k.Kind == text.KindPinyin && k.Start == 0 {
				whole++
			}
		}
		if whole > 32 {
			t.Errorf("%.20s has %d readings", name, whole)
		}
	}
	for _, name := range []string{"", " ", "·", "\xff"} {
		if keys := text.NameKeys(name); keys != nil {
			t.Errorf("%q has keys %v", name, keys)
		}
	}
}

func TestUsualReadingsOfSurnamesComeFirst(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"单雄信": "shanxiongxin", "解缙": "xiejin", "仇英": "qiuying", "区大相": "oudaxiang", "翟让": "zhairang", "曾国藩": "zengguofan",
		"查良镛": "zhaliangyong", "任正非": "renzhengfei", "朴正熙": "piaozhengxi", "盖叫天": "gejiaotian", "乐毅": "yueyi", "万俟卨": "moqi",
		"尉迟恭": "yuchigong", "澹台灭明": "tantaimieming", "单于": "chanyu", "谌龙": "shenlong", "張偉": "zhangwei", "吕布": "lvbu",
	} {
		for _, k := range text.NameKeys(name) {
			if k.Kind == text.KindPinyin {
				if !strings.HasPrefix(k.Text, want) {
					t.Errorf("%s reads %s first, want %s", name, k.Text, want)
				}
				break
			}
		}
	}
}

func TestPersonQuery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want text.PersonLookup
	}{
		{"张伟", text.PersonLookup{Key: "张伟", Literal: "张伟"}},
		{" Li.Ming@Corp.cn ", text.PersonLookup{Key: "limingcorpcn", Literal: "li.ming@corp.cn"}},
		{"5678", text.PersonLookup{Key: "5678", Literal: "5678", Digits: "5678"}},
		{"+86 138-0013-8000", text.PersonLookup{Key: "8613800138000", Words: []string{"86", "13800138000"}, Literal: "+86 138-0013-8000", Digits: "13800138000"}},
		{"A00123", text.PersonLookup{Key: "a00123", Literal: "a00123"}},
	} {
		got, err := text.PersonQuery(c.in)
		if err != nil || got.Key != c.want.Key || got.Literal != c.want.Literal || got.Digits != c.want.Digits ||
			strings.Join(got.Words, " ") != strings.Join(c.want.Words, " ") {
			t.Errorf("PersonQuery(%q) = %+v, %v; want %+v", c.in, got, err, c.want)
		}
	}
	if _, err := text.PersonQuery(" -- "); err != text.ErrNoTerms {
		t.Errorf("a query of nothing: %v", err)
	}
}
