package text

import (
	"strings"
	"unicode/utf8"
)

// Kind says how a key came from a name; lower is the better hit. The numbers are stored and never change.
type Kind uint8

const (
	KindName     Kind = 1 // the whole name as it is written
	KindWord     Kind = 2 // the name from a later character or word on: 伟 of 张伟, smith of John Smith
	KindPinyin   Kind = 3 // pinyin: zhangwei, and from a later syllable on: wei
	KindInitials Kind = 4 // initials: zw; and surname with initials: zhangxm of 张小明
)

// Key is one string under which a person is found: a person is a hit for a prefix of any of her keys. Keys are folded text
// without separators; compare them bytewise (BINARY, COLLATE "C").
type Key struct {
	Text  string
	Kind  Kind
	Start int // the character or word of the name that the key begins with, counted from 0; 0 ranks above the rest
}

const (
	maxKeys      = 96  // keys of one name; ordinary names have 6 to 12
	maxKeyRunes  = 64  // code points of one key; lookups are cut alike
	maxNameRunes = 256 // code points of a name that are looked at
	maxUnits     = 24  // characters or words of a name that begin keys of their own
	wholeCombos  = 32  // readings of a whole name: five characters with two readings each
	partCombos   = 12  // readings of each later part
)

// NameKeys returns every key of a personal name, no two alike, the better kinds first. Ideographs get all their readings, those
// usual in surnames first; of too many combinations the least usual are left out. An empty name has no keys.
func NameKeys(name string) []Key {
	units := nameUnits(name)
	if len(units) == 0 {
		return nil
	}
	k := keys{seen: map[string]bool{}}
	for i := range min(len(units), maxUnits) {
		kind := KindWord
		if i == 0 {
			kind = KindName
		}
		k.add(joinText(units[i:]), kind, i)
	}
	for i := range min(len(units), maxUnits) {
		if !hasReadings(units[i:]) {
			break
		}
		limit := partCombos
		if i == 0 {
			limit = wholeCombos
		}
		k.addPinyin(units[i:min(len(units), i+maxUnits)], i, limit)
	}
	for i := range min(len(units), maxUnits) {
		if len(units)-i > 1 {
			k.addInitials(units[i:min(len(units), i+maxUnits)], i)
		}
	}
	return k.list
}

// keys collects the keys of one name.
type keys struct {
	list []Key
	seen map[string]bool
}

func (k *keys) add(text string, kind Kind, start int) {
	if text = cutRunes(text, maxKeyRunes); len(k.list) < maxKeys && !k.seen[text] {
		k.seen[text] = true
		k.list = append(k.list, Key{text, kind, start})
	}
}

func (k *keys) addPinyin(units []unit, start, limit int) {
	spellings := make([][]string, len(units))
	for i, u := range units {
		spellings[i] = u.spellings()
	}
	combine(spellings, limit, func(parts []string) { k.add(strings.Join(parts, ""), KindPinyin, start) })
}

// addInitials adds the first letters of all units and, for names of three and more characters, the first in full with the
// initials of the rest.
func (k *keys) addInitials(units []unit, start int) {
	initials := make([][]string, len(units))
	for i, u := range units {
		initials[i] = u.initials()
	}
	combine(initials, partCombos, func(parts []string) { k.add(strings.Join(parts, ""), KindInitials, start) })
	if start == 0 && len(units) > 2 && len(units[0].readings) > 0 {
		initials[0] = units[0].spellings()
		combine(initials, partCombos, func(parts []string) { k.add(strings.Join(parts, ""), KindInitials, start) })
	}
}

// combine calls f with one choice from every list, the first choices first and those with ever more later choices after them, at
// most limit times. f must not keep the slice.
func combine(lists [][]string, limit int, f func([]string)) {
	room := make([]int, len(lists)+1) // room[i]: the largest sum of choices that lists[i:] can give
	for i := len(lists) - 1; i >= 0; i-- {
		room[i] = room[i+1] + len(lists[i]) - 1
	}
	parts := make([]string, len(lists))
	var choose func(i, rest int)
	choose = func(i, rest int) {
		if limit == 0 || rest > room[i] {
			return
		}
		if i == len(lists) {
			limit--
			f(parts)
			return
		}
		for choice := 0; choice < len(lists[i]) && choice <= rest; choice++ {
			parts[i] = lists[i][choice]
			choose(i+1, rest-choice)
		}
	}
	for sum := 0; sum <= room[0] && limit > 0; sum++ {
		choose(0, sum)
	}
}

func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}
