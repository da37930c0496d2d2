package internal_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goMod is what the rules need of `go mod edit -json`.
type goMod struct {
	Require []struct {
		Path, Version string
		Indirect      bool
	}
}

func readGoMod(t *testing.T, file string) goMod {
	t.Helper()
	out, err := goCommand("mod", "edit", "-json", file)
	if err != nil {
		t.Fatal(err)
	}
	var mod goMod
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	return mod
}

const dependenciesPage = "docs/dependencies.md"

// documentedDependencies are the names in the first column of the tables of docs/dependencies.md, with their lines.
func documentedDependencies(t *testing.T) map[string]int {
	t.Helper()
	names := map[string]int{}
	scanner := bufio.NewScanner(bytes.NewReader(read(t, dependenciesPage)))
	for line := 1; scanner.Scan(); line++ {
		cells := strings.Split(scanner.Text(), "|")
		if len(cells) < 3 {
			continue
		}
		if name, ok := strings.CutPrefix(strings.TrimSpace(cells[1]), "`"); ok {
			names[strings.TrimSuffix(name, "`")] = line
		}
	}
	return names
}

// TestDependenciesAreExplained: every direct dependency has a line that says what for, why this one and its licence;
// and no line outlives its dependency.
func TestDependenciesAreExplained(t *testing.T) {
	t.Parallel()
	explained := documentedDependencies(t)
	used := map[string]bool{}
	var found []violation
	use := func(file, name string) {
		used[name] = true
		if explained[name] == 0 {
			found = append(found, violation{file, 0, fmt.Sprintf(
				"the direct dependency %s has no line in %s: what for, why this one, licence", name, dependenciesPage)})
		}
	}
	for _, require := range slices.Concat(readGoMod(t, "go.mod").Require, readGoMod(t, "scripts/tools.mod").Require) {
		used[require.Path] = true // an indirect one may be explained, a direct one must be
		if !require.Indirect {
			use("go.mod", require.Path)
		}
	}
	for _, file := range packageJSONs(t) {
		for name := range file.dependencies {
			use(file.path, name)
		}
	}
	for name, line := range explained {
		if !used[name] {
			found = append(found, violation{dependenciesPage, line, name + " is explained but nothing requires it any more"})
		}
	}
	report(t, found)
}

// TestLibcMatchesDriver: modernc.org/sqlite is generated against exactly one modernc.org/libc; another one corrupts memory silently.
func TestLibcMatchesDriver(t *testing.T) {
	t.Parallel()
	out, err := goCommand("list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	wanted := ""
	for _, require := range readGoMod(t, strings.TrimSpace(string(out))).Require {
		if require.Path == "modernc.org/libc" {
			wanted = require.Version
		}
	}
	out, err = goCommand("list", "-m", "-f", "{{.Version}}", "modernc.org/libc")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != wanted {
		t.Errorf("go.mod: modernc.org/libc is %s, the SQLite driver requires exactly %s: the two are generated for each other", got, wanted)
	}
}

// floors are the oldest versions that may be linked. Each has a known fault below.
var floors = []struct{ module, version, reason string }{
	{"modernc.org/sqlite", "v1.61.1", "WAL reset and journal rollback corruption, prepared statements twice as slow in 1.61.0"},
	{"github.com/jackc/pgx/v5", "v5.9.2", "CVE-2026-33816, CVE-2026-41889"},
	{"github.com/russellhaering/goxmldsig", "v1.6.0", "CVE-2026-33487"},
	{"github.com/yuin/goldmark", "v1.7.17", "CVE-2026-5160"},
	{"github.com/modelcontextprotocol/go-sdk", "v1.4.1", "CVE-2026-34742, CVE-2026-33252, CVE-2026-27896"},
	{"github.com/expr-lang/expr", "v1.17.7", "CVE-2025-29786, CVE-2025-68156"},
	{"golang.org/x/text", "v0.40.0", "GO-2026-5970"},
	{"github.com/golang-jwt/jwt/v4", "v4.5.2", "denial of service by parsing headers"},
}

// forbidden modules must not be linked at all.
var forbidden = []struct{ module, reason string }{
	{"github.com/liuzl/cedar-go", "GPL-2.0"},
	{"github.com/liuzl/gocc", "links GPL-2.0"},
	{"github.com/longbridgeapp/opencc", "links GPL-2.0"},
	{"github.com/unidoc/unioffice", "commercial licence"},
	{"github.com/unipdf/unioffice", "commercial licence"},
	{"github.com/bytedance/sonic", "own assembly tied to Go versions; breaks on loong64 and riscv64"},
	{"github.com/mattn/go-sqlite3", "needs CGO"},
}

// copyleft names the licences under which nothing may be linked into an Apache-2.0 program that customers extend.
var copyleft = regexp.MustCompile(`(?i)GNU\s+(AFFERO|LESSER|LIBRARY)?\s*GENERAL\s+PUBLIC\s+LICENSE|\bA?GPL-[23]|\bLGPL-`)

// licenceFile matches the names under which modules ship their licence.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([-.].*)?$`)

// TestLinkedModules: floors, forbidden modules and licences of what is really linked into the binary.
// A screen, not a legal review: it reads the first 3 KB of each top-level licence file.
func TestLinkedModules(t *testing.T) {
	t.Parallel()
	packages, err := goList("-deps", "./cmd/xinshu")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var found []violation
	for _, p := range packages {
		if p.Standard || p.Module == nil || p.Module.Main || seen[p.Module.Path] {
			continue
		}
		seen[p.Module.Path] = true
		found = append(found, versionViolations(p.Module.Path, p.Module.Version)...)
		found = append(found, licenceViolations(p.Module.Path, p.Module.Dir)...)
	}
	report(t, found)
}

func versionViolations(modulePath, version string) (found []violation) {
	for _, f := range forbidden {
		if f.module == modulePath {
			found = append(found, violation{"go.mod", 0, modulePath + " must not be linked: " + f.reason})
		}
	}
	for _, f := range floors {
		if f.module == modulePath && compareVersions(version, f.version) < 0 {
			found = append(found, violation{"go.mod", 0, fmt.Sprintf("%s %s is below %s: %s", modulePath, version, f.version, f.reason)})
		}
	}
	return found
}

func licenceViolations(modulePath, dir string) (found []violation) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []violation{{"go.mod", 0, fmt.Sprintf("read the licence of %s: %v", modulePath, err)}}
	}
	licensed := false
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return []violation{{"go.mod", 0, fmt.Sprintf("read the licence of %s: %v", modulePath, err)}}
		}
		licensed = true
		if match := copyleft.Find(text[:min(len(text), 3<<10)]); match != nil {
			found = append(found, violation{"go.mod", 0, fmt.Sprintf("%s is linked, and its %s says %q", modulePath, entry.Name(), match)})
		}
	}
	if !licensed {
		found = append(found, violation{"go.mod", 0, modulePath + " is linked and has no licence file: without one nobody may use it"})
	}
	return found
}

// compareVersions orders v1.2.3 numerically; what follows a dash (pre-releases, pseudo-versions) is older than without.
func compareVersions(a, b string) int {
	parse := func(version string) (numbers []int, dash int) {
		core, _, hasDash := strings.Cut(strings.TrimPrefix(version, "v"), "-")
		core, _, _ = strings.Cut(core, "+")
		for part := range strings.SplitSeq(core, ".") {
			n, _ := strconv.Atoi(part)
			numbers = append(numbers, n)
		}
		if hasDash {
			return numbers, 0
		}
		return numbers, 1
	}
	an, ad := parse(a)
	bn, bd := parse(b)
	if order := slices.Compare(an, bn); order != 0 {
		return order
	}
	return ad - bd
}

// TestModuleRulesCanFail shows each rule of this file a case that breaks it.
func TestModuleRulesCanFail(t *testing.T) {
	t.Parallel()
	expect(t, "below the floor", versionViolations("github.com/jackc/pgx/v5", "v5.9.1"), "is below v5.9.2")
	expect(t, "ten is more than nine", versionViolations("github.com/jackc/pgx/v5", "v5.10.0"), "")
	expect(t, "a pre-release of the floor", versionViolations("github.com/jackc/pgx/v5", "v5.9.2-rc1"), "is below v5.9.2")
	expect(t, "forbidden", versionViolations("github.com/mattn/go-sqlite3", "v1.14.0"), "must not be linked")

	for text, want := range map[string]string{
		"GNU GENERAL PUBLIC LICENSE\nVersion 2":          "is linked, and its",
		"GNU LESSER GENERAL PUBLIC LICENSE":              "is linked, and its",
		"GNU AFFERO\n   GENERAL PUBLIC LICENSE":          "is linked, and its",
		"SPDX-License-Identifier: AGPL-3.0-only":         "is linked, and its",
		"MIT License\n\nPermission is hereby granted":    "",
		"Apache License\nVersion 2.0, January 2004\n...": "",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "LICENSE.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		expect(t, text, licenceViolations("example.org/library", dir), want)
	}
	expect(t, "no licence", licenceViolations("example.org/library", t.TempDir()), "no licence file")
}
