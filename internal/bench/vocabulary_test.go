package bench_test

import (
	"testing"

	"github.com/xinshu-im/xinshu/internal/bench"
)

// TestVocabulary: the words to look for are as frequent as their bands say, so that a figure over a band means what it says.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	const texts = 20_000
	v := bench.NewVocabulary(1)
	size := 0
	for range texts {
		size += len(v.Text(true))
	}
	if mean := size / texts; mean < 180 || mean > 230 {
		t.Errorf("a text has %d bytes", mean)
	}
	bounds := map[string][2]float64{ // percent of texts
		"chinese frequent": {2, 60}, "chinese medium": {0.1, 2}, "chinese rare": {0, 0.1},
		"english frequent": {2, 60}, "english medium": {0.1, 2}, "english rare": {0, 0.1},
		"character frequent": {10, 90}, "character medium": {0.1, 5}, "character rare": {0, 1},
		"common tenth": {9, 11},
	}
	shares, words := map[string]float64{}, map[string]int{}
	for _, p := range v.Probes() {
		k := p.Kind + " " + p.Band
		shares[k] += float64(p.Messages) / texts * 100
		words[k]++
	}
	for k, b := range bounds {
		if share := shares[k] / float64(max(1, words[k])); words[k] == 0 || share < b[0] || share > b[1] {
			t.Errorf("%s: %d words in %.3f %% of texts, want %v to %v", k, words[k], share, b[0], b[1])
		}
	}
}
