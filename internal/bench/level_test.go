package bench

import "testing"

func soakSamples(n int, rss, db func(i int) float64) []Sample {
	series := make([]Sample, n)
	for i := range series {
		series[i] = Sample{At: float64(10 * i), Posted: int64(1000 * i), RSS: rss(i), Heap: 20, Goroutines: 30, Descriptors: 250, ReplyP99: 20,
			Files: map[string]float64{"xinshu.db": db(i), "search.db": 0.1 * float64(i), "xinshu.db-wal": 16, "search.db-wal": 8}}
	}
	return series
}

func verdict(levels []Level, name string) bool {
	for _, l := range levels {
		if l.Name == name {
			return l.Met
		}
	}
	return false
}

func TestJudge(t *testing.T) {
	t.Parallel()
	flat := func(int) float64 { return 300 }
	even := func(i int) float64 { return 0.5 * float64(i) } // 500 bytes for each message
	if levels, level := judge(soakSamples(100, flat, even)); !level {
		t.Errorf("level figures: %+v", levels)
	}
	filling := func(i int) float64 { return min(300, 100+10*float64(i)) } // in the first quarter
	if levels, level := judge(soakSamples(100, filling, even)); !level {
		t.Errorf("a cache that fills and stays: %+v", levels)
	}
	if levels, level := judge(soakSamples(100, func(i int) float64 { return 100 + float64(i) }, even)); level || verdict(levels, "resident memory") {
		t.Errorf("memory that grows is level: %+v", levels)
	}
	growing := func(i int) float64 { return 0.5*float64(i) + 0.002*float64(i*i) }
	if levels, level := judge(soakSamples(100, flat, growing)); level || verdict(levels, "store, for each message") {
		t.Errorf("messages that take more and more room are level: %+v", levels)
	}
	if levels, level := judge(soakSamples(4, flat, even)); !level {
		t.Errorf("the fewest samples: %+v", levels)
	}
}

func TestThin(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1: 1, 89: 89, 90: 90, 91: 45, 360: 90} {
		got := thin(soakSamples(n, func(int) float64 { return 1 }, func(int) float64 { return 1 }), keptSamples)
		if len(got) != want || len(got) > 0 && n%len(got) == 0 && got[len(got)-1].At != float64(10*(n-1)) {
			t.Errorf("%d samples: %d are kept", n, len(got))
		}
	}
}
