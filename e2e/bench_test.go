package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xinshu-im/xinshu/internal/db"
)

// TestBenchWantsItsOwnData: load comes upon data that people use only when its folder is repeated, to the server and to the client.
func TestBenchWantsItsOwnData(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine db.Engine) {
		s := start(t, options{engine: engine})
		s.terminate()
		s.opt.args = nil
		s.opt.bench = true
		if err := s.run(); err == nil {
			t.Fatal("--bench started on data that is not its own")
		}
		s.opt.args = []string{"--bench-on", filepath.Dir(s.data)}
		if err := s.run(); err == nil {
			t.Fatal("--bench started although another folder was repeated")
		}
		s.opt.args = []string{"--bench-on", s.data + "/"}
		if err := s.run(); err != nil {
			t.Fatal(err)
		}
		load := []string{"bench", "send", "--url", s.url, "--runs", "1", "--duration", "100ms", "--scale", "0.05"}
		for _, on := range [][]string{nil, {"--on", filepath.Dir(s.data)}} {
			out, err := command(t, append(load, on...)...)
			if err == nil || !strings.Contains(out, "not for load tests alone") {
				t.Errorf("load with %v: %v\n%s", on, err, out)
			}
		}
		if out, err := command(t, append(load, "--on", s.data)...); err != nil {
			t.Errorf("load with the folder repeated: %v\n%s", err, out)
		}
		s.terminate()
		s.opt.args = nil
		if err := s.run(); err == nil {
			t.Error("the folder counts as one for load tests since")
		}
	})
}

// TestBenchFillHasTheShape: a filled store has as many messages, conversations and members as were asked for, and those it names are
// the right ones.
func TestBenchFillHasTheShape(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine db.Engine) {
		s := start(t, options{engine: engine, bench: true})
		var store struct {
			Conversations, Members int
			Longest                int64
			LongestID              string `json:"longest_id"`
			Token                  string
			Mine                   []string
			Busy                   []struct {
				ID    string
				First int
			}
		}
		s.anonymous().must("POST", "/api/v1/bench/fill", map[string]int{"messages": 2000, "conversations": 300, "members": 12}, &store)
		if store.Conversations != 300 || store.Members != 12 || store.Longest != 200 || len(store.Mine) != 200 || len(store.Busy) != 100 || store.Mine[0] != store.LongestID {
			t.Fatalf("%+v", store)
		}
		people := s.benchPeople(0, 202)
		for n, want := range map[int]int{0: 13, 50: 13, 99: 12} { // the first are the reader's too
			b := store.Busy[n]
			for i := range 10 {
				var got struct {
					MemberCount int `json:"member_count"`
				}
				people[2+(b.First-2+i)%200].must("GET", "/api/v1/conversations/"+b.ID, nil, &got)
				if got.MemberCount != want {
					t.Fatalf("busy conversation %d has %d members, want %d", n, got.MemberCount, want)
				}
			}
		}
	})
}
