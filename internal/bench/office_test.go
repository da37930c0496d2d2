package bench

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestSharesOfActs(t *testing.T) {
	t.Parallel()
	if sum := usualShares(); sum < 13.46 || sum > 13.48 {
		t.Errorf("the weights add up to %v, those of the load test to 13.47", sum)
	}
	for _, posts := range []float64{1, 10} {
		var sum float64
		for _, a := range acts {
			sum += a.share(posts)
		}
		const n = 200_000
		seen := map[string]int{}
		rng := rand.New(rand.NewPCG(1, 1))
		for range n {
			seen[pick(rng, posts, sum).name]++
		}
		for _, a := range acts {
			want := a.share(posts) / sum * n
			if got := float64(seen[a.name]); got < want*0.9-40 || got > want*1.1+40 {
				t.Errorf("%v times the posts: %s %v of %v times", posts, a.name, got, want)
			}
		}
	}
}

func TestOfficeGroups(t *testing.T) {
	t.Parallel()
	people := make([]*colleague, 100)
	for i := range people {
		people[i] = &colleague{}
	}
	groups := officeGroups(people)
	if want := 1 + 2 + 15*5; len(groups) != want {
		t.Fatalf("%d groups, want %d", len(groups), want)
	}
	in := map[*colleague]int{}
	for _, g := range groups {
		for _, p := range g {
			in[p]++
		}
	}
	for _, p := range people {
		if in[p] != 1+1+officeProjects {
			t.Fatalf("somebody is in %d groups", in[p])
		}
	}
}

func TestLevel(t *testing.T) {
	t.Parallel()
	series := []Moment{{At: 10, RSS: 900}} // before the warm-up has ended
	for i := range 60 {
		series = append(series, Moment{At: float64(70 + 10*i), RSS: 100 + float64(i)/59*20})
	}
	details := map[string]float64{}
	level(series, time.Minute, details)
	if g := details["rss_growth_percent"]; g < 15 || g > 19 || details["rss_peak_mb"] != 120 {
		t.Errorf("%v", details)
	}
}
