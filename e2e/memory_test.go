package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// smallLimit is the memory of a small server in bytes.
const smallLimit = 256 << 20

// small are the options of a server with that memory: in a control group where one can be made, which the log says.
func small(t *testing.T) (opt options, boxed bool) {
	boxed = exec.Command("../scripts/box.sh", "2", "256M", "true").Run() == nil
	t.Logf("the kernel holds the bound: %t", boxed)
	if boxed {
		return options{wrap: []string{"../scripts/box.sh", "2", "256M"}}, true
	}
	return options{args: []string{"--memory-limit", "256"}}, false
}

// TestSmallMemorySheds: a server with 256 MiB that is asked for many times as much refuses, says when to come again, keeps what it acknowledged,
// and is not killed. Where a control group can be made the kernel holds the bound, with swap off; elsewhere the setting does, and
// the peak is read.
func TestSmallMemorySheds(t *testing.T) {
	t.Parallel()
	opt, boxed := small(t)
	co := found(t, opt)
	people := make([]*client, 20)
	for i := range people {
		people[i] = co.hire(fmt.Sprintf("p%d", i))
	}
	group := people[0].group("small", ids(people[1:])...)
	table := bytes.Repeat([]byte("name,number,department\n张伟,000001,公司/研发中心/平台部\n"), 100_000) // 6 MB, which take 50
	long := strings.Repeat("很长的一段话。", 2000)

	end := time.Now().Add(15 * time.Second)
	var shed, unsaid, failed, done atomic.Int64
	var mu sync.Mutex
	acknowledged := map[int64]bool{}
	load := func(c *client, method, path string, body func() any) {
		for time.Now().Before(end) {
			got, err := c.try(method, path, body())
			switch {
			case err != nil: // refused while the body was on its way, or too many connections
				failed.Add(1)
			case got.status == 503:
				shed.Add(1)
				if got.header.Get("Retry-After") == "" || got.code() != "unavailable" {
					unsaid.Add(1)
				}
			case got.status >= 500:
				t.Errorf("%s %s: %d %s", method, path, got.status, got.body)
				return
			default:
				done.Add(1)
				if got.status == 201 {
					var m message
					decode(t, got, &m)
					mu.Lock()
					acknowledged[m.Seq] = true
					mu.Unlock()
				}
			}
		}
	}
	nothing := func() any { return nil }
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			load(co.root, "POST", "/api/v1/org/import/preview?format=csv", func() any { return table })
		})
	}
	for _, c := range people {
		wg.Go(func() {
			load(c, "POST", "/api/v1/conversations/"+group+"/messages", func() any { return postBody(newClientID(), long) })
		})
		for range 6 {
			wg.Go(func() { load(c, "GET", "/api/v1/conversations/"+group+"/messages?limit=200", nothing) })
		}
	}
	wg.Wait()
	t.Logf("%d done, %d refused, %d broken off", done.Load(), shed.Load(), failed.Load())
	if shed.Load() == 0 || unsaid.Load() > 0 {
		t.Errorf("%d refusals, %d without Retry-After or code", shed.Load(), unsaid.Load())
	}
	select {
	case <-co.exited:
		t.Fatalf("the server has ended: %v", co.exit)
	default:
	}
	if peak := peakMemory(t, co.cmd.Process.Pid); !boxed && peak > smallLimit {
		t.Errorf("%d MB were in use", peak>>20)
	}
	deadline := time.Now().Add(patience)
	for people[0].do("GET", "/api/v1/conversations/"+group, nil).status != 200 {
		if time.Now().After(deadline) {
			t.Fatal("it refuses although nothing is asked of it any more")
		}
		time.Sleep(50 * time.Millisecond)
	}
	for _, m := range people[0].history(group) {
		delete(acknowledged, m.Seq)
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d acknowledged messages are lost", len(acknowledged))
	}
}

var vmPeak = regexp.MustCompile(`(?m)^(RssAnon|VmHWM):\s+(\d+) kB$`)

// peakMemory returns the most memory in bytes that a process had at a time, without pages of files that are in use now; 0 where the
// system does not say.
func peakMemory(t *testing.T, pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Logf("the peak is not known here: %v", err)
		return 0
	}
	var rss, anon int64
	for _, m := range vmPeak.FindAllStringSubmatch(string(text), -1) {
		n, _ := strconv.ParseInt(m[2], 10, 64)
		if m[1] == "VmHWM" {
			rss = n << 10
		} else {
			anon = n << 10
		}
	}
	if i := strings.Index(string(text), "RssFile:"); i >= 0 {
		var file int64
		_, _ = fmt.Sscanf(string(text[i:]), "RssFile: %d", &file)
		return max(anon, rss-file<<10)
	}
	return rss
}
