package checkout

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"raftlab/src/box/goroot"
)

// maxFile is how many bytes a Go file or a go.mod may have.
const maxFile = 2 << 20

// GoFiles returns the names of a folder's Go files, tests among them: regular
// files only, and no junk of other systems (._raft.go). There are none in a
// folder that cannot be read.
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

// Read reads a regular file of reasonable size. It follows no symbolic link.
// Of a file that is not there the error is fs.ErrNotExist.
func Read(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", name)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s has %d bytes; a source file may have %d", name, info.Size(), maxFile)
	}
	return os.ReadFile(name)
}

// IsDir reports whether there is a folder of this name, not by a symbolic link.
func IsDir(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.IsDir()
}

// InLibrary reports whether an import path is of a package of Go's library.
func InLibrary(path string) bool { return path == "C" || goroot.InLibrary(path) }

// ignored reports whether the go command looks past a folder or file of this
// name, or it is full of other people's.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		slices.Contains([]string{"testdata", "vendor", "node_modules"}, name)
}

// isRepository reports whether a folder is the top of a repository: nothing
// above it belongs to it.
func isRepository(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return err == nil
}
