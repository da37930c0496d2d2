//go:build acceptance

package importer_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/org/importer"
)

// division is a node of the administrative divisions of China.
type division struct {
	Code, Name string
	Children   []division
}

// divisions makes a JSON source of the real tree and 50,000 people in its leaves.
func divisions(t *testing.T, people int) (source string, nodes int) {
	t.Helper()
	folder := os.Getenv("XINSHU_TESTDATA")
	if folder == "" {
		t.Fatal("XINSHU_TESTDATA names no folder of test data")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "org/china-divisions/pcas-code.json"))
	if err != nil {
		t.Fatal(err)
	}
	var top []division
	if err := json.Unmarshal(raw, &top); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Departments []map[string]any `json:"departments"`
		People      []map[string]any `json:"people"`
	}
	var leaves []string
	var walk func(list []division, parent string)
	walk = func(list []division, parent string) {
		for _, d := range list {
			m := map[string]any{"code": d.Code, "name": d.Name}
			if parent != "" {
				m["parent_code"] = parent
			}
			out.Departments = append(out.Departments, m)
			if len(d.Children) == 0 {
				leaves = append(leaves, d.Code)
			}
			walk(d.Children, d.Code)
		}
	}
	walk(top, "")
	surnames, given := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗单"), []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国文辉")
	for i := range people {
		name := string(surnames[i%len(surnames)]) + string(given[i*7%len(given)])
		if i%3 != 0 {
			name += string(given[i*13%len(given)])
		}
		p := map[string]any{"name": name, "employee_no": fmt.Sprintf("E%06d", i), "login": fmt.Sprintf("u%06d", i*7919%people),
			"email": fmt.Sprintf("m%06d@corp.example", i*104729%people), "mobile": fmt.Sprintf("139%08d", i*15485863%100_000_000),
			"memberships": []map[string]any{{"department": leaves[i*31%len(leaves)], "position": fmt.Sprintf("岗位%d", i%200)}}}
		if i > 0 {
			p["manager"] = fmt.Sprintf("E%06d", (i-1)/8)
		}
		out.People = append(out.People, p)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), len(out.Departments)
}

// TestAcceptanceImportOfTheRealTree: 44,703 departments and 50,000 people in ≤ 60 s on SQLite while other writes stay p99 ≤ 200 ms;
// on PostgreSQL recorded.
func TestAcceptanceImportOfTheRealTree(t *testing.T) {
	source, nodes := divisions(t, 50_000)
	if nodes != 44_703 {
		t.Fatalf("%d nodes", nodes)
	}
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			b := newBundle(t, dbtest.Open(t, engine, steps()))
			l := startWriters(t, b, 4)
			began := time.Now()
			read, err := importer.Read([]byte(source), importer.JSON)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := importer.MakePlan(b.ctx, b.Service, admin, read, importer.Options{})
			if err != nil || len(plan.Errors) > 0 {
				t.Fatal(err, len(plan.Errors))
			}
			planned := time.Since(began)
			if _, err := importer.Apply(b.ctx, b.Service, admin, plan, nil); err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			writes := l.stop()
			p99, longest := writes[len(writes)*99/100], writes[len(writes)-1]
			t.Logf("%s: import %v (read and compared in %v), %d other writes: p50 %v, p99 %v, longest %v", engine, took.Round(time.Millisecond),
				planned.Round(time.Millisecond), len(writes), writes[len(writes)/2], p99, longest)
			b.clean()
			again := time.Now()
			if p := b.plan(source, importer.Options{}); !p.Empty() || len(p.Errors) > 0 {
				t.Errorf("a second run would write: %+v", p.Diff)
			}
			t.Logf("%s: compared again in %v", engine, time.Since(again).Round(time.Millisecond))
			if engine == db.SQLite && (took > 60*time.Second || p99 > 200*time.Millisecond) {
				t.Errorf("import %v (≤ 60 s), other writes p99 %v (≤ 200 ms)", took, p99)
			}
		})
	}
}
