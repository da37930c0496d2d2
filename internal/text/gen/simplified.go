package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// simplifiedPairs reads the per-character dictionaries in the order OpenCC uses them (the extended forms win over an entry
// that maps to itself), follows chains to their end, so that folding twice changes nothing, and returns all pairs as one
// string in code point order. Phrase dictionaries are left out on purpose: a token must fold alike wherever it is cut.
func simplifiedPairs(dir string) (string, error) {
	table := map[rune]rune{}
	for _, file := range []string{"TSCharacters.txt", "TSCharactersExt.txt"} {
		if err := readPairs(filepath.Join(dir, file), table); err != nil {
			return "", err
		}
	}
	keys := make([]rune, 0, len(table))
	for from := range table {
		keys = append(keys, from)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, from := range keys {
		to := table[from]
		for steps := 0; ; steps++ {
			next, ok := table[to]
			if !ok || next == to {
				break
			}
			if steps > 8 {
				return "", fmt.Errorf("%c leads in a circle", from)
			}
			to = next
		}
		if to != from {
			b.WriteRune(from)
			b.WriteRune(to)
		}
	}
	return b.String(), nil
}

// readPairs adds the first candidate of every line of one dictionary to table.
func readPairs(path string, table map[rune]rune) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		from, candidates, ok := strings.Cut(line, "\t")
		to, _, _ := strings.Cut(candidates, " ")
		if !ok || utf8.RuneCountInString(from) != 1 || utf8.RuneCountInString(to) != 1 {
			return fmt.Errorf("%s: not a pair of characters: %q", path, line)
		}
		f, _ := utf8.DecodeRuneInString(from)
		t, _ := utf8.DecodeRuneInString(to)
		table[f] = t
	}
	return lines.Err()
}
