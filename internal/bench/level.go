package bench

import "slices"

// Level compares a quantity's last quarter of a long run with its second one: the first is for filling caches.
type Level struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Second float64 `json:"second_quarter"`
	Last   float64 `json:"last_quarter"`
	Growth float64 `json:"growth_percent"`
	Limit  float64 `json:"limit_percent"`
	Met    bool    `json:"met"`
}

// quantity is something that has to be level.
type quantity struct {
	name, unit string
	limit      float64 // growth in percent that is level still
	slack      float64 // growth in units that is level in any case
	of         func(quarter []Sample) float64
}

// quantities lists what a soak judges. Files grow with the messages: there it is the bytes of a message that have to be level.
func quantities() []quantity {
	mean := func(value func(s *Sample) float64) func(q []Sample) float64 {
		return func(q []Sample) (sum float64) {
			for i := range q {
				sum += value(&q[i]) / float64(len(q))
			}
			return sum
		}
	}
	file := func(name string) func(s *Sample) float64 { return func(s *Sample) float64 { return s.Files[name] } }
	perMessage := func(name string) func(q []Sample) float64 {
		return func(q []Sample) float64 {
			first, last := &q[0], &q[len(q)-1]
			return (last.Files[name] - first.Files[name]) * 1e6 / float64(max(1, last.Posted-first.Posted))
		}
	}
	return []quantity{
		{"resident memory", "MB", 10, 0, mean(func(s *Sample) float64 { return s.RSS })},
		{"heap", "MB", 10, 0, mean(func(s *Sample) float64 { return s.Heap })},
		{"goroutines", "", 10, 5, mean(func(s *Sample) float64 { return s.Goroutines })},
		{"descriptors", "", 10, 5, mean(func(s *Sample) float64 { return s.Descriptors })},
		{"write-ahead log of the store", "MB", 10, 1, mean(file("xinshu.db-wal"))},
		{"write-ahead log of the index", "MB", 10, 1, mean(file("search.db-wal"))},
		{"store, for each message", "bytes", 5, 0, perMessage("xinshu.db")},
		{"index, for each message", "bytes", 5, 0, perMessage("search.db")},
		{"index behind the store", "s", 10, 1, mean(func(s *Sample) float64 { return s.Behind })},
		{"reply p99, median", "ms", 25, 5, func(q []Sample) float64 { // of ten seconds each: other programs disturb some
			all := make([]float64, len(q))
			for i := range q {
				all[i] = q[i].ReplyP99
			}
			slices.Sort(all)
			return all[len(all)/2]
		}},
	}
}

// judge compares the quarters of a series of at least four samples.
func judge(series []Sample) (out []Level, level bool) {
	n := len(series)
	level = true
	for _, q := range quantities() {
		l := Level{Name: q.name, Unit: q.unit, Limit: q.limit, Second: q.of(series[n/4 : max(n/2, n/4+1)]), Last: q.of(series[n*3/4:])}
		if l.Second != 0 {
			l.Growth = 100 * (l.Last/l.Second - 1)
		}
		l.Met = l.Last <= l.Second+max(l.Second*q.limit/100, q.slack)
		l.Second, l.Last, l.Growth = round(l.Second), round(l.Last), round(l.Growth)
		level = level && l.Met
		out = append(out, l)
	}
	return out, level
}

// thin keeps at most n samples, evenly.
func thin(series []Sample, n int) []Sample {
	step := (len(series) + n - 1) / n
	var out []Sample
	for i := step - 1; i >= 0 && i < len(series); i += step {
		s := series[i]
		for _, v := range []*float64{&s.At, &s.ReplyP50, &s.ReplyP99, &s.Cores, &s.RSS, &s.Heap, &s.Behind} {
			*v = round(*v)
		}
		for name, mb := range s.Files {
			s.Files[name] = round(mb)
		}
		out = append(out, s)
	}
	return out
}
