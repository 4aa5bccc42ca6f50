package checkout

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/src/box/goroot"
)

// maxFile is how many bytes a Go file or a go.mod may have.
const maxFile = 2 << 20

// GoFiles returns the names of a directory's Go files, including tests: regular files only, and none that the go
// command ignores, such as ._raft.go, which macOS leaves on other file systems. It returns none if the directory cannot
// be read.
func GoFiles(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), ".go") && !ignored(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

// IsTest reports whether a Go file is a test's.
func IsTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// Sources returns GoFiles without tests.
func Sources(dir string) []string { return slices.DeleteFunc(GoFiles(dir), IsTest) }

// Parse parses a Go file that [Read] can read.
func Parse(name string) (*ast.File, error) {
	src, err := Read(name)
	if err != nil {
		return nil, err
	}
	return parse(name, src)
}

func parse(name string, src []byte) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
}

// Read reads a regular file of at most maxFile bytes. It follows no symbolic link. If there is no such file the error
// is fs.ErrNotExist.
func Read(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", name)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s has %d bytes; a source file may have %d", name, info.Size(), maxFile)
	}
	return os.ReadFile(name)
}

// IsDir reports whether there is a directory of this name. A symbolic link to one does not count.
func IsDir(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.IsDir()
}

// InLibrary reports whether an import path is that of a package of the standard library, or "C".
func InLibrary(path string) bool { return path == "C" || goroot.InLibrary(path) }

// ignored reports whether a directory or file is not to be searched: the go command ignores names like this, or
// directories like this hold other people's code.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		slices.Contains([]string{"testdata", "vendor", "node_modules"}, name)
}

// Above returns the nearest directory, from dir upwards, for which is returns true, or "" if there is none.
func Above(dir string, is func(dir string) bool) string {
	for ; !is(dir); dir = filepath.Dir(dir) {
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
	return dir
}

// isRepository reports whether a directory is the top of a repository: nothing above it belongs to it.
func isRepository(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return err == nil
}
