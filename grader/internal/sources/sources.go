// Package sources puts the project's sources, which are embedded in the grader, where the go command can build with
// them.
package sources

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"raftlab"
)

// files returns the embedded files that programs are built from, by name.
var files = sync.OnceValue(func() map[string][]byte {
	list := map[string][]byte{}
	err := fs.WalkDir(raftlab.Sources, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		list[name], err = raftlab.Sources.ReadFile(name)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("sources: %v", err)) // they are part of this program
	}
	return list
})

// Fingerprint identifies the embedded sources.
var Fingerprint = sync.OnceValue(func() string {
	h := sha256.New()
	list := files()
	for _, name := range slices.Sorted(maps.Keys(list)) {
		fmt.Fprintf(h, "%q %q", name, list[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
})

// Unpack returns the directory of a module with the embedded sources. It lies in dir, by their fingerprint, and is made
// if it is not there. Several processes may unpack at the same time.
func Unpack(dir string) (root string, err error) {
	root, err = filepath.Abs(filepath.Join(dir, Fingerprint()))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(root); err == nil {
		os.Chtimes(root, time.Time{}, time.Now()) // what trims dir sees that it is in use
		return root, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	made, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(made) // fails once it is renamed
	for name, text := range files() {
		file := filepath.Join(made, filepath.FromSlash(name))
		err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, text, 0o644))
		if err != nil {
			return "", err
		}
	}
	if err := os.Rename(made, root); err != nil {
		if _, other := os.Stat(root); other != nil {
			return "", err
		}
	}
	return root, nil
}

// Differs returns the name of a file that is not the same in the module in root as it is embedded, or "" if there is
// none. What root has besides does not count.
func Differs(root string) string {
	list := files()
	for _, name := range slices.Sorted(maps.Keys(list)) {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(text, list[name]) {
			return name
		}
	}
	return ""
}
