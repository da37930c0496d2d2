package memory

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xinshu-im/xinshu"
)

func TestBudgetNeverGrantsMoreThanItsRoom(t *testing.T) {
	t.Parallel()
	b := NewBudget(1000, 100, func() int64 { return 0 })
	var held, refused atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 1000 {
				err := b.Take(7)
				if err != nil {
					if e := (*xinshu.Error)(nil); !errors.As(err, &e) || e.Code != xinshu.Unavailable || e.RetryAfter < time.Second {
						t.Errorf("refused with %v", err)
					}
					refused.Add(1)
					continue
				}
				if held.Add(7) > 100 {
					t.Error("more than its room is granted")
				}
				held.Add(-7)
				b.Give(7)
			}
		})
	}
	wg.Wait()
	if b.Refused() != uint64(refused.Load()) || b.granted.Load() != 0 {
		t.Errorf("refused %d, counted %d, %d left", refused.Load(), b.Refused(), b.granted.Load())
	}
	if err := b.Take(101); xinshu.CodeOf(err) != xinshu.TooLarge {
		t.Errorf("what never fits: %v", err)
	}
}

func TestNothingIsGrantedWhileMemoryIsFull(t *testing.T) {
	t.Parallel()
	var used atomic.Int64
	b := NewBudget(1000, 500, used.Load)
	if err := b.Take(1); err != nil {
		t.Fatal(err)
	}
	used.Store(900)
	b.Forget()
	if err := b.Take(1); xinshu.CodeOf(err) != xinshu.Unavailable {
		t.Errorf("granted: %v", err)
	}
	if err := b.Admit(); xinshu.CodeOf(err) != xinshu.Unavailable {
		t.Errorf("admitted: %v", err)
	}
	used.Store(500)
	b.Forget()
	if err := b.Take(1); err != nil {
		t.Errorf("refused although there is room again: %v", err)
	}
	var none *Budget
	if none.Take(1<<50) != nil || none.Admit() != nil || none.Limit() != 0 || none.Refused() != 0 {
		t.Error("without a limit something is refused")
	}
	none.Give(1)
}

func TestGroupsOfBothVersions(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		what, self  string
		files       map[string]string
		limit, used int64
	}{
		{"version 2, the parent is smaller", "0::/a/b\n", map[string]string{
			"sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "268435456\n", "sys/fs/cgroup/a/memory.current": "200000000\n",
			"sys/fs/cgroup/a/memory.stat": "anon 1\nfile 90000000\ninactive_file 60000000\nactive_file 30000000\n"}, 268435456, 110000000},
		{"version 1", "5:devices:/\n4:memory:/box\n0::/\n", map[string]string{
			"sys/fs/cgroup/memory/box/memory.limit_in_bytes": "134217728\n", "sys/fs/cgroup/memory/box/memory.usage_in_bytes": "120000000\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/memory/box/memory.stat":       "inactive_file 1\ntotal_inactive_file 50000000\ntotal_active_file 10000000\n"}, 134217728, 60000000},
		{"version 2 in a container that shows its own group only", "0::/kubepods/pod7\n", map[string]string{
			"sys/fs/cgroup/memory.max": "536870912\n", "sys/fs/cgroup/memory.current": "1000\n"}, 536870912, 1000},
		{"without a bound", "0::/\n", map[string]string{"sys/fs/cgroup/memory.current": "1000\n"}, 0, 0},
	} {
		root := t.TempDir()
		k.files["proc/self/cgroup"] = k.self
		for name, text := range k.files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		g, limit := findGroup(root)
		if limit != k.limit {
			t.Errorf("%s: limit %d, want %d", k.what, limit, k.limit)
		}
		if limit > 0 && g.used() != k.used {
			t.Errorf("%s: used %d, want %d", k.what, g.used(), k.used)
		}
	}
}

func TestPlansFit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{Least, 256 * mb, 512 * mb, 2048 * mb, 65536 * mb} {
		p := PlanFor(limit, 0, 0)
		if p.Cache*3/2+p.Collector > limit*15/16 || p.Room < 16*mb || p.Streams < 100 || p.Connections < 100 {
			t.Errorf("%d MB: %+v", limit/mb, p)
		}
	}
	if p := PlanFor(0, 0, 0); p.Cache != 64*mb || p.Passwords != 128*mb || p.Collector != 0 || p.Streams != 0 {
		t.Errorf("without a limit: %+v", p)
	}
	if p := PlanFor(256*mb, 100*mb, 128*mb); p.Cache != 100*mb || p.Passwords != 128*mb {
		t.Errorf("settings are not kept: %+v", p)
	}
}

func TestProcessUsed(t *testing.T) {
	t.Parallel()
	if n := processUsed(); n <= 0 || goUsed() < mb {
		t.Errorf("in use: %d, by Go %d", n, goUsed())
	}
}
