package internal_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"testing"
)

// TestNpmVersionsAreExact: a range would install tomorrow what nobody looked at today. The same holds for where packages come from.
func TestNpmVersionsAreExact(t *testing.T) {
	t.Parallel()
	exact := regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`)
	resolved := regexp.MustCompile(`"resolved": "(https?://[^/"]+)`)
	var found []violation
	for _, file := range packageJSONs(t) {
		for name, version := range file.dependencies {
			if !exact.MatchString(version) {
				found = append(found, violation{file.path, 0, fmt.Sprintf("%s is %q: pin one exact version", name, version)})
			}
		}
		lock := path.Join(path.Dir(file.path), "package-lock.json")
		source, err := os.ReadFile(filepath.Join(root, lock))
		if err != nil {
			found = append(found, violation{lock, 0, "is missing: npm ci installs from it"})
			continue
		}
		found = append(found, lockViolations(lock, source)...)
		for _, match := range resolved.FindAllSubmatch(source, -1) {
			if host := string(match[1]); host != "https://registry.npmjs.org" {
				found = append(found, violation{lock, 0, "names the registry " + host + "; run node scripts/npm-lock.mjs " + path.Dir(lock)})
				break
			}
		}
	}
	report(t, found)
}

// lockViolations: npm ci refuses a lock file in which an optional build for some system is missing, on every system.
func lockViolations(file string, source []byte) (found []violation) {
	var lock struct {
		Packages map[string]struct{ OptionalDependencies map[string]string }
	}
	if err := json.Unmarshal(source, &lock); err != nil {
		return []violation{{file, 0, err.Error()}}
	}
	for key, entry := range lock.Packages {
		for name := range entry.OptionalDependencies {
			_, beside := lock.Packages["node_modules/"+name]
			_, below := lock.Packages[key+"/node_modules/"+name]
			if !beside && !below {
				found = append(found, violation{file, 0, fmt.Sprintf("lacks %s, so npm ci refuses it: run node scripts/npm-lock.mjs %s", name, path.Dir(file))})
			}
		}
	}
	return found
}

// TestNpmRulesCanFail shows lock files with and without what npm ci asks for.
func TestNpmRulesCanFail(t *testing.T) {
	t.Parallel()
	expect(t, "missing build", lockViolations("web/package-lock.json",
		[]byte(`{"packages":{"node_modules/biome":{"optionalDependencies":{"biome-win32-x64":"1.0.0"}}}}`)), "lacks biome-win32-x64")
	expect(t, "complete", lockViolations("web/package-lock.json",
		[]byte(`{"packages":{"node_modules/biome":{"optionalDependencies":{"biome-win32-x64":"1.0.0"}},"node_modules/biome-win32-x64":{}}}`)), "")
}

type packageJSON struct {
	path         string
	dependencies map[string]string // both kinds
}

func packageJSONs(t *testing.T) []packageJSON {
	t.Helper()
	var files []packageJSON
	for _, p := range sourcePaths(t, ".json") {
		if path.Base(p) != "package.json" {
			continue
		}
		var content struct{ Dependencies, DevDependencies map[string]string }
		if err := json.Unmarshal(read(t, p), &content); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		all := map[string]string{}
		for _, group := range []map[string]string{content.Dependencies, content.DevDependencies} {
			for name, version := range group {
				all[name] = version
			}
		}
		files = append(files, packageJSON{p, all})
	}
	return files
}
