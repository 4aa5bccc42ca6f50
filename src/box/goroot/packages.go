package goroot

import (
	"path"
	"strings"
	"sync"
)

// packages are the import paths of the standard library's packages that can be imported, of all versions of Go that
// are supported. Each set of patches has the list of its version: go list std, without internal and vendored
// packages.
var packages = sync.OnceValue(func() map[string]bool {
	list := make(map[string]bool)
	for _, release := range Releases() {
		text, err := embedded.ReadFile(path.Join("patches", minorOf(release), "packages"))
		if err != nil {
			panic(err) // it is part of this program
		}
		for name := range strings.FieldsSeq(string(text)) {
			list[name] = true
		}
	}
	return list
})

// InLibrary reports whether an import path is that of a package of the standard library, or lies within its
// internal or vendored packages, which differ from system to system.
func InLibrary(path string) bool {
	for _, only := range []string{"go/", "internal/", "runtime/", "vendor/"} {
		if strings.HasPrefix(path, only) {
			return true
		}
	}
	if within, _, ok := strings.Cut(path+"/", "/internal/"); ok {
		path = within
	}
	return packages()[path]
}
