package bench

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestChartShowsEveryPoint: each column has the points that differ in its size alone, in order, and the picture is well-formed.
func TestChartShowsEveryPoint(t *testing.T) {
	t.Parallel()
	var g Growth
	for i, s := range growthShapes {
		g.Points = append(g.Points, GrowthPoint{Shape: s, Figures: map[string]float64{"send_cost": float64(40 + i)}})
	}
	for i, want := range []string{"100k 1M 10M", "10 1000 10k", "100 1000 10k 100k"} {
		var sizes []string
		for _, p := range chartColumns[i].points(g) {
			sizes = append(sizes, short(float64(*chartColumns[i].size(&p.Shape))))
		}
		if got := strings.Join(sizes, " "); got != want {
			t.Errorf("%s: %s, want %s", chartColumns[i].en, got, want)
		}
	}
	for _, chinese := range []bool{false, true} {
		svg := Chart(g, chinese)
		for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if n := bytes.Count(svg, []byte("<circle")); n != 10*len(chartRows) {
			t.Errorf("%d points", n)
		}
		if !bytes.Contains(svg, []byte(in(chinese, "messages stored", "已存消息数"))) || !bytes.Contains(svg, []byte(">47</text>")) {
			t.Errorf("the picture lacks its words or a value:\n%s", svg)
		}
	}
}

// TestShortNumbers are as people read them.
func TestShortNumbers(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0", 1.239: "1.24", 12.34: "12.3", 123.4: "123", 1000: "1000", 12_340: "12.3k", 1e7: "10M"} {
		if got := short(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}
