package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/door"
)

const (
	invalid      = "400 invalid"
	unknownField = "400 unknown_field"
)

// hostileTexts are put into every text; in JSON, because some cannot be written in Go's strings. The flag says that no field may
// take it, of those that may succeed at all.
var hostileTexts = []struct {
	what, json string
	never      bool
}{
	{"NUL", `"` + mark + `\u0000x"`, true},
	{"escape sequence", `"` + mark + `\u001b[31mx"`, true},
	{"C1 control", `"` + mark + `\u0085x"`, false}, // a line break to Unicode: space in a name
	{"turned direction", `"` + mark + `\u202egpj.exe"`, false},
	{"lone surrogate", `"` + mark + `\ud800x"`, false},
	{"noncharacter", `"` + mark + `\uffff"`, false},
	{"SQL", `"` + mark + `' OR 1=1; DROP TABLE person;--"`, false},
	{"template", `"` + mark + `{{7*7}}${7*7}%s%n<script>"`, false},
	{"path", `"../../` + mark + `/etc/passwd"`, false},
	{"line break", `"` + mark + `\r\nSet-Cookie: x=1"`, false},
	{"stacked marks", `"` + mark + strings.Repeat(`\u0301`, 500) + `"`, false},
	{"invisible only", `"\u200b\u2060\ufeff"`, false},
	{"empty", `""`, false},
	{"unknown id", `"06ZZZZZZZZZZZ"`, false},
	{"zero id", `"0000000000000"`, false},
	{"too large id", `"ZZZZZZZZZZZZZ"`, false},
}

// attempts makes the attempts at a route.
func (h *hostile) attempts(d door.Door, r row, c *cell) (out []attempt) {
	op := h.api.byName[d.Name]
	out = append(out, h.aboutPath(d, r, c)...)
	if op != nil {
		out = append(out, h.aboutQuery(op, r)...)
	}
	base := exact(h.t, c, r)
	if s := h.api.body(op); s != nil {
		out = append(out, h.aboutBody(s, base)...)
		for _, f := range h.api.fields(s, nil) {
			out = append(out, aboutField(h, f, base)...)
		}
	} else if d.Method != "GET" {
		out = append(out, attempt{what: "a body that nobody asked for", body: []byte(`{"role":"owner","roles":["system_admin"]}`), want: "*"})
	}
	return out
}

// aboutBody is what is wrong with a body as a whole.
func (h *hostile) aboutBody(s *schema, base any) []attempt {
	plain := marshal(h.t, base)
	long := func(n int) []byte { return []byte(`{"` + mark + `":"` + strings.Repeat("a", n) + `"}`) }
	out := []attempt{
		{what: "no body", want: invalid},
		{what: "null", body: []byte(`null`), want: invalid},
		{what: "a list", body: []byte(`[` + string(plain) + `]`), want: invalid},
		{what: "a number", body: []byte(`7`), want: invalid},
		{what: "a text", body: []byte(`"` + mark + `"`), want: invalid},
		{what: "half of it", body: plain[:len(plain)-1], want: invalid},
		{what: "something behind it", body: append(slices.Clip(plain), '1'), want: invalid},
		{what: "two of them", body: append(slices.Clip(plain), plain...), want: invalid},
		{what: "a byte order mark", body: append([]byte("\ufeff"), plain...), want: invalid},
		{what: "a comment", body: append([]byte("/* */"), plain...), want: invalid},
		{what: "deep lists", body: []byte(`{"` + mark + `":` + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000) + `}`), want: invalid},
		{what: "deep objects", body: []byte(strings.Repeat(`{"a":`, 10_000)), want: invalid},
		{what: "unknown field", body: marshal(h.t, with(base, []any{mark}, 1)), want: unknownField},
		{what: "__proto__", body: marshal(h.t, with(base, []any{"__proto__"}, map[string]any{"roles": []string{"system_admin"}})), want: unknownField},
		{what: "many fields", body: manyFields(), want: invalid},
		{what: "too large", body: long(xinshu.MaxBody), want: "413 too_large"},
		{what: "a long field", body: long(300_000), want: unknownField},
		{what: "not UTF-8", body: []byte("{\"" + mark + "\":\"\xc3\x28\xff\"}"), want: invalid},
	}
	for _, typ := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml", "application/cbor",
		"application/jsonx", "*/*", "application/json, text/plain"} {
		out = append(out, attempt{what: "as " + typ, body: plain, header: http.Header{"Content-Type": {typ}}, want: "415 unsupported_media"})
	}
	// Every field that any answer shows, tried in every request: what is not asked for is refused (promise 46).
	// Ten at a time: a refusal names up to twenty of them.
	var foreign []string
	for _, name := range h.api.outputs {
		if _, ok := s.Properties[name]; !ok {
			foreign = append(foreign, name)
		}
	}
	for some := range slices.Chunk(foreign, 10) {
		body := base
		for _, name := range some {
			body = with(body, []any{name}, "1")
		}
		out = append(out, attempt{what: "assignment of foreign fields", body: marshal(h.t, body), want: unknownField, names: some})
	}
	if m, ok := base.(map[string]any); ok {
		for name, v := range m {
			value := string(marshal(h.t, v))
			rest := strings.TrimPrefix(string(plain), "{")
			upper := strings.ToUpper(name)
			escaped := fmt.Sprintf(`\u%04x%s`, name[0], name[1:])
			out = append(out,
				attempt{what: name + " twice", body: []byte(`{"` + name + `":` + value + `,` + rest), want: invalid},
				attempt{what: name + " twice, once escaped", body: []byte(`{"` + escaped + `":` + value + `,` + rest), want: invalid},
				attempt{what: upper + " beside " + name, body: []byte(`{"` + upper + `":` + value + `,` + rest), want: unknownField})
		}
	}
	return out
}

// isName says whether a field holds what people are shown as a name, and could be taken for another one.
func isName(f field) bool {
	name, _ := f.path[len(f.path)-1].(string)
	return slices.Contains([]string{"name", "name_en", "company_name", "company", "title", "login", "employee_no", "location"}, name)
}

func manyFields() []byte {
	var b strings.Builder
	b.WriteString(`{"` + mark + `":1`)
	for i := range 1_000 {
		fmt.Fprintf(&b, `,"f%d":1`, i)
	}
	b.WriteString("}")
	return []byte(b.String())
}

// aboutField puts into one field what does not belong there.
func aboutField(h *hostile, f field, base any) (out []attempt) {
	put := func(what, text, want string) {
		out = append(out, attempt{what: fmt.Sprintf("%s: %s", f, what), body: marshal(h.t, with(base, f.path, json.RawMessage(text))), want: want})
	}
	raw := func(what, inner, want string) { // bytes that are no JSON text
		b := strings.Replace(string(marshal(h.t, with(base, f.path, "RAWRAW"))), "RAWRAW", inner, 1)
		out = append(out, attempt{what: fmt.Sprintf("%s: %s", f, what), body: []byte(b), want: want})
	}
	for kind, text := range map[string]string{"string": `"` + mark + `"`, "integer": `7`, "boolean": `true`, "object": `{}`, "array": `[]`} {
		if !f.s.is(kind) {
			put(kind, text, invalid)
		}
	}
	put("null", `null`, "*")
	switch {
	case f.s.is("string"):
		put("a number with a fraction", `1.5`, invalid)
		raw("not UTF-8", "\xff\xfe", invalid)
		raw("overlong UTF-8", "\xc0\xaf", invalid)
		put("very long", `"`+strings.Repeat("长", 30_000)+`"`, "")
		for _, text := range hostileTexts {
			want := "*"
			if text.never || text.what == "turned direction" && isName(f) {
				want = ""
			}
			put(text.what, text.json, want)
		}
	case f.s.is("integer"):
		for _, n := range []string{"1.5", "1e400", "9223372036854775808", "-9223372036854775809", "99999999999999999999999999"} {
			put(n, n, invalid)
		}
		for _, n := range []string{"-1", "0", "9223372036854775807", "-9223372036854775808", "9007199254740993", "1e3", "-0"} {
			put(n, n, "*")
		}
	case f.s.is("array"):
		one := `"06ZZZZZZZZZZZ"`
		if item := h.api.resolve(f.s.Items); item.is("object") {
			one = `{}`
		}
		put("5,000 of them", `[`+strings.Repeat(one+",", 4_999)+one+`]`, "")
		put("the same twice", `[`+one+`,`+one+`]`, "*")
		put("null in it", `[null]`, "*")
	case f.s.is("object"):
		put("unknown field", `{"`+mark+`":1}`, "400 unknown_field | 400 invalid")
	}
	return out
}

var inPath = regexp.MustCompile(`\{[a-z]+\}`)

// aboutPath puts into every part of a path what names nothing.
func (h *hostile) aboutPath(d door.Door, r row, c *cell) (out []attempt) {
	for _, name := range inPath.FindAllString(d.Path, -1) {
		texts := []string{"x", "0", "-1", "1.5", "1e3", "0x10", "%EF%BC%91", "%00", "%FF", "%C0%AF", "..%2f..%2fetc%2fpasswd", "..%5c", "%252e%252e",
			"0000000000000", "06ZZZZZZZZZZZ", "ZZZZZZZZZZZZZ", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
			"18446744073709551616", "null", "undefined", "%20", "%27%20OR%201=1--", mark + "%0d%0aSet-Cookie:x", url.PathEscape(strings.Repeat("长", 2_000))}
		for _, text := range texts {
			special := c.path(door.Door{Path: inPath.ReplaceAllStringFunc(d.Path, func(p string) string {
				if p == name {
					return "@@"
				}
				return p
			})}, row{ids: r.ids})
			want := ""
			if name == "{emoji}" || text == "06ZZZZZZZZZZZ" && d.Name == "reaction.delete" {
				want = "*" // what counts as an emoji is another test's
			}
			out = append(out, attempt{what: name + " " + text, path: strings.Replace(special, "@@", text, 1), body: bodyOrNil(h, c, r), want: want})
		}
	}
	return out
}

func bodyOrNil(h *hostile, c *cell, r row) []byte {
	if v := exact(h.t, c, r); v != nil {
		return marshal(h.t, v)
	}
	return nil
}

// aboutQuery puts into every parameter what does not belong there.
func (h *hostile) aboutQuery(op *operation, r row) (out []attempt) {
	add := func(what, more, want string) {
		q := more
		if strings.HasPrefix(r.query, "?") && !strings.HasPrefix(r.query[1:], strings.SplitAfter(more, "=")[0]) {
			q = r.query[1:] + "&" + more
		}
		out = append(out, attempt{what: what, query: "?" + q, want: want})
	}
	if op.RequestBody == nil {
		add("an unknown parameter", mark+"=1", invalid)
		add("a token in the address", "access_token="+mark, invalid)
		add("not a query", "%zz=%zz&;;=1", "*")
	}
	for _, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		name := p.Name + "="
		twice := invalid
		if p.Schema.is("array") {
			twice = "*"
		}
		first := map[bool]string{true: "1", false: "06ZZZZZZZZZZZ"}[p.Schema.is("integer")]
		add(p.Name+" twice", name+first+"&"+name+first, twice)
		for _, text := range []string{"%00", "%FF", "%C0%AF", mark + "%1b%5b31m", mark + "%27%20OR%201=1--", "%", "%E2%80%AE" + mark, strings.Repeat("a", 20_000),
			"{}", "[]", "null", "true", mark, "06ZZZZZZZZZZZ", "MTIzNDU2", "eyJhIjoxfQ", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""} {
			want := "*"
			if p.Schema.is("integer") && text != "" {
				want = invalid
			}
			add(p.Name+" "+text, name+text, want)
		}
		for _, text := range []string{"0", "-1", "1.5", "1e3", "+5", "0x10", "%EF%BC%91", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
			"-9223372036854775809", "201", "1001", "1000000000"} {
			want := "*"
			if p.Name == "limit" || p.Schema.is("integer") && strings.ContainsAny(text, ".xe%") || p.Schema.is("integer") && len(text) == 19 && strings.HasSuffix(text, "8") {
				want = invalid
			}
			if p.Name == "limit" && (op.OperationID == "conversation.list" && text == "201" || text == "+5") {
				want = "*"
			}
			add(p.Name+" "+text, name+text, want)
		}
	}
	return out
}
