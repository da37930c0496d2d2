package internal_test

import (
	"bytes"
	"go/ast"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// longestFile is the most lines a source file may have; most should have 60 to 150. A longer one holds more than one idea.
const longestFile = 500

// TestPackageDocs: every package says in doc.go, and only there, what it owns, what it guarantees and what it must not know.
func TestPackageDocs(t *testing.T) {
	t.Parallel()
	folders := map[string][]*goFile{}
	for _, f := range goFiles(t) {
		if !strings.HasSuffix(f.path, "_test.go") {
			folders[path.Dir(f.path)] = append(folders[path.Dir(f.path)], f)
		}
	}
	for folder, files := range folders {
		report(t, docViolations(folder, files))
	}
}

func docViolations(folder string, files []*goFile) (found []violation) {
	documented := false
	for _, f := range files {
		switch {
		case f.ast.Doc == nil:
		case path.Base(f.path) == "doc.go":
			documented = true
		case f.generated:
		default:
			found = append(found, f.at(f.ast.Doc.Pos(), "the package doc stands in doc.go and nowhere else: a reader looks there, and two texts drift apart"))
		}
	}
	if !documented {
		found = append(found, violation{path.Join(folder, "doc.go"), 0, "the package has no doc.go with a package comment: what it owns, guarantees, how it is used concurrently, what it must not know"})
	}
	return found
}

// TestFileLength: see longestFile. Generated files and data are exempt.
func TestFileLength(t *testing.T) {
	t.Parallel()
	for _, p := range sourcePaths(t, ".go", ".ts", ".tsx", ".css", ".sql", ".sh") {
		source := read(t, p)
		lines := bytes.Count(source, []byte("\n"))
		if lines > longestFile && !generatedMark.Match(source) && !isGeneratedPath(p) {
			report(t, []violation{{p, longestFile + 1, "the file is longer than 500 lines: one type or one use case per file"}})
		}
	}
}

// isGeneratedPath: files that a tool writes without saying so in their first lines.
func isGeneratedPath(p string) bool { return p == "web/src/api/schema.d.ts" }

// TestGoFormatted: every file is as gofmt writes it, so that a difference in a review is a difference in meaning.
func TestGoFormatted(t *testing.T) {
	t.Parallel()
	for _, p := range sourcePaths(t, ".go") {
		source := read(t, p)
		formatted, err := format.Source(source)
		if err != nil {
			t.Errorf("%s: %v", p, err)
		} else if !bytes.Equal(source, formatted) {
			report(t, []violation{{p, 0, "is not formatted: gofmt -w " + p}})
		}
	}
}

// TestGoHabits: no init(), no skipped tests, no TODO that nobody will find again.
func TestGoHabits(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		report(t, habitViolations(f))
	}
}

var (
	todo = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	// issueNumber is what makes a TODO findable: TODO(#12).
	issueNumber = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK) ?\(#\d+\)`)
)

func habitViolations(f *goFile) (found []violation) {
	if f.generated {
		return nil
	}
	for _, group := range f.ast.Comments {
		for _, comment := range group.List {
			if todo.MatchString(comment.Text) && !issueNumber.MatchString(comment.Text) && !isRule(f) {
				found = append(found, f.at(comment.Pos(), "a TODO carries the number of its issue, as TODO(#12), or it is done now"))
			}
		}
	}
	for _, declaration := range f.ast.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if ok && function.Name.Name == "init" && function.Recv == nil && !strings.HasSuffix(f.path, "_test.go") {
			found = append(found, f.at(function.Pos(), "init() runs before anybody can pass it anything or stop it: make it a constructor, or a package variable without effects"))
		}
	}
	if !f.test {
		return found
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, selector.Sel.Name) {
			found = append(found, f.at(call.Pos(), "a skipped test is a promise nobody checks: set up what it needs, fail with what is missing, or put it behind a build tag that a make target sets"))
		}
		return true
	})
	return found
}

// isRule: the rules themselves name what they forbid.
func isRule(f *goFile) bool { return strings.HasPrefix(f.path, "internal/arch_") }

// TestFileRulesCanFail shows each rule of this file a file that breaks it, and one that does not.
func TestFileRulesCanFail(t *testing.T) {
	t.Parallel()
	cases := []struct {
		path, source, want string
	}{
		{"internal/org/x.go", "package org\nfunc init() {}", "init()"},
		{"internal/org/x_test.go", "package org\nfunc init() {}", ""},
		{"internal/org/x.go", "package org\ntype t int\nfunc (t) init() {}", ""},
		{"internal/org/x_test.go", "package org\nfunc TestX(t *testing.T) { t.Skip(\"later\") }", "promise nobody checks"},
		{"internal/db/dbtest/x.go", "package dbtest\nfunc Open(t testing.TB) { t.SkipNow() }", "promise nobody checks"},
		{"internal/org/x.go", "package org\nfunc f(r reader) { r.Skip(3) }", ""},
		{"internal/org/x.go", "package org\n// TODO: faster\nvar x int", "number of its issue"},
		{"internal/org/x.go", "package org\n// TODO(#12): faster\nvar x int", ""},
	}
	for _, c := range cases {
		f, err := parseGo(c.path, []byte(c.source))
		if err != nil {
			t.Fatal(err)
		}
		expect(t, c.path+": "+c.source, habitViolations(f), c.want)
	}

	documented, _ := parseGo("internal/org/doc.go", []byte("// Package org owns departments.\npackage org"))
	plain, _ := parseGo("internal/org/person.go", []byte("package org"))
	again, _ := parseGo("internal/org/person.go", []byte("// Package org also owns people.\npackage org"))
	expect(t, "documented once", docViolations("internal/org", []*goFile{documented, plain}), "")
	expect(t, "documented twice", docViolations("internal/org", []*goFile{documented, again}), "nowhere else")
	expect(t, "not documented", docViolations("internal/org", []*goFile{plain}), "no doc.go")
}

func read(t *testing.T, p string) []byte {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root, p))
	if err != nil {
		t.Fatal(err)
	}
	return source
}
