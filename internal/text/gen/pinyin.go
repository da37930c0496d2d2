package main

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// pinyinGroups turns go-pinyin's map (1.8 MB of heap and 5 ms in every start of the program) into groups of characters with
// the same readings.
func pinyinGroups() string {
	groups := map[string][]rune{}
	for code, readings := range pinyin.PinyinDict {
		key := toneless(readings)
		groups[key] = append(groups[key], rune(code))
	}
	keys := make([]string, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var b strings.Builder
	for i, key := range keys {
		if i > 0 {
			b.WriteByte(' ')
		}
		slices.Sort(groups[key])
		b.WriteString(key + ":" + string(groups[key]))
	}
	return b.String()
}

// toneless strips tone marks from "dān,chán,shàn", writes ü as v and drops readings that became equal.
func toneless(readings string) string {
	var out []string
	for _, reading := range strings.Split(readings, ",") {
		s := strings.ReplaceAll(norm.NFD.String(reading), "u\u0308", "v")
		s = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, s)
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ",")
}
