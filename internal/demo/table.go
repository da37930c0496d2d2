package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// content is everything that was written for the example.
//
//go:embed content
var content embed.FS

// rows reads a table file: one row a line, columns separated by "|", comment lines beginning with "#".
func rows(name string, columns int) ([][]string, error) {
	b, err := content.ReadFile("content/org/" + name)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for i, line := range strings.Split(string(b), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) != columns {
			return nil, fmt.Errorf("%s:%d: %d columns, want %d", name, i+1, len(cells), columns)
		}
		out = append(out, cells)
	}
	return out, nil
}

// texts reads the files of a content folder in the order of their names.
func texts(folder string) (names, bodies []string, err error) {
	entries, err := fs.ReadDir(content, "content/"+folder)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		b, err := content.ReadFile("content/" + folder + "/" + e.Name())
		if err != nil {
			return nil, nil, err
		}
		names, bodies = append(names, folder+"/"+e.Name()), append(bodies, string(b))
	}
	return names, bodies, nil
}

// items splits a comma list; an empty cell has none.
func items(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, ",")
}
