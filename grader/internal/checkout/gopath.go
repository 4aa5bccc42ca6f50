package checkout

import (
	"fmt"
	"path/filepath"
	"strings"
)

// setLocalImports sets LocalImports, and Root to the deepest directory that has all of these packages in it.
func (c *Checkout) setLocalImports() error {
	c.Root = c.Dir
	seen := map[string]bool{c.Dir: true}
	for queue := []string{c.Dir}; len(queue) > 0; queue = queue[1:] {
		dir := queue[0]
		for _, name := range GoFiles(dir) {
			if IsTest(name) && dir != c.Dir {
				continue
			}
			for _, i := range imports(filepath.Join(dir, name)) {
				if i.Dir = c.resolve(i.Path, dir); i.Dir == "" {
					continue
				}
				c.LocalImports = append(c.LocalImports, i)
				if !seen[i.Dir] {
					seen[i.Dir] = true
					queue = append(queue, i.Dir)
					c.Root = common(c.Root, i.Dir)
				}
			}
		}
	}
	if c.Root == filepath.Dir(c.Root) {
		return fmt.Errorf("%s and its imports have no directory in common but the root of the disk", c.Dir)
	}
	return nil
}

// resolve returns the directory of a package that a file in dir imports, "" if it is none of this tree's.
func (c *Checkout) resolve(path, dir string) string {
	if strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") {
		return packageDir(filepath.Join(dir, filepath.FromSlash(path)))
	}
	if InLibrary(path) {
		return ""
	}
	// From the top of a GOPATH or, where the tree was moved out of one, from somewhere in it.
	for rest, more := path, true; more; _, rest, more = strings.Cut(rest, "/") {
		top := filepath.Dir(c.Dir)
		for range maxDepth {
			if found := packageDir(filepath.Join(top, filepath.FromSlash(rest))); found != "" {
				return found
			}
			if isRepository(top) {
				break
			}
			top = filepath.Dir(top)
		}
	}
	return ""
}

func packageDir(dir string) string {
	if len(GoFiles(dir)) == 0 {
		return ""
	}
	return dir
}

// common returns the deepest directory that has both a and b in it.
func common(a, b string) string {
	for ; ; a = filepath.Dir(a) {
		if rel, err := filepath.Rel(a, b); err == nil && filepath.IsLocal(rel) || a == filepath.Dir(a) {
			return a
		}
	}
}
