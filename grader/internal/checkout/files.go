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

// GoFiles returns the names of a directory's Go files, tests among them: regular files only, and no junk of other
// systems (._raft.go). There are none in a directory that cannot be read.
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

// Sources are GoFiles without tests.
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

// Read reads a regular file of reasonable size. It follows no symbolic link. Of a file that is not there the error is
// fs.ErrNotExist.
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

// IsDir reports whether there is a directory of this name, not by a symbolic link.
func IsDir(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.IsDir()
}

// InLibrary reports whether an import path is of a package of Go's library.
func InLibrary(path string) bool { return path == "C" || goroot.InLibrary(path) }

// ignored reports whether the go command looks past a directory or file of this name, or it is full of other people's.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		slices.Contains([]string{"testdata", "vendor", "node_modules"}, name)
}

// Above returns the nearest directory, from dir upwards, that is what is looked for, or "" if there is none.
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
