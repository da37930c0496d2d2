package server

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/config"
)

// update writes the tables that are made from the program as a whole. What people translated is only compared.
var update = flag.Bool("update", false, "write the tables of the documents anew")

// table is a table of a document that the program knows better. Its place in the document is marked:
//
//	<!-- table: NAME -->
//	| … |
//	<!-- end -->
type table struct {
	name string
	head []string
	rows [][]string
	held int // of a translation: how many columns must be equal, from the left
}

// TestDocumentedTables compares the tables of the documents with the program, in both languages.
func TestDocumentedTables(t *testing.T) {
	t.Parallel()
	a := openApp(t)
	protocol := []table{codeTable(), limitTable()}
	protocol = append(protocol, streamTables(a)...)
	for _, tab := range protocol {
		tab.compare(t, "developer/protocol.md", true)
	}
	for _, tab := range []table{settingTable(t), metricTable(t, a)} {
		page := map[string]string{"settings": "admin/settings", "metrics": "admin/operate"}[tab.name]
		tab.compare(t, page+".md", true)
		tab.compare(t, page+".zh-CN.md", false)
	}
	codes := codeTable()
	codes.held = 2
	codes.compare(t, "admin/troubleshooting.zh-CN.md", false)
	codes.compare(t, "admin/troubleshooting.md", false)
}

func codeTable() table {
	out := table{name: "codes", head: []string{"code", "status", "meaning"}}
	for _, c := range xinshu.CodeTable() {
		out.rows = append(out.rows, []string{code(string(c.Code)), strconv.Itoa(c.Status), c.Meaning})
	}
	return out
}

func limitTable() table {
	out := table{name: "limits", head: []string{"limit", "value", "unit"}}
	for _, l := range xinshu.LimitTable() {
		out.rows = append(out.rows, []string{code(l.Name), strconv.Itoa(l.Value), l.Unit})
	}
	return out
}

func streamTables(a *App) []table {
	ops := table{name: "operations", head: []string{"op", "what"}}
	events := table{name: "events", head: []string{"event", "when"}}
	closes := table{name: "closes", head: []string{"close code", "meaning", "what the client does"}}
	m := a.realtime.Manual()
	for _, o := range m.Operations {
		ops.rows = append(ops.rows, []string{code(o.Name), o.Summary})
	}
	for _, e := range m.Events {
		events.rows = append(events.rows, []string{code(e.Name), e.When})
	}
	for _, c := range m.Closes {
		closes.rows = append(closes.rows, []string{strconv.Itoa(c.Code), c.Meaning, c.Act})
	}
	return []table{ops, events, closes}
}

func settingTable(t *testing.T) table {
	settings, err := config.Settings()
	if err != nil {
		t.Fatal(err)
	}
	out := table{name: "settings", head: []string{"setting", "variable", "default", "meaning"}, held: 3}
	for _, s := range settings {
		def := ""
		if s.Default != "" {
			def = code(s.Default)
		}
		out.rows = append(out.rows, []string{code(s.Name), code(s.Env), def, s.Help})
	}
	return out
}

func metricTable(t *testing.T, a *App) table {
	out := table{name: "metrics", head: []string{"metric", "kind", "what"}, held: 2}
	families, err := a.metrics().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "xinshu_") {
			out.rows = append(out.rows, []string{code(f.GetName()), strings.ToLower(f.GetType().String()), f.GetHelp()})
		}
	}
	return out
}

func code(s string) string { return "`" + s + "`" }

// compare finds the table in a document and reports every row that differs. generated: the document's text is the program's.
func (tab table) compare(t *testing.T, page string, generated bool) {
	t.Helper()
	path := filepath.Join("..", "..", "docs", page)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	block := regexp.MustCompile(`(?s)(<!-- table: ` + tab.name + ` -->\n)(.*?)(<!-- end -->)`)
	found := block.FindSubmatch(text)
	if found == nil {
		t.Errorf("docs/%s: there is no <!-- table: %s -->", page, tab.name)
		return
	}
	if *update && generated {
		made := block.ReplaceAllFunc(text, func([]byte) []byte { return []byte(string(found[1]) + tab.String() + string(found[3])) })
		if err := os.WriteFile(path, made, 0o644); err != nil {
			t.Error(err)
		}
		return
	}
	held := len(tab.head)
	if !generated {
		held = tab.held
	}
	want, got := cut(tab.rows, held), cut(parseTable(string(found[2])), held)
	for _, row := range want {
		if !slices.Contains(got, row) {
			t.Errorf("docs/%s, table %s: no row %s", page, tab.name, row)
		}
	}
	for _, row := range got {
		if !slices.Contains(want, row) {
			t.Errorf("docs/%s, table %s: the program has no %s", page, tab.name, row)
		}
	}
	if t.Failed() && generated {
		t.Logf("go test ./internal/server -run TestDocumentedTables -update writes the table")
	}
}

// String is the table in Markdown.
func (tab table) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(tab.head, " | "), strings.Repeat("---|", len(tab.head)))
	for _, row := range tab.rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	return b.String()
}

// cut joins the first cells of each row.
func cut(rows [][]string, cells int) []string {
	var out []string
	for _, row := range rows {
		out = append(out, strings.Join(row[:min(cells, len(row))], " | "))
	}
	return out
}

// parseTable reads the rows below the two lines of a Markdown table's head.
func parseTable(text string) (rows [][]string) {
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if i < 2 {
			continue
		}
		var row []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		rows = append(rows, row)
	}
	return rows
}
