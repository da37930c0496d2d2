package e2e

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/db"
)

// TestChatImportGoesOnAfterAKill: a server that is killed under an import has what it stored; the same import again adds the rest, says
// how it goes on, and nothing is there twice.
func TestChatImportGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	engines(t, killUnderImport)
}

func killUnderImport(t *testing.T, engine db.Engine) {
	co := found(t, options{engine: engine})
	a := co.hire("anna")
	const messages = 60_000 // more than one checkpoint of the import
	file := filepath.Join(t.TempDir(), "chat.jsonl")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, `{"type":"person","key":"x","name":"外部"}`)
	fmt.Fprintln(w, `{"type":"conversation","key":"c","kind":"group","name":"Old","members":["anna"]}`)
	for i := range messages {
		fmt.Fprintf(w, `{"type":"message","conversation":"c","id":"%d","sender":"x","sent_at":"2024-01-01T08:00:00Z","text":"报销 %d"}`+"\n", i, i)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	type said struct {
		out string
		err error
	}
	first := make(chan said, 1)
	go func() {
		out, err := co.onData("import", "chat", file)
		first <- said{out, err}
	}()
	old := func() (h head) {
		var list struct{ Items []head }
		a.must("GET", "/api/v1/conversations", nil, &list)
		for _, c := range list.Items {
			h = c
		}
		return h
	}
	eventually(t, "a part is there", func() bool { return old().LastSeq > messages/4 })
	co.restart()
	if one := <-first; one.err == nil {
		t.Fatalf("the import ended before the kill:\n%s", one.out)
	}
	part := old().LastSeq
	if part < messages/4 || part >= messages {
		t.Fatalf("%d messages after the kill", part)
	}
	out, err := co.onData("import", "chat", file)
	if err != nil || !strings.Contains(out, fmt.Sprint(messages+2, " lines")) || !strings.Contains(out, " 0 bad lines") {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%d were there\n%s", part, out)
	seen := 0
	for i, m := range a.history(old().ID) {
		if m.Seq != int64(i)+1 {
			t.Fatalf("place %d holds seq %d", i+1, m.Seq)
		}
		if m.Content.Type == "text" {
			if m.Content.Text != fmt.Sprintf("报销 %d", seen) {
				t.Fatalf("message %d is %q", seen, m.Content.Text)
			}
			seen++
		}
	}
	if seen != messages {
		t.Fatalf("%d messages, want %d", seen, messages)
	}
}
