package bench

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
)

// A chart is a table of panels: a row for each figure, a column for each thing that grows. Values in a row share a scale from 0.
const (
	panelWidth, panelHeight = 250, 96 // px of the field that is drawn in
	panelGap                = 54      // px between fields, for labels
	chartLeft, chartTop     = 44, 64
)

// chartColumn is what grows: the points that differ in nothing else.
type chartColumn struct {
	en, zh string
	base   Shape // its other sizes
	size   func(s *Shape) *int
}

var chartColumns = []chartColumn{
	{"messages stored", "已存消息数", Shape{Conversations: 1000, Members: 10}, func(s *Shape) *int { return &s.Messages }},
	{"members of a conversation", "会话成员数", Shape{Messages: 100_000, Conversations: 1000}, func(s *Shape) *int { return &s.Members }},
	{"conversations", "会话数", Shape{Messages: 1_000_000, Members: 10}, func(s *Shape) *int { return &s.Conversations }},
}

var chartRows = []struct{ figure, en, zh string }{
	{"send_cost", "a durable post: CPU of the server, µs", "一次持久发送：服务器 CPU（微秒）"},
	{"delivery_p50_ms", "post to arrival, median, ms", "发送到送达，中位数（毫秒）"},
	{"history_cost", "a page of 50 messages: CPU of the server, µs", "一页 50 条历史：服务器 CPU（微秒）"},
	{"resume_p50_ms", "coming back to 200 conversations, median, ms", "带 200 个会话恢复连接，中位数（毫秒）"},
	{"search_english_cost", "a search for an English word: CPU of the server, µs", "搜索一个英文词：服务器 CPU（微秒）"},
	{"start_ms", "start to ready, ms", "启动到就绪（毫秒）"},
	{"loaded_mb", "memory under load, MB", "负载下的内存（MB）"},
}

// points are those of a column, the smallest first.
func (c chartColumn) points(g Growth) (out []GrowthPoint) {
	for _, p := range g.Points {
		other, want := p.Shape, c.base
		*c.size(&other), *c.size(&want) = 0, 0
		if other == want {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b GrowthPoint) int { return *c.size(&a.Shape) - *c.size(&b.Shape) })
	return out
}

// Chart draws a report as SVG; chinese chooses its language.
func Chart(g Growth, chinese bool) []byte {
	var b bytes.Buffer
	width := chartLeft + len(chartColumns)*(panelWidth+panelGap)
	height := chartTop + len(chartRows)*(panelHeight+panelGap)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11" fill="#57606a">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	for c, column := range chartColumns {
		fmt.Fprintf(&b, `<text x="%d" y="22" font-size="14" font-weight="bold" fill="#1f2328">%s</text>`+"\n", panelX(c), html.EscapeString(in(chinese, column.en, column.zh)))
	}
	for r, row := range chartRows {
		y := chartTop + r*(panelHeight+panelGap)
		top := rowTop(g, row.figure)
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="12" fill="#1f2328">%s</text>`+"\n", chartLeft, y-10, html.EscapeString(in(chinese, row.en, row.zh)))
		for c, column := range chartColumns {
			panel(&b, column, row.figure, column.points(g), panelX(c), y, top)
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func in(chinese bool, en, zh string) string {
	if chinese {
		return zh
	}
	return en
}

func panelX(column int) int { return chartLeft + column*(panelWidth+panelGap) }

// rowTop is the end of a row's scale: 1, 2 or 5 times a power of ten, above all values.
func rowTop(g Growth, figure string) float64 {
	highest := 0.0
	for _, p := range g.Points {
		highest = max(highest, p.Figures[figure])
	}
	if highest <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(highest)))
	for _, step := range []float64{1, 2, 5} {
		if highest <= step*power {
			return step * power
		}
	}
	return 10 * power
}

// panel draws the points of one column: sizes on a scale of powers of ten, values from 0 to top.
func panel(b *bytes.Buffer, column chartColumn, figure string, points []GrowthPoint, x, y int, top float64) {
	fmt.Fprintf(b, `<path d="M%d %dv%dh%d" fill="none" stroke="#d0d7de"/>`+"\n", x, y, panelHeight, panelWidth)
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end">%s</text><text x="%d" y="%d" text-anchor="end">0</text>`+"\n", x-4, y+10, short(top), x-4, y+panelHeight)
	if len(points) == 0 {
		return
	}
	sizeOf := func(p GrowthPoint) float64 { return float64(*column.size(&p.Shape)) }
	first, last := math.Log10(sizeOf(points[0])), math.Log10(sizeOf(points[len(points)-1]))
	const margin = 20
	line := "M"
	for _, p := range points {
		px := float64(x + margin)
		if last > first {
			px += (math.Log10(sizeOf(p)) - first) / (last - first) * (panelWidth - 2*margin)
		}
		value := p.Figures[figure]
		py := float64(y+panelHeight) - value/top*panelHeight
		line += fmt.Sprintf("%.1f %.1f ", px, py)
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="#0969da"/>`, px, py)
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle" fill="#0969da">%s</text>`, px, max(py-6, float64(y-1)), short(value))
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", px, y+panelHeight+14, short(sizeOf(p)))
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="#0969da"/>`+"\n", line)
}

// short writes a number with three digits: 1.24, 124, 12.4k, 10M.
func short(v float64) string {
	unit := ""
	switch {
	case v >= 1e6:
		v, unit = v/1e6, "M"
	case v >= 1e4:
		v, unit = v/1e3, "k"
	}
	digits := 0
	for limit := 100.0; v < limit && digits < 2; limit /= 10 {
		digits++
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', digits, 64), 64) // what was printed can be read
	return strconv.FormatFloat(rounded, 'f', -1, 64) + unit
}
