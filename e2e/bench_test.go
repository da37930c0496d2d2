package e2e

import (
	"testing"

	"github.com/xinshu-im/xinshu/internal/db"
)

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
