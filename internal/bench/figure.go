package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Figure is one measured promise, as design/6 and bench/results/latest.json have it.
type Figure struct {
	ID       string             `json:"id"`    // "P1"
	Name     string             `json:"name"`  // what was measured
	Value    float64            `json:"value"` // median of the runs
	Unit     string             `json:"unit"`
	Cost     float64            `json:"cost,omitempty"` // server CPU-seconds per million units, median
	CostUnit string             `json:"cost_unit,omitempty"`
	Promise  string             `json:"promise"`
	Met      bool               `json:"met"`
	Runs     int                `json:"runs"`
	Spread   string             `json:"spread"` // smallest to largest value
	Details  map[string]float64 `json:"details,omitempty"`
	Command  string             `json:"command"`
	Series   []Moment           `json:"series,omitempty"` // of a long run
}

// run is the outcome of one run of a scenario.
type run struct {
	value, cost float64
	details     map[string]float64
}

// summarise makes a figure of several runs; best says whether a value keeps the promise.
func summarise(f Figure, runs []run, met func(r run) bool) Figure {
	byValue := slices.Clone(runs)
	slices.SortFunc(byValue, func(a, b run) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	middle := byValue[len(byValue)/2]
	f.Value, f.Cost, f.Details, f.Runs = round(middle.value), round(middle.cost), middle.details, len(runs)
	f.Spread = fmt.Sprintf("%v – %v", round(byValue[0].value), round(byValue[len(byValue)-1].value))
	f.Met = met(middle)
	for k, v := range f.Details {
		f.Details[k] = round(v)
	}
	return f
}

// round keeps four significant digits: more would be noise.
func round(v float64) float64 {
	var out float64
	_, _ = fmt.Sscan(fmt.Sprintf("%.4g", v), &out) // what was printed can be read
	return out
}

// latencies collects durations and answers percentiles.
type latencies []time.Duration

// at returns the p-th percentile in milliseconds.
func (l latencies) at(p float64) float64 {
	if len(l) == 0 {
		return 0
	}
	sorted := slices.Clone(l)
	slices.Sort(sorted)
	i := min(len(sorted)-1, int(float64(len(sorted))*p/100))
	return float64(sorted[i]) / float64(time.Millisecond)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// perMillion is CPU seconds per million units.
func perMillion(cpu time.Duration, units float64) float64 {
	if units == 0 {
		return 0
	}
	return cpu.Seconds() / units * 1e6
}

// text200 is a message of 200 bytes.
var text200 = strings.Repeat("The quarterly figures are ready; please look. ", 5)[:200]
