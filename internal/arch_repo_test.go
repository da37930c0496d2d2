package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// module is our module's path; root is the folder of go.mod as seen from this package.
const (
	module = "github.com/xinshu-im/xinshu"
	root   = ".."
)

// goPackage is what the rules need of one line of `go list -json`.
type goPackage struct {
	ImportPath string
	Imports    []string // of the product code, without tests
	Dir        string
	Folder     string `json:"-"` // Dir relative to the module root, "" for the root itself
	Standard   bool
	Module     *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path, Version, Dir string }
	}
}

// goFile is one parsed source file of ours.
type goFile struct {
	path      string // relative to the module root, with slashes
	test      bool   // *_test.go, or product of a helper package for tests
	generated bool
	lines     int
	fset      *token.FileSet
	ast       *ast.File
}

var loadPackages = sync.OnceValues(func() ([]goPackage, error) { return goList("-e", "./...") })

// ourPackages are all packages of the module.
func ourPackages(t *testing.T) []goPackage {
	t.Helper()
	packages, err := loadPackages()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// goList runs `go list -json ARGS` in the module root, without CGO, as the product is built.
func goList(args ...string) ([]goPackage, error) {
	out, err := goCommand(append([]string{"list", "-json=ImportPath,Imports,Dir,Standard,Module"}, args...)...)
	if err != nil {
		return nil, err
	}
	top, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		if folder, ours := folderOf(p.ImportPath); ours {
			p.Folder = folder
		} else if rel, err := filepath.Rel(top, p.Dir); err == nil {
			p.Folder = filepath.ToSlash(rel)
		}
		packages = append(packages, p)
	}
}

func goCommand(args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}

// folderOf turns an import path of ours into its folder below the module root.
func folderOf(importPath string) (folder string, ours bool) {
	if importPath == module {
		return "", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// sourcePaths are all files of ours with one of the extensions, as paths below the root; what tools fetch or build is left out.
func sourcePaths(t *testing.T, extensions ...string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(root, func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(p, root+string(filepath.Separator)))
		if entry.IsDir() {
			switch {
			case rel == root, rel == ".ci":
				return nil
			case strings.HasPrefix(entry.Name(), "."), entry.Name() == "node_modules", entry.Name() == "testdata",
				rel == "bin", rel == "data", rel == "dist", rel == "web/dist":
				return filepath.SkipDir
			}
			return nil
		}
		for _, extension := range extensions {
			if path.Ext(rel) == extension {
				paths = append(paths, rel)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

var loadFiles sync.Map // path → *goFile; tests run in parallel and share the parsed tree

// goFiles are all our Go files, parsed with comments.
func goFiles(t *testing.T) []*goFile {
	t.Helper()
	var files []*goFile
	for _, p := range sourcePaths(t, ".go") {
		if known, ok := loadFiles.Load(p); ok {
			files = append(files, known.(*goFile))
			continue
		}
		source, err := os.ReadFile(filepath.Join(root, p))
		if err != nil {
			t.Fatal(err)
		}
		file, err := parseGo(p, source)
		if err != nil {
			t.Fatal(err)
		}
		loadFiles.Store(p, file)
		files = append(files, file)
	}
	return files
}

var generatedMark = regexp.MustCompile(`(?m)^(//|/\*\*?) .*[Gg]enerated.*DO NOT EDIT`)

func parseGo(p string, source []byte) (*goFile, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, p, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	folder := path.Dir(p)
	return &goFile{
		path:      p,
		test:      strings.HasSuffix(p, "_test.go") || isTestHelper(folder),
		generated: generatedMark.Match(source),
		lines:     bytes.Count(source, []byte("\n")),
		fset:      fset,
		ast:       parsed,
	}, nil
}

func (f *goFile) at(pos token.Pos, why string, args ...any) violation {
	return violation{f.path, f.fset.Position(pos).Line, fmt.Sprintf(why, args...)}
}

// localName is the name under which the file knows an imported package, "" when it does not import it.
func (f *goFile) localName(importPath string) string {
	for _, spec := range f.ast.Imports {
		if strings.Trim(spec.Path.Value, `"`) != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}

// under: the file lies in one of the folders or below it.
func (f *goFile) under(folders ...string) bool {
	for _, folder := range folders {
		if strings.HasPrefix(f.path, folder+"/") {
			return true
		}
	}
	return false
}
