package importer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/audit"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/org"
	"github.com/xinshu-im/xinshu/internal/org/importer"
)

var (
	admin    = xinshu.Actor{Person: 1, Roles: xinshu.SystemAdmin, ProvedAt: 1 << 50}
	employee = xinshu.Actor{Person: 2}
)

type bundle struct {
	*org.Service
	t   testing.TB
	ctx context.Context
	db  *db.DB
}

func newBundle(t testing.TB, d *db.DB) *bundle {
	clock := xinshu.SystemClock{}
	return &bundle{org.New(org.Options{DB: d, Clock: clock, IDs: xinshu.NewIDSource(clock, 1), Audit: audit.New(audit.Options{DB: d, Clock: clock})}), t, t.Context(), d}
}

func steps() []db.Migration { return append(audit.Migrations(), org.Migrations()...) }

func each(t *testing.T, fn func(t *testing.T, b *bundle)) {
	t.Parallel()
	dbtest.Each(t, steps(), func(t *testing.T, d *db.DB) { fn(t, newBundle(t, d)) })
}

// plan reads and compares a file.
func (b *bundle) plan(file string, opt importer.Options) *importer.Plan {
	b.t.Helper()
	source, err := importer.Read([]byte(file), "")
	if err != nil {
		b.t.Fatalf("read: %v", err)
	}
	plan, err := importer.MakePlan(b.ctx, b.Service, admin, source, opt)
	if err != nil {
		b.t.Fatalf("plan: %v", err)
	}
	return plan
}

// run imports a file without errors.
func (b *bundle) run(file string, opt importer.Options) importer.Diff {
	b.t.Helper()
	plan := b.plan(file, opt)
	if len(plan.Errors) > 0 {
		b.t.Fatalf("%d bad lines: %v", len(plan.Errors), plan.Errors[0])
	}
	result, err := importer.Apply(b.ctx, b.Service, admin, plan, nil)
	if err != nil {
		b.t.Fatalf("apply: %v", err)
	}
	return result.Diff
}

// find lists the people whom a query finds as NAME/DEPARTMENT/POSITION.
func (b *bundle) find(q string) string {
	b.t.Helper()
	list, _, err := b.FindPeople(b.ctx, employee, org.PersonFilter{Query: q})
	if err != nil {
		b.t.Fatal(err)
	}
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.Name + "/" + p.Department + "/" + p.Position
	}
	return strings.Join(out, " ")
}

// tree lists all departments as PATH:people:people below.
func (b *bundle) tree() string {
	b.t.Helper()
	var out []string
	var walk func(parent xinshu.DepartmentID, path string)
	walk = func(parent xinshu.DepartmentID, path string) {
		list, _, err := b.FindDepartments(b.ctx, employee, parent, org.Page{Limit: 200})
		if err != nil {
			b.t.Fatal(err)
		}
		for _, d := range list {
			out = append(out, fmt.Sprintf("%s%s:%d:%d", path, d.Name, d.People, d.PeopleAll))
			walk(d.ID, path+d.Name+"/")
		}
	}
	walk(0, "")
	return strings.Join(out, " ")
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func wantCode(t testing.TB, what string, err error, code xinshu.Code) {
	t.Helper()
	if xinshu.CodeOf(err) != code {
		t.Errorf("%s: got %v, want code %q", what, err, code)
	}
}

const chinese = "姓名,工号,登录名,邮箱,手机,部门,岗位,直属上级,入职日期,状态\n" +
	"王总,E1,wang,wang@corp.cn,13800000001,集团,总经理,,2020-01-01,在职\n" +
	"张伟,E2,zhangwei,zw@corp.cn,138-0000-0002,集团/研发中心/后端组;集团,后端工程师;顾问,E1,2021-02-03,\n" +
	"李娜,E3,,,,集团/研发中心/前端组,,zhangwei,,待激活\n"

const english = "Name,Employee No,Login,Email,Mobile,Department,Position,Manager,Hired On,Status\n" +
	"王总,E1,wang,wang@corp.cn,13800000001,集团,总经理,,2020-01-01,active\n" +
	"张伟,E2,zhangwei,zw@corp.cn,138-0000-0002,集团/研发中心/后端组;集团,后端工程师;顾问,E1,2021-02-03,\n" +
	"李娜,E3,,,,集团/研发中心/前端组,,zhangwei,,invited\n"

const wantTree = "集团:2:3 集团/研发中心:0:2 集团/研发中心/后端组:1:1 集团/研发中心/前端组:1:1"

func TestImportOfPeopleInEveryEncoding(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	for what, file := range map[string]string{"utf-8": chinese, "bom": "\ufeff" + chinese, "gb18030": gb, "english": english,
		"crlf": strings.ReplaceAll(chinese, "\n", "\r\n"), "tabs": strings.ReplaceAll(chinese, ",", "\t")} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, b *bundle) {
				diff := b.run(file, importer.Options{})
				equal(t, "departments", diff.Departments, importer.Counts{Created: 4})
				equal(t, "people", diff.People, importer.Counts{Created: 3})
				equal(t, "positions", diff.Positions, 3)
				equal(t, "tree", b.tree(), wantTree)
				equal(t, "search", b.find("zw"), "张伟/后端组/后端工程师")
				equal(t, "search by tail", b.find("0002"), "张伟/后端组/后端工程师")
				list, _, err := b.FindPeople(b.ctx, admin, org.PersonFilter{Query: "E3"})
				if err != nil || len(list) != 1 {
					t.Fatal(list, err)
				}
				p, err := b.GetPerson(b.ctx, admin, list[0].ID)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "line", fmt.Sprint(p.Line.Up[0].Name, p.Line.Up[1].Name), "张伟王总")
				again := b.plan(file, importer.Options{})
				equal(t, "second run", again.Empty() && len(again.Errors) == 0, true)
			})
		})
	}
}

func TestOtherEncodingsAreNamed(t *testing.T) {
	t.Parallel()
	big, err := traditionalchinese.Big5.NewEncoder().String("姓名,工號,部門\n張偉,E1,研發\n")
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	plain16, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(english)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct{ file, name string }{"Big5": {big, "Big5"}, "UTF-16": {utf16, "UTF-16"}, "UTF-16 without mark": {plain16, "UTF-16"},
		"UTF-32": {"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"}, "workbook": {"PK\x03\x04abc", "workbook"}, "noise": {"name,login\n\xff\xff\xff", "not recognised"}} {
		_, err := importer.Read([]byte(c.file), "csv")
		wantCode(t, what, err, xinshu.Invalid)
		if err == nil || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: %v does not name %s", what, err, c.name)
		}
	}
}

func TestImportOfDepartmentsByCode(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		file := "部门编码,部门名称,上级部门编码,排序\nD11,后端组,D1,2\nD12,前端组,D1,1\nD1,研发中心,D0,\nD0,集团,,\n"
		equal(t, "created", b.run(file, importer.Options{}).Departments, importer.Counts{Created: 4})
		equal(t, "tree", b.tree(), "集团:0:0 集团/研发中心:0:0 集团/研发中心/前端组:0:0 集团/研发中心/后端组:0:0")
		equal(t, "again", b.plan(file, importer.Options{}).Empty(), true)
		moved := "部门编码,部门名称,上级部门编码\nD11,后端部,D0\n"
		equal(t, "moved", b.run(moved, importer.Options{}).Departments, importer.Counts{Moved: 1})
		equal(t, "tree after", b.tree(), "集团:0:0 集团/研发中心:0:0 集团/研发中心/前端组:0:0 集团/后端部:0:0")
		people := "姓名,工号,部门\n张伟,E1,D11\n"
		equal(t, "people by code", b.run(people, importer.Options{}).People, importer.Counts{Created: 1})
		equal(t, "found", b.find("张伟"), "张伟/后端部/")
	})
}

func TestImportOfJSON(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		file := `{"ranks":[{"name":"P6","level":60}],
"departments":[{"path":"集团"},
 {"path":"集团/A\\/B 组","code":"AB"}],
"people":[{"name":"张伟","employee_no":"E1","rank":"p6","memberships":[{"department":"集团","title":"顾问"},{"department":"AB","position":"工程师","primary":true,"sort":-1}]}]}`
		diff := b.run(file, importer.Options{})
		equal(t, "ranks", diff.Ranks, 1)
		equal(t, "tree", b.tree(), "集团:1:1 集团/A/B 组:1:1")
		equal(t, "person", b.find("张伟"), "张伟/A/B 组/工程师")
		equal(t, "again", b.plan(file, importer.Options{}).Empty(), true)
		cleared := `{"people":[{"employee_no":"e1","rank":"","memberships":[]}]}`
		equal(t, "cleared", b.run(cleared, importer.Options{}).People, importer.Counts{Moved: 1})
		equal(t, "person without place", b.find("张伟"), "张伟//")
	})
}

// TestChangesAndLeavers: what a later file changes, who leaves, and that nothing else does.
func TestChangesAndLeavers(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		b.run(chinese, importer.Options{})
		keeper, err := b.CreatePerson(b.ctx, admin, org.PersonDraft{Name: "管理员", Login: "root"})
		if err != nil {
			t.Fatal(err)
		}
		later := "姓名,工号,登录名,部门\n王总,E1,,集团\n张伟伟,E2,newlogin,集团/市场部\n"
		merge := b.run(later, importer.Options{})
		equal(t, "merge", merge.People, importer.Counts{Changed: 1, Moved: 1})
		equal(t, "new name found", b.find("zhangweiwei"), "张伟伟/市场部/")
		equal(t, "old initials not found", b.find("zw@"), "张伟伟/市场部/")
		equal(t, "old login not found", b.find("zhangwei"), "张伟伟/市场部/")
		equal(t, "others stay", b.find("李娜"), "李娜/前端组/")
		replaced := b.run(later, importer.Options{Replace: true})
		equal(t, "replace", replaced.People, importer.Counts{Left: 1})
		equal(t, "who left is not found", b.find("李娜"), "")
		equal(t, "who was not imported stays", b.find("root"), "管理员//")
		equal(t, "again", b.plan(later, importer.Options{Replace: true}).Empty(), true)
		p, err := b.GetPerson(b.ctx, admin, keeper.ID)
		if err != nil || p.Status != org.Invited {
			t.Error(p.Status, err)
		}
		swap := "姓名,工号,登录名\n王总,E1,newlogin\n张伟伟,E2,wang\n"
		equal(t, "logins change places", b.run(swap, importer.Options{}).People, importer.Counts{Changed: 2})
		equal(t, "by login", b.find("newlogin"), "王总/集团/")
	})
}

func TestEachBadLineIsNamed(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		b.run(chinese, importer.Options{})
		before := b.tree()
		for what, c := range map[string]struct{ file, want string }{
			"values": {"姓名,工号,邮箱,手机,入职日期,状态,部门,直属上级\n" +
				"\"多\n行\",N1,,,,,,\n" +
				"好,N2,no-mail,,,,,\n" +
				"好,N3,,abc,,,,\n" +
				"好,N4,,,昨天,,,\n" +
				"好,N5,,,,神,,\n" +
				"好,N6,,,,,无此编码,\n" +
				"好,N7,,,,,,没有的人\n" +
				"a\u202eb,N8,,,,,,\n" +
				",N9,,,,,,\n" +
				"好,,,,,,,\n" +
				"好,N2,,,,,,\n" +
				"好,N10,,,,,集团//组,\n" +
				"好,N11,a@b.cn,,,,,,多\n",
				"4 email no-mail|5 mobile abc|6 hired_on 昨天|7 status 神|8 department 无此编码|9 manager 没有的人|10 name a\u202eb|11 name |12 employee_no |13 employee_no N2|14 department 集团//组|15  多"},
			"every fault of a line": {"姓名,工号,登录名,邮箱,手机,状态,部门,岗位,直属上级\n" +
				"一,N1,one,,,,,,\n" +
				",N2,one,no-mail,abc,神,无此编码,a\u202eb,没有的人\n" +
				"三,N1,,,abc,,,,没有的人\n" +
				"四,,,,abc,,,,没有的人\n" +
				"五,N5,,,,,,,N2\n" +
				"六,N6,,,,,无此;也无,,没有的人\n",
				"3 name |3 email no-mail|3 mobile abc|3 status 神|3 position a\u202eb|3 department 无此编码|3 login one|3 manager 没有的人|" +
					"4 employee_no N1|4 mobile abc|4 manager 没有的人|5 employee_no |5 mobile abc|5 manager 没有的人|" +
					"7 department 无此|7 department 也无|7 manager 没有的人"},
			"numbers and logins": {"姓名,工号,登录名\n一,N1,same\n二,N2,same\n三,N3,wang\n", "3 login same|4 login wang"},
			"cycle":              {"code,name,parent_code\nA,a,B\nB,b,C\nC,c,A\nX,x,A\n", "2 parent_code a|3 parent_code b|4 parent_code c"},
			"missing parent":     {"code,name,parent_code\nA,a,NO\n", "2 parent_code NO"},
			"duplicate code":     {"code,name\nA,a\nA,b\n", "3 code A"},
			"duplicate path":     {"path\n集团/甲\n集团/甲\n", "3 path 集团/甲"},
			"too deep":           {"path\n" + strings.TrimSuffix(strings.Repeat("层/", 33), "/") + "\n", "2 path"},
			"managers":           {"姓名,工号,上级\n一,N1,N2\n二,N2,N1\n三,N3,N1\n", "2 manager N2|3 manager N1"},
			"own manager":        {"姓名,工号,上级\n一,N1,N1\n", "2 manager N1"},
			"unknown rank":       {"姓名,工号,职级\n一,N1,P99\n", "2 rank P99"},
			"quotes":             {"姓名,工号\n\"一,N1\n二,N2\n", "2  "},
			"json fields":        {"{\"people\":[\n{\"name\":\"a\",\"login\":\"a\"},\n{\"name\":7,\"login\":\"b\"},\n{\"nam\":\"x\"}\n]}", "3 name |4 nam "},
		} {
			plan := b.plan(c.file, importer.Options{})
			var got []string
			for _, e := range plan.Errors {
				if e.Reason == "" {
					t.Errorf("%s: line %d has no reason", what, e.Line)
				}
				got = append(got, fmt.Sprintf("%d %s %s", e.Line, e.Column, e.Value))
			}
			if s := strings.Join(got, "|"); s != c.want && !(what == "too deep" && strings.HasPrefix(s, c.want) && len(got) == 1) {
				t.Errorf("%s:\n got %s\nwant %s", what, s, c.want)
			}
			_, err := importer.Apply(b.ctx, b.Service, admin, plan, nil)
			wantCode(t, what, err, xinshu.Invalid)
		}
		equal(t, "nothing changed", b.tree(), before)
		equal(t, "nobody came", b.find("好"), "")
	})
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	for what, file := range map[string]string{"empty": "", "no header": "\n", "unknown column": "姓名,工号,密码\n", "column twice": "姓名,工号,Name\n",
		"people without key": "姓名,手机\n", "neither": "姓名,岗位\n", "mixed": "工号,部门编码\n", "json list": "[]", "json broken": "{\"people\":[", "json key": `{"admins":[]}`,
		"json twice": `{"people":[],"people":[]}`, "json tail": `{"people":[]} x`} {
		format := "csv"
		if strings.HasPrefix(what, "json") {
			format = "json"
		}
		_, err := importer.Read([]byte(file), format)
		wantCode(t, what, err, xinshu.Invalid)
	}
	_, err := importer.Read(nil, "xml")
	wantCode(t, "format", err, xinshu.Invalid)
}

func TestPlanIsBoundToTheVersion(t *testing.T) {
	each(t, func(t *testing.T, b *bundle) {
		plan := b.plan(chinese, importer.Options{})
		if _, err := b.CreateDepartment(b.ctx, admin, org.DepartmentDraft{Name: "别的"}); err != nil {
			t.Fatal(err)
		}
		_, err := importer.Apply(b.ctx, b.Service, admin, plan, nil)
		wantCode(t, "changed since", err, xinshu.Conflict)
		equal(t, "nothing else", b.tree(), "别的:0:0")
		source, err := importer.Read([]byte(chinese), "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = importer.MakePlan(b.ctx, b.Service, employee, source, importer.Options{})
		wantCode(t, "employee", err, xinshu.Forbidden)
	})
}
