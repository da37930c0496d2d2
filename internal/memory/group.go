package memory

import (
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// group is a control group with a bound on memory, as /sys/fs/cgroup shows it.
type group struct {
	folder string
	names
}

// names of a group's files; those of the two versions differ.
type names struct {
	limit, usage, files string // files: beginning of the lines of memory.stat with pages of files, which the kernel takes back when it must
}

var (
	v1 = names{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_"}
	v2 = names{"memory.max", "memory.current", ""}
)

// unlimited is what a group of version 1 without a bound says, or more.
const unlimited = 1 << 60

// findGroup returns the group with the smallest bound of those that the process is in, and the bound in bytes; 0 without one. root is
// "" outside tests.
func findGroup(root string) (g group, limit int64) {
	text, err := os.ReadFile(root + "/proc/self/cgroup") // not on other systems
	if err != nil {
		return g, 0
	}
	for line := range strings.Lines(string(text)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		base, kind := root+"/sys/fs/cgroup", v2
		switch {
		case parts[1] == "":
		case parts[1] == "memory":
			base, kind = base+"/memory", v1
		default:
			continue
		}
		for at := path.Clean(parts[2]); ; at = path.Dir(at) { // up to the root; in a container the lower ones may not be shown
			one := group{filepath.Join(base, at), kind}
			if n := one.number(kind.limit); n > 0 && n < unlimited && (limit == 0 || n < limit) {
				g, limit = one, n
			}
			if at == "/" || at == "." {
				break
			}
		}
	}
	return g, limit
}

// number reads a file with one number; 0 when it is not there or says "max".
func (g group) number(name string) int64 {
	text, _ := os.ReadFile(filepath.Join(g.folder, name)) // absent: 0
	n, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n
}

// used returns the bytes that the group holds and the kernel cannot take back.
func (g group) used() int64 {
	n := g.number(g.usage)
	text, _ := os.ReadFile(filepath.Join(g.folder, "memory.stat")) // absent: all of it counts
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == g.files+"inactive_file" || name == g.files+"active_file" {
			v, _ := strconv.ParseInt(value, 10, 64)
			n -= v
		}
	}
	return n
}
