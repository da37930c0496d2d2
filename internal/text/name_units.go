package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// unit is a character of a name without spaces between words, or a word of another name.
type unit struct {
	text     string   // folded
	readings []string // pinyin with v for ü, the most likely first; none for words
}

// nameUnits cuts a name into its units.
func nameUnits(name string) []unit {
	f := folder{han: nil} // traditional characters keep their own readings: 乾 is qian, its simplified form 干 only gan
	f.fold(cutRunes(name, maxNameRunes))
	folded := withoutApostrophes(f.dst)
	han, pinyin := simplifiedOnce(), pinyinOnce()
	var units []unit
	sc := scanner{s: folded}
	for r, ok := sc.next(); ok; r, ok = sc.next() {
		if r.suffix {
			continue
		}
		if r.class == classWord {
			units = append(units, unit{text: string(folded[r.start:r.end])})
			continue
		}
		first := len(units)
		for _, c := range string(folded[r.start:r.end]) {
			simple := han.simplify(c)
			readings := pinyin.of(c)
			if simple != c {
				readings = union(readings, pinyin.of(simple))
			}
			units = append(units, unit{text: string(simple), readings: readings})
		}
		preferSurname(units[first:])
	}
	return units
}

// withoutApostrophes joins O'Neill and xi'an, in place.
func withoutApostrophes(folded []byte) []byte {
	out := folded[:0]
	for i := 0; i < len(folded); {
		r, n := utf8.DecodeRune(folded[i:])
		if r != '\'' && r != '’' && r != '‘' && r != '`' && r != 'ʼ' {
			out = append(out, folded[i:i+n]...)
		}
		i += n
	}
	return out
}

// union returns a and what b has more; neither is changed.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// preferSurname moves the reading that the leading characters have as a surname to the front.
func preferSurname(units []unit) {
	if len(units) > 1 {
		if both, ok := compoundSurnames[units[0].text+units[1].text]; ok {
			first, second, _ := strings.Cut(both, " ")
			units[0].readings = union([]string{first}, units[0].readings)
			units[1].readings = union([]string{second}, units[1].readings)
			return
		}
	}
	if len(units) > 0 {
		if reading, ok := surnames[units[0].text]; ok {
			units[0].readings = union([]string{reading}, units[0].readings)
		}
	}
}

// spellings returns what people type for u: its readings, and for ü also u and yu (吕: lv, lu, lyu, the last as in passports).
func (u unit) spellings() []string {
	if len(u.readings) == 0 {
		return []string{u.text}
	}
	out := slices.Clone(u.readings)
	for _, reading := range u.readings {
		if rest, ok := strings.CutPrefix(reading, "lv"); ok {
			out = union(out, []string{"lu" + rest, "lyu" + rest})
		} else if rest, ok := strings.CutPrefix(reading, "nv"); ok {
			out = union(out, []string{"nu" + rest, "nyu" + rest})
		}
	}
	return out
}

// initials returns the first letters of u's readings, or the first character of a word.
func (u unit) initials() []string {
	if len(u.readings) == 0 {
		return []string{firstRune(u.text)}
	}
	var out []string
	for _, reading := range u.readings {
		out = union(out, []string{reading[:1]})
	}
	return out
}

func joinText(units []unit) string {
	var b strings.Builder
	for _, u := range units {
		b.WriteString(u.text)
	}
	return b.String()
}

func hasReadings(units []unit) bool {
	return slices.ContainsFunc(units, func(u unit) bool { return len(u.readings) > 0 })
}
