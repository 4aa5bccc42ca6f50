package box

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
)

// The limits of a box's files.
const (
	maxFileBytes = 64 << 20
	maxFiles     = 10_000 // and directories
	maxOpen      = 1_000
	maxPath      = 4096
)

// files is a box's file system: it lies in memory and ends with the box. A directory is made with the first file in
// it, so that a program that expects a directory for its log finds it. There are no links and no permissions.
type files struct {
	nodes map[string]*node // by path, without a slash at either end; "." is the root
	size  int              // of all files
	open  map[uint32]*openFile
	made  uint64 // the last inode

	budget *Budget // that size is taken from
}

// A node is a file or a directory.
type node struct {
	inode   uint64
	refs    int // descriptors, and 1 for being in the tree
	dir     bool
	data    []byte
	changed int64 // wall clock
}

// An openFile is a file descriptor.
type openFile struct {
	*node
	path        string
	at          int64
	read, write bool
	append      bool
}

func newFiles(contents map[string]string) *files {
	fs := &files{nodes: map[string]*node{}, open: map[uint32]*openFile{}}
	fs.create(".", true, 0)
	fs.openAs(&openFile{node: fs.nodes["."], path: "."})
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		if n := fs.create(clean(name), false, 0); n != nil {
			n.data = []byte(contents[name])
			fs.size += len(n.data)
		}
	}
	return fs
}

// clone returns a copy in which all times are later, by that many ns.
func (fs *files) clone(later int64) *files {
	c := &files{
		nodes: make(map[string]*node, len(fs.nodes)),
		size:  fs.size,
		open:  make(map[uint32]*openFile, len(fs.open)),
		made:  fs.made,
	}
	copies := make(map[*node]*node, len(fs.nodes))
	copyOf := func(n *node) *node {
		if copies[n] == nil {
			copies[n] = &node{n.inode, n.refs, n.dir, slices.Clone(n.data), n.changed + later}
		}
		return copies[n]
	}
	for name, n := range fs.nodes {
		c.nodes[name] = copyOf(n)
	}
	for fd, f := range fs.open {
		opened := *f
		opened.node = copyOf(f.node)
		c.open[fd] = &opened
	}
	return c
}

// equal compares all but the times.
func (fs *files) equal(other *files) bool {
	same := func(a, b *node) bool {
		return a.inode == b.inode && a.refs == b.refs && a.dir == b.dir && slices.Equal(a.data, b.data)
	}
	sameOpen := func(a, b *openFile) bool {
		return same(a.node, b.node) && a.path == b.path && a.at == b.at &&
			a.read == b.read && a.write == b.write && a.append == b.append
	}
	return maps.EqualFunc(fs.nodes, other.nodes, same) && maps.EqualFunc(fs.open, other.open, sameOpen)
}

// clean returns a path in the form of the keys of nodes. There is nothing above the root.
func clean(name string) string {
	return cmp.Or(strings.TrimPrefix(path.Clean("/"+name), "/"), ".")
}

// create makes a file or a directory, and the missing directories above it. It returns nil if there are too many.
func (fs *files) create(name string, dir bool, now int64) *node {
	if len(fs.nodes) >= maxFiles {
		return nil
	}
	if up := path.Dir(name); name != "." && fs.nodes[up] == nil && fs.create(up, true, now) == nil {
		return nil
	}
	fs.made++
	n := &node{inode: fs.made, refs: 1, dir: dir, changed: now}
	fs.nodes[name] = n
	return n
}

// hasFileParent reports whether one of the directories in a path is a file.
func (fs *files) hasFileParent(name string) bool {
	for up := path.Dir(name); up != "."; up = path.Dir(up) {
		if n := fs.nodes[up]; n != nil {
			return !n.dir
		}
	}
	return false
}

// openAs gives a node the lowest free descriptor, 0 if there is none.
func (fs *files) openAs(f *openFile) uint32 {
	for fd := uint32(fdRoot); fd < fdRoot+maxOpen; fd++ {
		if fs.open[fd] == nil {
			fs.open[fd] = f
			f.refs++
			return fd
		}
	}
	return 0
}

// grow changes a file's size and reports whether there is room.
func (fs *files) grow(n *node, size int64) bool {
	more := int(size) - len(n.data)
	if size < 0 || size > maxFileBytes || fs.size+more > maxFileBytes || !fs.budget.charge(int64(more)) {
		return false
	}
	fs.size += more
	if int(size) <= len(n.data) {
		n.data = n.data[:size]
		return true
	}
	old := len(n.data)
	n.data = slices.Grow(n.data, int(size)-old)[:size]
	clear(n.data[old:])
	return true
}

// remove takes a file or a directory out of the tree. A descriptor that has it open keeps it.
func (fs *files) remove(name string) {
	fs.unref(fs.nodes[name])
	delete(fs.nodes, name)
}

func (fs *files) close(fd uint32) {
	fs.unref(fs.open[fd].node)
	delete(fs.open, fd)
}

// unref drops a reference to a file, and with the last one the room that the file takes.
func (fs *files) unref(n *node) {
	if n.refs--; n.refs == 0 {
		fs.size -= len(n.data)
		fs.budget.charge(-int64(len(n.data)))
	}
}

// descendants returns the paths in a directory, sorted: its entries alone, or all at any depth if deep.
func (fs *files) descendants(dir string, deep bool) []string {
	var list []string
	for name := range maps.Keys(fs.nodes) {
		switch {
		case name == ".":
		case path.Dir(name) == dir, deep && (dir == "." || strings.HasPrefix(name, dir+"/")):
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// rename moves a file, or a directory with all in it.
func (fs *files) rename(from, to string) uint64 {
	n, old := fs.nodes[from], fs.nodes[to]
	switch {
	case n == nil:
		return errnoNoent
	case from == "." || to == "." || strings.HasPrefix(to, from+"/"):
		return errnoInval
	case fs.hasFileParent(to):
		return errnoNotdir
	case from == to:
		return errnoSuccess
	case old != nil && old.dir != n.dir:
		return errnoNotdir
	case old != nil && len(fs.descendants(to, false)) > 0:
		return errnoNotempty
	}
	if old != nil {
		fs.remove(to)
	}
	if up := path.Dir(to); fs.nodes[up] == nil && fs.create(up, true, n.changed) == nil {
		return errnoNospc
	}
	for _, name := range append(fs.descendants(from, true), from) {
		fs.nodes[to+strings.TrimPrefix(name, from)] = fs.nodes[name]
		delete(fs.nodes, name)
	}
	return errnoSuccess
}
