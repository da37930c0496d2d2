package internal_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"
)

// ranks orders the house from the words everybody speaks (0) to the one package that knows all (11).
// A package imports only lower ranks. The key is the unit's folder; packages below it belong to the unit
// (internal/org/csv is org) and may import each other freely, as far as the compiler allows.
var ranks = map[string]int{
	"":                -1, // package xinshu: ids, actor, error codes, limits, clock, events
	"internal":        0,  // these rules
	"internal/config": 0,
	"internal/text":   0,
	"internal/quota":  0,
	"internal/memory": 0,
	"web":             0, // the built client, embedded

	"internal/db":       1,
	"internal/bus":      1,
	"internal/outbound": 1,
	"internal/door":     1, // registry of doors

	"internal/job":      2,
	"internal/blob":     2, // counts its references in the database
	"internal/audit":    2,
	"internal/settings": 2,

	"internal/org": 3,

	"internal/identity": 4,

	"internal/conversation": 5,
	"internal/policy":       5,

	"internal/file": 6,

	"internal/message": 7,

	"internal/search":      8,
	"internal/knowledge":   8,
	"internal/later":       8,
	"internal/notify":      8,
	"internal/integration": 8,

	"internal/flow": 9,

	"internal/assistant": 10,
	"internal/realtime":  10,
	"internal/admin":     10,
	"internal/demo":      10,
	"internal/bench":     10,

	"internal/server": 11,

	"cmd/xinshu": 12,

	"sdk/go": 0, // what authors of bots import: it must stand without the product
	"e2e":    12,
}

// unitOf is the longest key of ranks that holds the package's folder.
func unitOf(dir string) (unit string, known bool) {
	for {
		if _, ok := ranks[dir]; ok {
			return dir, true
		}
		cut := strings.LastIndexByte(dir, '/')
		if cut < 0 || dir[:cut] == "internal" {
			return "", false // the root and internal are not units of what lies below them
		}
		dir = dir[:cut]
	}
}

// TestRanks: a package imports only lower ranks, equal ranks never import each other, every package has a rank.
// Imports of tests are free: a test of a domain may drive it through the whole server.
func TestRanks(t *testing.T) {
	t.Parallel()
	report(t, rankViolations(ourPackages(t)))
}

func rankViolations(packages []goPackage) []violation {
	var found []violation
	for _, p := range packages {
		unit, known := unitOf(p.Folder)
		if !known {
			found = append(found, violation{p.Folder, 0, fmt.Sprintf(
				"package %s has no rank. Give its folder a line in internal/arch_test.go: above everything it imports, below everything that imports it.", p.ImportPath)})
			continue
		}
		for _, imported := range p.Imports {
			folder, ours := folderOf(imported)
			if !ours {
				continue
			}
			other, known := unitOf(folder)
			if !known || other == unit {
				continue // an unknown one is reported as a package of its own
			}
			switch {
			case ranks[other] > ranks[unit]:
				found = append(found, violation{p.Folder, 0, fmt.Sprintf(
					"%s (rank %d) imports %s (rank %d). A package imports only lower ranks: move the shared word down, or let the higher package hand it in as a value or an interface; server wires it.",
					name(unit), ranks[unit], name(other), ranks[other])})
			case ranks[other] == ranks[unit]:
				found = append(found, violation{p.Folder, 0, fmt.Sprintf(
					"%s and %s share rank %d. Neighbours never import each other, or they become one package with two names: declare what you need as an interface at your side; server wires it.",
					name(unit), name(other), ranks[unit])})
			}
		}
	}
	return found
}

// TestTestHelpersStayInTests: dbtest, bustest, blobtest and the like are for tests only; the product must not link them.
func TestTestHelpersStayInTests(t *testing.T) {
	t.Parallel()
	var found []violation
	for _, p := range ourPackages(t) {
		if isTestHelper(p.Folder) {
			continue
		}
		for _, imported := range p.Imports {
			if folder, ours := folderOf(imported); ours && isTestHelper(folder) {
				found = append(found, violation{p.Folder, 0, "imports the test helper " + folder + ", which would be linked into the product"})
			}
		}
	}
	report(t, found)
}

func isTestHelper(folder string) bool { return folder == "e2e" || strings.HasSuffix(folder, "test") }

func name(unit string) string {
	if unit == "" {
		return "xinshu (module root)"
	}
	return unit
}

// TestRanksCanFail shows the rule a house with each kind of fault.
func TestRanksCanFail(t *testing.T) {
	t.Parallel()
	cases := []struct {
		folder, imports, want string
	}{
		{"internal/org", module + "/internal/message", "imports only lower ranks"},
		{"internal/org/csv", module + "/internal/server", "imports only lower ranks"},
		{"internal/search", module + "/internal/notify", "share rank 8"},
		{"internal/text", module + "/web", "share rank 0"},
		{"internal/text", module, ""},
		{"internal/util", "fmt", "has no rank"},
		{"internal/org", module + "/internal/db", ""},
		{"internal/org/csv", module + "/internal/org", ""},
		{"cmd/xinshu", module + "/internal/server", ""},
	}
	for _, c := range cases {
		got := rankViolations([]goPackage{{ImportPath: module + "/" + c.folder, Folder: c.folder, Imports: []string{c.imports}}})
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s importing %s: refused with %q, want allowed", c.folder, c.imports, got[0].why)
		case c.want != "" && (len(got) != 1 || !strings.Contains(got[0].why, c.want)):
			t.Errorf("%s importing %s: got %v, want one violation saying %q", c.folder, c.imports, got, c.want)
		}
	}
}

// violation is one broken rule: where, and why it is one. Line 0 means the whole file or folder.
type violation struct {
	path string
	line int
	why  string
}

// report fails the test with one line for each violation, ordered by place.
func report(t *testing.T, found []violation) {
	t.Helper()
	sort.SliceStable(found, func(i, j int) bool {
		if found[i].path != found[j].path {
			return found[i].path < found[j].path
		}
		return found[i].line < found[j].line
	})
	for _, v := range found {
		place := v.path
		if place == "" {
			place = "."
		}
		if v.line > 0 {
			place = fmt.Sprintf("%s:%d", place, v.line)
		}
		t.Errorf("%s: %s", place, v.why)
	}
}
