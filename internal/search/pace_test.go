package search

import (
	"testing"
	"testing/synctest"
	"time"
)

// post lets the pace hear rate events a second for a while.
func (p *pace) post(rate int, during time.Duration) {
	const every = 10 * time.Millisecond
	for range during / every {
		time.Sleep(every)
		for range rate / int(time.Second/every) {
			p.hear()
		}
	}
}

// TestPace: an index that is far behind works half of the time, a tenth of it while people post much, and half of it again soon after
// they stopped; nothing that it did makes it rest longer than a second.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pace{}
		rests := func(when string, busy bool, worked, want time.Duration) {
			t.Helper()
			if p.busy() != busy {
				t.Errorf("%s: busy is %t", when, !busy)
			}
			if got := p.rest(worked, true); got != want {
				t.Errorf("%s: rests %s after %s, want %s", when, got, worked, want)
			}
		}
		rests("at first", false, 40*time.Millisecond, 40*time.Millisecond)
		rests("at first", false, time.Minute, gather)
		p.post(pressure/2, time.Second)
		rests("some post", false, 40*time.Millisecond, 40*time.Millisecond)
		p.post(2*pressure, time.Second)
		rests("many post", true, 40*time.Millisecond, 360*time.Millisecond)
		rests("many post", true, time.Minute, time.Second)
		if got := p.rest(time.Minute, false); got != gather {
			t.Errorf("many post, and the index cannot wait: rests %s, want %s", got, gather)
		}
		time.Sleep(sample)
		p.busy() // ends the sample that they posted in
		time.Sleep(sample)
		rests("nobody posts any more", false, 40*time.Millisecond, 40*time.Millisecond)
		p.post(pressure/2, time.Second)
		rests("some post again", false, 40*time.Millisecond, 40*time.Millisecond)
	})
}
