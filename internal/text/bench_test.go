package text_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/text"
)

// message is 200 bytes of ordinary work talk.
const message = "张经理您好，三季度的差旅报销单已经提交到 OA 系统，单号 PO-2024-0031，请您抽空审批一下；发票共 12 张，合计 3,456.78 元，明细见附件 report_v2.xlsx，谢谢！"

const english = "Hi team, the quarterly travel report PO-2024-0031 is now in the system, please review it before Friday 17:30; totals are in report_v2.xlsx, the 12 invoices are attached. Thanks, li.ming@corp.cn and all!"

func BenchmarkDoc(b *testing.B) {
	for name, s := range map[string]string{"chinese": message, "english": english, "korean": strings.Repeat("안녕하세요 여러분 ", 8), "accents": strings.Repeat("Žluťoučký kůň úpěl ", 8)} {
		b.Run(name, func(b *testing.B) {
			var d text.Doc
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				d.Reset()
				d.Add(s)
			}
		})
	}
}

func BenchmarkTokens(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		text.Tokens(message)
	}
}

func BenchmarkFold(b *testing.B) {
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = text.AppendFold(dst[:0], message)
	}
}

func BenchmarkQuery(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := text.Query("差旅報銷 PO-2024 -发票"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnippet(b *testing.B) {
	p, err := text.Query("差旅報銷 PO-2024 -发票")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		text.Snippet(message, p, 30)
	}
}

func BenchmarkNameKeys(b *testing.B) {
	for _, name := range []string{"张伟", "单小明", "买买提·吐尔逊", "John Smith"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				text.NameKeys(name)
			}
		})
	}
}

// BenchmarkTables tells what the first use of each table costs; run it alone with -benchtime=1x, the tables are built once.
func BenchmarkTables(b *testing.B) {
	for _, use := range []struct {
		name string
		f    func()
	}{{"fold", func() { text.Fold("報") }}, {"names", func() { text.NameKeys("张伟") }}} {
		b.Run(use.name, func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			b.ResetTimer()
			use.f()
			b.StopTimer()
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc)-float64(before.HeapAlloc), "heap-B")
		})
	}
}
