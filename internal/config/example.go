package config

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// secrets are the settings whose values are never printed.
var secrets = []string{"database"}

// WriteExample writes every setting with its meaning, environment variable and value as a YAML file that 'xinshu serve --config'
// reads. Passwords in addresses are left out.
func (c *Config) WriteExample(w io.Writer) error {
	parser, err := kong.New(c, kong.Name("xinshu serve"))
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w, "# Settings of Xinshu. Order: this file, then XINSHU_* variables, then flags; the later wins."); err != nil {
		return err
	}
	for _, flag := range parser.Model.Flags {
		if flag.Name == "help" {
			continue
		}
		value := flag.Default
		if !flag.Target.IsZero() {
			value = fmt.Sprint(flag.Target.Interface())
		}
		for _, s := range secrets {
			if flag.Name == s && strings.Contains(value, "://") {
				value = "postgres://…"
			}
		}
		line := flag.Name + ": " + value
		switch {
		case flag.IsSlice():
			line = flag.Name + ": " + strings.ReplaceAll(strings.ReplaceAll(value, "[", "["), " ", ", ")
			if value == "" {
				line = "# " + flag.Name + ": []"
			}
		case flag.IsBool() && value == "":
			line = flag.Name + ": false"
		case value == "":
			line = "# " + flag.Name + ":"
		}
		if _, err := fmt.Fprintf(w, "\n# %s\n# %s\n%s\n", flag.Help, strings.Join(flag.Envs, ", "), line); err != nil {
			return err
		}
	}
	return nil
}
