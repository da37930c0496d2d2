package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/text"
)

// headers are the names of columns, folded and without separators; traditional characters are folded to simplified ones.
var headers = map[string]string{
	"name": "name", "姓名": "name", "名字": "name", "员工姓名": "name", "fullname": "name",
	"nameen": "name_en", "englishname": "name_en", "英文名": "name_en", "英文姓名": "name_en",
	"login": "login", "username": "login", "account": "login", "登录名": "login", "账号": "login", "帐号": "login", "用户名": "login",
	"employeeno": "employee_no", "employeenumber": "employee_no", "employeeid": "employee_no", "工号": "employee_no", "员工编号": "employee_no", "员工号": "employee_no",
	"email": "email", "mail": "email", "邮箱": "email", "电子邮箱": "email", "邮件": "email", "电邮": "email",
	"mobile": "mobile", "phone": "mobile", "手机": "mobile", "手机号": "mobile", "手机号码": "mobile", "电话": "mobile",
	"status": "status", "状态": "status", "rank": "rank", "职级": "rank", "ranklevel": "rank_level", "职级序": "rank_level",
	"manager": "manager", "上级": "manager", "直属上级": "manager", "主管": "manager", "直接上级": "manager",
	"location": "location", "地点": "location", "办公地点": "location", "工作地点": "location",
	"hiredon": "hired_on", "hiredate": "hired_on", "入职日期": "hired_on", "入职时间": "hired_on", "locale": "locale", "语言": "locale",
	"department": "department", "departments": "department", "部门": "department", "所属部门": "department",
	"position": "position", "positions": "position", "岗位": "position", "职位": "position",
	"title": "title", "头衔": "title", "职务": "title",
	"departmentname": "department_name", "部门名称": "department_name", "部门名": "department_name",
	"departmentcode": "code", "code": "code", "部门编码": "code", "部门编号": "code", "部门代码": "code", "编码": "code",
	"parentcode": "parent_code", "上级编码": "parent_code", "上级部门编码": "parent_code", "父部门编码": "parent_code", "上级部门编号": "parent_code",
	"path": "path", "departmentpath": "path", "部门路径": "path", "路径": "path", "sort": "sort", "order": "sort", "排序": "sort", "序号": "sort",
}

// personColumns make a table one of people.
var personColumns = []string{"login", "employee_no", "email", "mobile", "manager", "hired_on"}

func columnOf(header string) string {
	h := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-*（）()/:：", r) {
			return -1
		}
		return r
	}, text.Fold(header))
	return headers[h]
}

// knownHeader says whether the first line of a table has a column that we know and that is not ASCII.
func knownHeader(t []byte) bool {
	first, _, _ := bytes.Cut(t, []byte("\n"))
	for _, h := range strings.FieldsFunc(string(first), func(r rune) bool { return strings.ContainsRune(",;\t\"\r", r) }) {
		if columnOf(h) != "" && strings.IndexFunc(h, func(r rune) bool { return r > 0x7F }) >= 0 {
			return true
		}
	}
	return false
}

// table is a CSV file on its way into a source.
type table struct {
	*Source
	names   []string // columns as the file calls them
	columns []string // columns as we call them; "" is left out
	people  bool
	line    int
	record  []string
}

func readCSV(raw []byte) (*Source, error) {
	data, err := decode(raw, knownHeader)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.ReuseRecord, r.Comma = -1, true, comma(data)
	head, err := r.Read()
	if err != nil {
		return nil, xinshu.Errorf(xinshu.Invalid, "The file has no line of headers that can be read.")
	}
	t := &table{Source: &Source{}}
	if err := t.header(head); err != nil {
		return nil, err
	}
	for rows := 0; ; rows++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t.Source, nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) { // where the next line begins is not known any more
			t.fail(bad.StartLine, "", "", "A quotation mark stands in the wrong place; lines from here on were not read.")
			return t.Source, nil
		}
		if err != nil {
			return nil, err
		}
		if rows == maxRows {
			return nil, xinshu.Errorf(xinshu.TooLarge, "A file has at most %d lines.", maxRows)
		}
		t.line, _ = r.FieldPos(0)
		t.record = record
		t.row()
	}
}

// comma is what separates the columns: whatever stands most often in the first line.
func comma(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best := ','
	for _, c := range ";\t" {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(best))) {
			best = c
		}
	}
	return best
}

func (t *table) header(head []string) error {
	seen := map[string]bool{}
	for _, h := range head {
		c := columnOf(h)
		if strings.TrimSpace(h) == "" {
			c = ""
		} else if c == "" {
			return xinshu.Errorf(xinshu.Invalid, "The column %q is not known. See the documentation for the names of columns.", cut(h))
		}
		if c != "" && seen[c] {
			return xinshu.Errorf(xinshu.Invalid, "The column %q stands twice.", cut(h))
		}
		seen[c] = true
		t.names, t.columns = append(t.names, strings.Clone(h)), append(t.columns, c)
	}
	for _, c := range personColumns {
		t.people = t.people || seen[c]
	}
	switch {
	case t.people && !seen["employee_no"] && !seen["login"] && !seen["email"]:
		return xinshu.Errorf(xinshu.Invalid, "A table of people needs a column with employee numbers, logins or e-mail addresses.")
	case !t.people && !seen["path"] && !seen["code"]:
		return xinshu.Errorf(xinshu.Invalid, "The file has neither people (employee number, login or e-mail) nor departments (path or code).")
	}
	for i, c := range t.columns {
		if c != "" && !t.fits(c) {
			return xinshu.Errorf(xinshu.Invalid, "The column %q does not belong into a table of %s.", cut(t.names[i]), map[bool]string{true: "people", false: "departments"}[t.people])
		}
	}
	return nil
}

func (t *table) fits(column string) bool {
	department := strings.Contains(" department_name name code parent_code path sort ", " "+column+" ")
	if t.people {
		return !department || column == "name"
	}
	return department
}

func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40])
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// get returns a cell: nil when the column is absent or the cell empty, "" for a single hyphen.
func (t *table) get(column string) *string {
	for i, c := range t.columns {
		if c == column && i < len(t.record) {
			s := strings.Clone(strings.TrimSpace(t.record[i])) // the reader uses its memory again
			switch s {
			case "":
				return nil
			case "-":
				s = ""
			}
			return &s
		}
	}
	return nil
}

func (t *table) number(column string) *int64 {
	s := t.get(column)
	if s == nil || *s == "" {
		return nil
	}
	n, err := strconv.ParseInt(*s, 10, 64)
	if err != nil {
		t.fail(t.line, column, *s, "This is not a whole number.")
		return nil
	}
	return &n
}

func (t *table) row() {
	empty := true
	for i, cell := range t.record {
		if strings.TrimSpace(cell) == "" {
			continue
		}
		empty = false
		if i >= len(t.columns) {
			t.fail(t.line, "", cell, "The line has more cells than there are columns.")
			return
		}
	}
	if empty {
		return
	}
	if !t.people {
		name := t.get("department_name")
		if name == nil {
			name = t.get("name")
		}
		t.Departments = append(t.Departments, DepartmentLine{Line: t.line, Path: t.get("path"), Name: name, Code: t.get("code"),
			ParentCode: t.get("parent_code"), Sort: t.number("sort")})
		return
	}
	t.People = append(t.People, PersonLine{Line: t.line, Name: t.get("name"), NameEn: t.get("name_en"), Login: t.get("login"),
		EmployeeNo: t.get("employee_no"), Email: t.get("email"), Mobile: t.get("mobile"), Status: t.get("status"), Rank: t.get("rank"),
		Manager: t.get("manager"), Location: t.get("location"), HiredOn: t.get("hired_on"), Locale: t.get("locale"),
		RankLevel: t.number("rank_level"), Memberships: t.memberships()})
}

// memberships reads the parallel lists of departments, positions and titles; the first is the primary one.
func (t *table) memberships() *[]MembershipLine {
	departments := t.get("department")
	if departments == nil {
		return nil
	}
	out := []MembershipLine{}
	if *departments == "" {
		return &out
	}
	positions, titles := list(t.get("position")), list(t.get("title"))
	for i, d := range list(departments) {
		m := MembershipLine{Department: d, Primary: i == 0}
		if i < len(positions) {
			m.Position = positions[i]
		}
		if i < len(titles) {
			m.Title = titles[i]
		}
		out = append(out, m)
	}
	if len(positions) > len(out) || len(titles) > len(out) {
		t.fail(t.line, "position", strings.Join(positions, ";"), "There are more positions or titles than departments.")
	}
	return &out
}

func list(s *string) []string {
	if s == nil || *s == "" {
		return nil
	}
	parts := strings.FieldsFunc(strings.ReplaceAll(*s, "；", ";"), func(r rune) bool { return r == ';' })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
