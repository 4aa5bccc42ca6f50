package crash

import (
	"slices"
	"strings"

	"raftlab/src/box/goroot"
)

// foreign reports whether a function, as tracebacks name it, is of the code under test: neither of the standard
// library nor of the harness around it.
func foreign(function string) bool {
	path := packageOf(function)
	return path != "" && !goroot.InLibrary(path) && !inHarness(path)
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
