package internal_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// homes says for a foreign library in which folders it may be imported, and why nowhere else.
// A library that is touched in one place can be replaced, patched and audited there. Tests are free.
var homes = []struct {
	library string // import path or its beginning
	folders []string
	why     string
}{
	{"modernc.org/", []string{"internal/db"}, "SQL drivers stay in db: everybody else speaks one SQL text through db.Tx"},
	{"github.com/jackc/", []string{"internal/db"}, "SQL drivers stay in db: everybody else speaks one SQL text through db.Tx"},
	{"github.com/lxzan/gws", []string{"internal/realtime", "internal/bench"}, "the WebSocket library stays in realtime (and in the load generator, which is a client)"},
	{"github.com/lesismal/nbio", []string{"internal/realtime", "internal/bench"}, "the WebSocket library stays in realtime (and in the load generator, which is a client)"},
	{"github.com/coder/websocket", []string{"internal/realtime", "internal/bench"}, "the WebSocket library stays in realtime (and in the load generator, which is a client)"},
	{"github.com/nats-io/", []string{"internal/bus"}, "NATS stays in bus: losing it must never lose a message, so nobody else may lean on it"},
	{"github.com/minio/", []string{"internal/blob"}, "S3 stays in blob"},
	{"github.com/go-ldap/", []string{"internal/org/ldap"}, "LDAP stays in org/ldap"},
	{"github.com/scim2/", []string{"internal/org/scim"}, "SCIM stays in org/scim"},
	{"github.com/zitadel/oidc", []string{"internal/identity/oidc"}, "OpenID stays in identity/oidc"},
	{"github.com/coreos/go-oidc", []string{"internal/identity/oidc"}, "OpenID stays in identity/oidc"},
	{"github.com/crewjam/saml", []string{"internal/identity/saml"}, "SAML stays in identity/saml"},
	{"github.com/russellhaering/", []string{"internal/identity/saml"}, "XML signatures stay in identity/saml"},
	{"github.com/modelcontextprotocol/", []string{"internal/assistant"}, "model and MCP libraries stay in assistant"},
	{"github.com/mozillazg/go-pinyin", []string{"internal/text"}, "pinyin stays in text: index and query must use the same function"},
	{"github.com/alecthomas/kong", []string{"cmd/xinshu", "internal/config"}, "the command line is read in cmd and config only"},
	{"go.yaml.in/", []string{"internal/config"}, "configuration files are read in config only"},
	{"unsafe", []string{"internal/db"}, "unsafe trades the type system for speed; bring a measurement to this rule first, as db did (docs/design/0005, 14)"},
	{"C", nil, "CGO stays off: one static binary for every system"},
}

// TestForeignLibrariesStayHome holds the table above.
func TestForeignLibrariesStayHome(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		report(t, foreignViolations(f))
	}
}

func foreignViolations(f *goFile) (found []violation) {
	if f.test {
		return nil
	}
	for _, spec := range f.ast.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		for _, home := range homes {
			if !strings.HasPrefix(imported, home.library) || f.under(home.folders...) {
				continue
			}
			// A one-word package ("C", "unsafe") must match whole, not as the beginning of another.
			if !strings.Contains(home.library, "/") && imported != home.library {
				continue
			}
			found = append(found, f.at(spec.Pos(), "imports %s: %s", imported, home.why))
		}
	}
	return found
}

// reserved says which names of a standard or foreign package may be used only in some folders.
var reserved = []struct {
	library string
	names   []string
	folders []string
	why     string
}{
	{"os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, []string{"internal/config", "internal/bench"},
		"the environment is read in config only, so that `xinshu config` shows every setting there is (the load generator is exempt: it reads where its server process is)"},
	{"net/http", []string{"Client", "DefaultClient", "DefaultTransport", "Transport", "Get", "Head", "Post", "PostForm"},
		[]string{"internal/outbound", "internal/bench", "sdk/go"},
		"requests leave through internal/outbound only: it resolves first, refuses private networks, follows no redirects and caps bodies"},
	{"net/http", []string{"NewServeMux", "Handle", "HandleFunc", "DefaultServeMux"}, []string{"internal/door", "internal/server"},
		"every door stands in one registry (internal/door) with its access policy; the access matrix of the tests is made from it"},
	{"github.com/danielgtaylor/huma/v2", []string{"Register", "Get", "Post", "Put", "Patch", "Delete", "AutoRegister"}, []string{"internal/door", "internal/server"},
		"every door stands in one registry (internal/door) with its access policy; the access matrix of the tests is made from it"},
}

// TestReservedNames holds the table above, and refuses mux.Handle and mux.HandleFunc on any value.
func TestReservedNames(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		report(t, reservedViolations(f))
	}
}

func reservedViolations(f *goFile) (found []violation) {
	if f.test {
		return nil
	}
	for _, rule := range reserved {
		local := f.localName(rule.library)
		if local == "v2" {
			local = "huma" // the package's own name, not its path's last element
		}
		if local == "" || f.under(rule.folders...) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains(rule.names, selector.Sel.Name) {
				return true
			}
			if x, ok := selector.X.(*ast.Ident); ok && x.Name == local {
				found = append(found, f.at(selector.Pos(), "%s.%s: %s", local, selector.Sel.Name, rule.why))
			}
			return true
		})
	}
	if f.under("internal/door", "internal/server") {
		return found
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		// Only with a pattern in front, as routers have it: other things may be handled freely.
		pattern, ok := call.Args[0].(*ast.BasicLit)
		if ok && strings.Contains(pattern.Value, "/") && (selector.Sel.Name == "Handle" || selector.Sel.Name == "HandleFunc") {
			found = append(found, f.at(call.Pos(), "%s of the path %s outside the registry of doors (internal/door): the access matrix would not know it", selector.Sel.Name, pattern.Value))
		}
		return true
	})
	return found
}

// TestForeignRulesCanFail shows each rule a file that breaks it, and one that does not.
func TestForeignRulesCanFail(t *testing.T) {
	t.Parallel()
	cases := []struct {
		path, source, want string
	}{
		{"internal/org/x.go", `package org; import _ "modernc.org/sqlite"`, "SQL drivers"},
		{"internal/org/x.go", `package org; import "github.com/jackc/pgx/v5/pgxpool"; var _ pgxpool.Pool`, "SQL drivers"},
		{"internal/db/x.go", `package db; import _ "modernc.org/sqlite"`, ""},
		{"internal/org/x_test.go", `package org; import _ "modernc.org/sqlite"`, ""},
		{"internal/message/x.go", `package message; import "github.com/lxzan/gws"; var _ gws.Conn`, "WebSocket"},
		{"internal/org/x.go", `package org; import "os"; var _ = os.Getenv("HOME")`, "read in config only"},
		{"internal/org/x.go", `package org; import sys "os"; var _, _ = sys.LookupEnv("HOME")`, "read in config only"},
		{"internal/config/x.go", `package config; import "os"; var _ = os.Getenv("HOME")`, ""},
		{"internal/notify/x.go", `package notify; import "net/http"; var _ = http.Client{}`, "internal/outbound only"},
		{"internal/notify/x.go", `package notify; import "net/http"; var _, _ = http.Get("http://example.org")`, "internal/outbound only"},
		{"internal/notify/x.go", `package notify; import "net/http"; var _ = http.MethodGet`, ""},
		{"internal/org/x.go", `package org; import "net/http"; func f(m *http.ServeMux) { m.Handle("/people", nil) }`, "registry of doors"},
		{"internal/org/x.go", `package org; func f(r registry) { r.Handle(event, nil) }`, ""},
		{"internal/org/x.go", `package org; import "github.com/danielgtaylor/huma/v2"; func f() { huma.Register(nil, nil, nil) }`, "one registry"},
		{"internal/door/x.go", `package door; import "github.com/danielgtaylor/huma/v2"; func f() { huma.Register(nil, nil, nil) }`, ""},
		{"internal/text/x.go", `package text; import "unsafe"; var _ unsafe.Pointer`, "type system"},
	}
	for _, c := range cases {
		f, err := parseGo(c.path, []byte(c.source))
		if err != nil {
			t.Fatal(err)
		}
		expect(t, c.path+": "+c.source, append(foreignViolations(f), reservedViolations(f)...), c.want)
	}
}

// expect fails unless there is exactly one violation that says want, or none when want is empty.
func expect(t *testing.T, what string, got []violation, want string) {
	t.Helper()
	switch {
	case want == "" && len(got) > 0:
		t.Errorf("%s\n refused with %q, want allowed", what, got[0].why)
	case want != "" && (len(got) != 1 || !strings.Contains(got[0].why, want)):
		t.Errorf("%s\n got %v, want one violation saying %q", what, got, want)
	}
}
