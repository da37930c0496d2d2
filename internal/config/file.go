package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// File reads a YAML file of settings, written "listen: 127.0.0.1:8065", as a source of flag values. A missing file is empty if
// it need not exist.
func File(path string, mustExist bool) (kong.Resolver, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !mustExist {
		return file{path: path}, nil
	}
	if err != nil {
		return nil, err
	}
	f := file{path: path, values: map[string]any{}}
	if err := yaml.Unmarshal(text, &f.values); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

type file struct {
	path   string
	values map[string]any
}

// Validate refuses settings that do not exist: a misspelt one would silently do nothing.
func (f file) Validate(app *kong.Application) error {
	known := []string{}
	for _, cmd := range app.Leaves(true) {
		for _, flag := range cmd.Flags {
			known = append(known, flag.Name)
		}
	}
	for name := range f.values {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s: there is no setting %q", f.path, name)
		}
	}
	return nil
}

// Resolve returns the file's value of a flag, unless the environment has one: the later source wins.
func (f file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	v, ok := f.values[flag.Name]
	if !ok {
		return nil, nil
	}
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	if list, ok := v.([]any); ok {
		parts := make([]string, len(list))
		for i, p := range list {
			parts[i] = fmt.Sprint(p)
		}
		return strings.Join(parts, ","), nil
	}
	return fmt.Sprint(v), nil
}
