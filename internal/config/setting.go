package config

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Setting is one setting of 'xinshu serve', for documentation and tests.
type Setting struct {
	Name, Env, Default, Help string
}

// Settings lists the settings in the order of [Config].
func Settings() ([]Setting, error) {
	parser, err := kong.New(&Config{}, kong.Name("xinshu serve"))
	if err != nil {
		return nil, err
	}
	var out []Setting
	for _, flag := range parser.Model.Flags {
		if flag.Name != "help" {
			out = append(out, Setting{flag.Name, strings.Join(flag.Envs, ", "), flag.Default, flag.Help})
		}
	}
	return out, nil
}
