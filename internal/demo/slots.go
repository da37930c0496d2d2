package demo

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// slots fills the braces of a thread's texts. One value serves the whole thread, so that an answer can repeat a question's number.
//
//	{d+2} {D+2}   the date two working days after the thread's day: "7月3日", "3 Jul"; {w+1} {W+1} its weekday: "周四", "Thu"
//	{m-1} {M-1}   a month: "6月", "June"; {y+0} a year; {q+0} the quarter's number
//	{10..99} {97.5..99.3}   a number, with as many decimals as its lower bound
//	{a|b|c}       one of the words; {?a|b|c} the word at the same place in all such slots of a thread, so that answers fit questions
//	{$part}       a word of lists.txt
//	{#ticket}     the next number of a series that grows with time
//	{(a-b*2)}     arithmetic from left to right with two decimals at most; {(.1 a/b*100)} with one
//	{x=…} {!x=…}  any of these under a name, with and without printing it; {x} prints it again
//
// Braces with anything else inside stay as they are.
type slots struct {
	rand   *rand.Rand
	date   time.Time
	lists  map[string][]string
	series map[string]int
	values map[string]string
}

// operator finds the parts of arithmetic.
var operator = regexp.MustCompile(`[-+*/]|[a-z][0-9]?|\d+(?:\.\d+)?`)

// fill works from the inside out, so that a word of a choice may hold a number.
func (s *slots) fill(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var out strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:open])
		end := closing(text[open:])
		if end < 0 {
			out.WriteByte('{')
			text = text[open+1:]
			continue
		}
		out.WriteString(s.slot(s.fill(text[open+1 : open+end])))
		text = text[open+end+1:]
	}
}

// closing is the index of the brace that closes the one at the beginning, -1 if there is none on the line.
func closing(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		case '\n':
			return -1
		}
	}
	return -1
}

// slot is what stands for the inside of a pair of braces.
func (s *slots) slot(inner string) string {
	if v, ok := s.values[inner]; ok {
		return v
	}
	name, expr, silent := "", inner, strings.HasPrefix(inner, "!")
	if n, rest, ok := strings.Cut(strings.TrimPrefix(inner, "!"), "="); ok && isName(n) {
		name, expr = n, rest
	}
	v, ok := s.value(expr)
	if !ok {
		return "{" + inner + "}"
	}
	if name != "" {
		s.values[name] = v
	}
	if silent {
		return ""
	}
	return v
}

// isName accepts a letter and perhaps a digit.
func isName(s string) bool {
	return len(s) >= 1 && len(s) <= 2 && 'a' <= s[0] && s[0] <= 'z' && (len(s) == 1 || '0' <= s[1] && s[1] <= '9')
}

func (s *slots) value(expr string) (string, bool) {
	if expr == "" {
		return "", false
	}
	if strings.Contains("dDwWmMyq", expr[:1]) && len(expr) > 2 && strings.Contains("+-", expr[1:2]) {
		n, err := strconv.Atoi(expr[1:])
		return s.day(expr[:1], n), err == nil
	}
	if lo, hi, ok := strings.Cut(expr, ".."); ok && !strings.Contains(expr, "|") {
		return s.number(lo, hi)
	}
	switch {
	case expr[0] == '$':
		words := s.lists[expr[1:]]
		if len(words) == 0 {
			return "", false
		}
		return s.pick(expr[1:], words), true
	case expr[0] == '#':
		start, ok := s.series[expr[1:]]
		if !ok {
			return "", false
		}
		s.series[expr[1:]] = start + between(s.rand, 1, 3)
		return strconv.Itoa(start), true
	case expr[0] == '(' && strings.HasSuffix(expr, ")"):
		return s.calculate(expr[1 : len(expr)-1])
	case strings.Contains(expr, "|"):
		same, isSame := strings.CutPrefix(expr, "?")
		words := strings.Split(same, "|")
		if isSame {
			return words[s.place(len(words))], true
		}
		return words[s.rand.IntN(len(words))], true
	}
	return "", false
}

// place is where the thread's choices that belong together are made, below n.
func (s *slots) place(n int) int {
	if s.values["?"] == "" {
		s.values["?"] = strconv.Itoa(s.rand.IntN(5040)) // divisible by every number of words that occurs
	}
	drawn, _ := strconv.Atoi(s.values["?"]) // written above
	return drawn % n
}

// pick draws a word that the thread has not drawn from the same list yet.
func (s *slots) pick(list string, words []string) string {
	for range 8 {
		w := words[s.rand.IntN(len(words))]
		if key := list + "/" + w; s.values[key] == "" {
			s.values[key] = "used"
			return w
		}
	}
	return words[0]
}

// number draws from [lower, upper] with the decimals of the lower bound.
func (s *slots) number(lower, upper string) (string, bool) {
	lo, err1 := strconv.ParseFloat(lower, 64)
	hi, err2 := strconv.ParseFloat(upper, 64)
	if err1 != nil || err2 != nil || hi < lo {
		return "", false
	}
	_, decimals, _ := strings.Cut(lower, ".")
	scale := 1.0
	for range decimals {
		scale *= 10
	}
	n := between(s.rand, int(lo*scale+0.5), int(hi*scale+0.5))
	return strconv.FormatFloat(float64(n)/scale, 'f', len(decimals), 64), true
}

// calculate works from left to right without precedence, which is all that the texts need.
func (s *slots) calculate(expr string) (string, bool) {
	decimals, trim := 2, true
	if rest, ok := strings.CutPrefix(expr, "."); ok && len(rest) > 2 && rest[1] == ' ' {
		decimals, trim, expr = int(rest[0]-'0'), false, rest[2:]
	}
	sum, op := 0.0, "+"
	for _, token := range operator.FindAllString(expr, -1) {
		if strings.Contains("+-*/", token) {
			op = token
			continue
		}
		text := token
		if v, ok := s.values[token]; ok {
			text = v
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || op == "/" && v == 0 {
			return "", false
		}
		switch op {
		case "+":
			sum += v
		case "-":
			sum -= v
		case "*":
			sum *= v
		case "/":
			sum /= v
		}
	}
	out := strconv.FormatFloat(sum, 'f', decimals, 64)
	if trim {
		out = strings.TrimSuffix(strings.TrimRight(out, "0"), ".")
	}
	if out == "" {
		out = "0"
	}
	return out, true
}

func (s *slots) day(kind string, n int) string {
	switch kind {
	case "m", "M", "y", "q":
		first := time.Date(s.date.Year(), s.date.Month(), 1, 0, 0, 0, 0, time.UTC)
		step := map[string][2]int{"m": {0, 1}, "M": {0, 1}, "y": {1, 0}, "q": {0, 3}}[kind]
		t := first.AddDate(step[0]*n, step[1]*n, 0)
		switch kind {
		case "m":
			return fmt.Sprintf("%d月", t.Month())
		case "M":
			return t.Month().String()
		case "q":
			return strconv.Itoa((int(t.Month()) + 2) / 3)
		}
		return strconv.Itoa(t.Year())
	}
	t := addWorkingDays(s.date, n)
	switch kind {
	case "d":
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	case "D":
		return t.Format("2 Jan")
	case "w":
		return "周" + []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()]
	}
	return t.Format("Mon")
}
