package autopsy

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// The import paths of the standard library's packages that can be imported, one a line, below the version of Go
// whose they are.
//
//go:generate sh -c "{ go env GOVERSION | cut -d. -f1,2; go list std | grep -vE '(^|/)internal(/|$)|^vendor/'; } > std.txt"
//go:embed std.txt
var stdList string

var std = sync.OnceValue(func() map[string]bool {
	list := make(map[string]bool)
	for path := range strings.FieldsSeq(stdList) {
		list[path] = true
	}
	return list
})

// inLibrary reports whether a package is the standard library's. Which it has besides those that can be imported
// is another matter on each system and in each version of Go.
func inLibrary(path string) bool {
	for _, only := range []string{"go/", "internal/", "runtime/", "vendor/"} {
		if strings.HasPrefix(path, only) {
			return true
		}
	}
	path, _, _ = strings.Cut(path, "/internal")
	return std()[path]
}

// foreign reports whether a function, as tracebacks name it, is of the code under test: neither of the standard
// library nor of the harness around it.
func foreign(function string) bool {
	path := packageOf(function)
	return path != "" && !inLibrary(path) && !inHarness(path)
}

// packageOf returns the import path in a function's name, nothing if it has none, as panic.
func packageOf(function string) string {
	function, _, _ = strings.Cut(function, "[") // type arguments may be paths, too
	base := strings.LastIndexByte(function, '/') + 1
	dot := strings.IndexByte(function[base:], '.')
	if dot < 0 {
		return ""
	}
	return strings.ReplaceAll(function[:base+dot], "%2e", ".")
}

// inHarness reports whether a package is among those that run around every Raft.
func inHarness(path string) bool {
	if path == "main" || strings.HasPrefix(path, "raftlab/src/") {
		return !strings.Contains(path, "/testdata/")
	}
	return inLab(path)
}

// inLab reports whether a package is one of those that Rafts are written with. They are known by their names,
// since checkouts have them under various paths.
func inLab(path string) bool {
	name := path[strings.LastIndexByte(path, '/')+1:]
	return slices.Contains([]string{"labrpc", "labgob", "locks", "deadlock", "go-deadlock"}, name)
}
