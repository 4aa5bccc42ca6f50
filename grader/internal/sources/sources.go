// Package sources unpacks the sources that are embedded in the grader, those of [raftlab.Sources], into a directory
// where the go command can build programs with them.
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

// files returns the contents of the embedded files by name, slash-separated, without tests and testdata: no program is
// built from those.
var files = sync.OnceValue(func() map[string][]byte {
	contents := map[string][]byte{}
	err := fs.WalkDir(raftlab.Sources, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		contents[name], err = raftlab.Sources.ReadFile(name)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("sources: %v", err)) // cannot happen: the files are part of this program
	}
	return contents
})

// Fingerprint identifies the embedded sources, without tests: it is a hash, of 12 hexadecimal digits.
var Fingerprint = sync.OnceValue(func() string {
	h := sha256.New()
	contents := files()
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		fmt.Fprintf(h, "%q %q", name, contents[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
})

// Unpack returns the root of a module that consists of the embedded sources, a subdirectory of dir that the Fingerprint
// names. If it does not exist, Unpack makes it, whole or not at all. Several processes may unpack at the same time.
func Unpack(dir string) (root string, err error) {
	root, err = filepath.Abs(filepath.Join(dir, Fingerprint()))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(root); err == nil {
		os.Chtimes(root, time.Time{}, time.Now()) // the grader's cache drops what has an old modification time
		return root, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp) // does nothing once temp is renamed
	for name, text := range files() {
		file := filepath.Join(temp, filepath.FromSlash(name))
		err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, text, 0o644))
		if err != nil {
			return "", err
		}
	}
	if err := os.Rename(temp, root); err != nil {
		if _, statErr := os.Stat(root); statErr != nil { // if root exists, another process was faster
			return "", err
		}
	}
	return root, nil
}

// FirstDifference returns the name of the first embedded file, without tests, that is missing below root or has other
// contents there. It returns "" if there is none. Further files below root do not matter.
func FirstDifference(root string) string {
	contents := files()
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(text, contents[name]) {
			return name
		}
	}
	return ""
}
