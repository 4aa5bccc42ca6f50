// Package goroot owns the Go toolchain that guests are built with: it finds a supported one and makes from it a
// GOROOT whose standard library has the hooks of a box.
//
// A box needs what no build tag gives: a scheduler that waits for its host and takes its order from a seed, a clock
// in virtual time, randomness that the host knows of. So package goroot has a set of patches for each minor version
// of Go (patches/go1.26/*.patch, each with the reason why it is there) and some files to add (_added).
// [Toolchain.Merge] makes a directory with links to all of the installed GOROOT but for the files that differ. The
// installed Go stays as it is, wherever it lies, and the go command's build cache serves both.
package goroot

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed patches all:_added
var embedded embed.FS

// patchesFor returns the patches for a minor version, such as "go1.26".
func patchesFor(minor string) (list []patch, err error) {
	dir := path.Join("patches", minor)
	entries, err := embedded.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name, isPatch := strings.CutSuffix(e.Name(), ".patch")
		if !isPatch {
			continue
		}
		text, err := embedded.ReadFile(path.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		p, err := parsePatch(name, string(text))
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// added returns the files that the standard library gets in addition, by name below GOROOT.
func added() (map[string]string, error) {
	files := map[string]string{}
	err := fs.WalkDir(embedded, "_added", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := embedded.ReadFile(name)
		files["src"+strings.TrimPrefix(name, "_added")] = string(text)
		return err
	})
	return files, err
}

// files returns the files that differ in the merged GOROOT, by name below it. The patches named in without are left
// out.
func (t *Toolchain) files(without []string) (map[string]string, error) {
	patches, err := patchesFor(t.Minor)
	if err != nil {
		return nil, err
	}
	files, err := added()
	if err != nil {
		return nil, err
	}
	std, err := t.standardLibrary()
	if err != nil {
		return nil, err
	}
	files["src/runtime/zbox_std.go"] = fmt.Sprintf(boxIsStd, std)
	var errs []error
	for _, p := range patches {
		if slices.Contains(without, p.name) {
			continue
		}
		errs = append(errs, p.apply(files, func(name string) ([]byte, error) {
			return os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(name)))
		}))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("the standard library of %s in %s differs from the one that the patches fit: %w",
			t.Version, t.Root, err)
	}
	return files, nil
}

// Merge sets Merged to a GOROOT with the patched standard library. It lies in dir, under a name that has the
// version of Go and a hash of all that decides its content, and is made if it does not exist, or is no longer whole: some
// systems delete what is old in caches file by file, and what is missing there would be taken for the mistake of who is
// compiled. Several processes may merge at the same time. The patches named in without are left out, for measurements.
func (t *Toolchain) Merge(dir string, without ...string) error {
	files, err := t.files(without)
	if err != nil {
		return err
	}
	root, err := filepath.Abs(filepath.Join(dir, t.Version+"-"+t.hash(files)))
	if err != nil {
		return err
	}
	if whole(root, files) {
		os.Chtimes(root, time.Time{}, time.Now()) // what trims dir sees that it is in use
	} else if err := t.create(root, files); err != nil {
		return fmt.Errorf("the patched standard library of %s: %w", t.Version, err)
	}
	t.Merged = root
	return nil
}

// whole reports whether a merged GOROOT has the files that differ in it.
func whole(root string, files map[string]string) bool {
	for name, text := range files {
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil || string(data) != text {
			return false
		}
	}
	return true
}

// hash is over all that decides the content of a merged GOROOT, except what the links lead to.
func (t *Toolchain) hash(files map[string]string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", t.Root)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%q %q", name, files[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// create makes a merged GOROOT, in place of one that is not whole, unless another process does so first.
func (t *Toolchain) create(root string, files map[string]string) error {
	dir := filepath.Dir(root)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	made, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made) // does nothing once it is renamed
	if err := os.Chmod(made, 0o755); err != nil {
		return err
	}
	if err := merge(made, t.Root, "", files); err != nil {
		return err
	}
	err = os.Rename(made, root)
	if err == nil || whole(root, files) { // or another process was faster
		return nil
	}
	broken := made + "-old"
	defer os.RemoveAll(broken)
	if err := os.Rename(root, broken); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(made, root)
}

// merge fills the directory made with links to the entries of from, and with those of the files that lie below rel.
func merge(made, from, rel string, files map[string]string) error {
	within := map[string]bool{} // entries of this directory with something that differs: whether it is a directory
	for name := range files {
		if rest, ok := strings.CutPrefix(name, rel); ok {
			first, _, deeper := strings.Cut(rest, "/")
			within[first] = deeper
		}
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, differs := within[e.Name()]; differs {
			continue
		}
		if err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(made, e.Name())); err != nil {
			return err
		}
	}
	for name, isDir := range within {
		target := filepath.Join(made, name)
		if !isDir {
			if err := os.WriteFile(target, []byte(files[rel+name]), 0o644); err != nil {
				return err
			}
			continue
		}
		if err := os.Mkdir(target, 0o755); err != nil {
			return err
		}
		if err := merge(target, filepath.Join(from, name), rel+name+"/", files); err != nil {
			return err
		}
	}
	return nil
}

// boxIsStd is the source of a function that knows the standard library's import paths by their first elements.
const boxIsStd = `package runtime

func boxIsStd(first string) bool {
	switch first {
	case %s:
		return true
	}
	return false
}
`

// standardLibrary returns the first elements of the standard library's import paths, as a list of Go strings.
func (t *Toolchain) standardLibrary() (string, error) {
	dirs, err := os.ReadDir(filepath.Join(t.Root, "src"))
	if err != nil {
		return "", err
	}
	var list []string
	for _, d := range dirs {
		if d.IsDir() {
			list = append(list, strconv.Quote(d.Name()))
		}
	}
	return strings.Join(list, ", "), nil
}
