package box

import (
	"encoding/binary"
	"path"
)

// WASI's types of files.
const (
	typeDir     = 3
	typeRegular = 4
)

func (n *node) kind() byte {
	if n.dir {
		return typeDir
	}
	return typeRegular
}

// file returns what a descriptor stands for, nil if it is no file.
func (b *Box) file(fd uint32) *openFile {
	if b.files == nil {
		return nil
	}
	return b.files.open[fd]
}

// ofFile is a function of WASI whose first parameter is a descriptor of a file.
func ofFile(call func(b *Box, f *openFile, p []uint64) uint64) func(b *Box, p []uint64) uint64 {
	return func(b *Box, p []uint64) uint64 {
		f := b.file(uint32(p[0]))
		if f == nil {
			return errnoBadf
		}
		b.noteFileUse()
		return call(b, f, p[1:])
	}
}

// noteFileUse notes that the guest uses its files. If they differ from box to box, each box must do that by itself.
func (b *Box) noteFileUse() {
	if len(b.cfg.Files) > 0 {
		b.taint()
	}
}

func succeed(*Box, *openFile, []uint64) uint64 { return errnoSuccess }

// fileTime is the time for a file that changes now.
func (b *Box) fileTime() int64 { return b.clock.monotonic() + b.clock.wall }

// path returns the path that is n bytes at p, relative to the directory that dir stands for.
func (b *Box) path(dir, p, n uint64) (string, uint64) {
	f := b.file(uint32(dir))
	if f == nil {
		return "", errnoBadf
	}
	b.noteFileUse()
	text, ok := b.mem(p, n)
	if !ok {
		return "", errnoFault
	}
	if len(text) > maxPath {
		return "", errnoNameTooLong
	}
	if !f.dir {
		return "", errnoNotdir
	}
	name := clean(f.path + "/" + string(text))
	if b.files.hasFileParent(name) {
		return "", errnoNotdir
	}
	return name, errnoSuccess
}

func (b *Box) prestat(p []uint64) uint64 {
	if uint32(p[0]) != fdRoot || b.files == nil {
		return errnoBadf
	}
	if !b.put32(p[1], 0) || !b.put32(p[1]+4, 1) { // a directory, and the length of its name
		return errnoFault
	}
	return errnoSuccess
}

func (b *Box) prestatName(p []uint64) uint64 {
	if uint32(p[0]) != fdRoot || b.files == nil {
		return errnoBadf
	}
	m, ok := b.mem(p[1], p[2])
	if !ok {
		return errnoFault
	}
	copy(m, "/")
	return errnoSuccess
}

func (b *Box) pathOpen(p []uint64) uint64 {
	const (
		create, directory, exclusive, truncate = 1, 2, 4, 8
		mayRead, mayWrite                      = 1 << 1, 1 << 6
		appending                              = 1
	)
	name, errno := b.path(p[0], p[2], p[3])
	if errno != errnoSuccess {
		return errno
	}
	how, rights := uint32(p[4]), p[5]
	n := b.files.nodes[name]
	switch {
	case n == nil && how&create == 0:
		return errnoNoent
	case n == nil:
		if n = b.files.create(name, false, b.fileTime()); n == nil {
			return errnoNospc
		}
	case how&(create|exclusive) == create|exclusive:
		return errnoExist
	case n.dir && rights&mayWrite != 0:
		return errnoIsdir
	case !n.dir && how&directory != 0:
		return errnoNotdir
	case how&truncate != 0 && !n.dir:
		b.files.grow(n, 0)
	}
	fd := b.files.openAs(&openFile{
		node:   n,
		path:   name,
		read:   rights&mayRead != 0,
		write:  rights&mayWrite != 0,
		append: uint32(p[7])&appending != 0,
	})
	if fd == 0 {
		return errnoMfile
	}
	if !b.put32(p[8], fd) {
		return errnoFault
	}
	return errnoSuccess
}

// read fills the guest's buffers from a place in a file.
func read(b *Box, f *openFile, vecs, n uint64, at int64) (int, uint64) {
	switch {
	case f.dir:
		return 0, errnoIsdir
	case !f.read:
		return 0, errnoBadf
	case at < 0:
		return 0, errnoInval
	}
	rest, done := f.data[min(at, int64(len(f.data))):], 0
	if !b.vectors(vecs, n, func(m []byte) bool {
		done += copy(m, rest[done:])
		return done < len(rest)
	}) {
		return 0, errnoFault
	}
	return done, errnoSuccess
}

// write empties the guest's buffers to a place in a file.
func write(b *Box, f *openFile, vecs, n uint64, at int64) (int, uint64) {
	switch {
	case f.dir || !f.write:
		return 0, errnoBadf
	case at < 0:
		return 0, errnoInval
	case at > maxFileBytes: // from here on at is far from the largest number
		return 0, errnoFbig
	}
	done, full := 0, false
	if !b.vectors(vecs, n, func(m []byte) bool {
		m = m[:min(len(m), maxWrite-done)]
		end := at + int64(done+len(m))
		if end > int64(len(f.data)) && !b.files.grow(f.node, end) {
			full = true
			return false
		}
		copy(f.data[at+int64(done):], m)
		done += len(m)
		return done < maxWrite
	}) {
		return 0, errnoFault
	}
	if full && done == 0 {
		return 0, errnoNospc
	}
	f.changed = b.fileTime()
	return done, errnoSuccess
}

// moved moves a file's position by n bytes, which the guest has read or written, and tells the guest n.
func (b *Box) moved(f *openFile, n int, errno uint64, p uint64) uint64 {
	b.noteFileUse()
	if errno != errnoSuccess {
		return errno
	}
	f.at += int64(n)
	if !b.put32(p, uint32(n)) {
		return errnoFault
	}
	return errnoSuccess
}

func readAt(b *Box, f *openFile, p []uint64) uint64 {
	n, errno := read(b, f, p[0], p[1], int64(p[2]))
	if errno == errnoSuccess && !b.put32(p[3], uint32(n)) {
		return errnoFault
	}
	return errno
}

func writeAt(b *Box, f *openFile, p []uint64) uint64 {
	n, errno := write(b, f, p[0], p[1], int64(p[2]))
	if errno == errnoSuccess && !b.put32(p[3], uint32(n)) {
		return errnoFault
	}
	return errno
}

func seek(b *Box, f *openFile, p []uint64) uint64 {
	to := int64(p[0])
	switch uint32(p[1]) { // whence
	case 0:
	case 1:
		to += f.at
	case 2:
		to += int64(len(f.data))
	default:
		return errnoInval
	}
	if to < 0 {
		return errnoInval
	}
	f.at = to
	return tell(b, f, p[2:])
}

func tell(b *Box, f *openFile, p []uint64) uint64 {
	if !b.put64(p[0], uint64(f.at)) {
		return errnoFault
	}
	return errnoSuccess
}

func allocate(b *Box, f *openFile, p []uint64) uint64 {
	if p[0] > maxFileBytes || p[1] > maxFileBytes {
		return errnoFbig
	}
	if end := p[0] + p[1]; end > uint64(len(f.data)) {
		return setSize(b, f, []uint64{end})
	}
	return errnoSuccess
}

func setSize(b *Box, f *openFile, p []uint64) uint64 {
	switch {
	case f.dir || !f.write:
		return errnoInval
	case p[0] > maxFileBytes:
		return errnoFbig
	case !b.files.grow(f.node, int64(p[0])):
		return errnoNospc
	}
	return errnoSuccess
}

func fileStat(b *Box, f *openFile, p []uint64) uint64 { return b.putStat(f.node, p[0]) }

func (b *Box) pathStat(p []uint64) uint64 {
	name, errno := b.path(p[0], p[2], p[3])
	if errno != errnoSuccess {
		return errno
	}
	n := b.files.nodes[name]
	if n == nil {
		return errnoNoent
	}
	return b.putStat(n, p[4])
}

// putStat writes what WASI tells of a file.
func (b *Box) putStat(n *node, p uint64) uint64 {
	m, ok := b.mem(p, 64)
	if !ok {
		return errnoFault
	}
	clear(m)
	binary.LittleEndian.PutUint64(m, 1)
	binary.LittleEndian.PutUint64(m[8:], n.inode)
	m[16] = n.kind()
	binary.LittleEndian.PutUint64(m[24:], 1)
	binary.LittleEndian.PutUint64(m[32:], uint64(len(n.data)))
	for _, at := range []int{40, 48, 56} { // accessed, modified, changed
		binary.LittleEndian.PutUint64(m[at:], uint64(n.changed))
	}
	return errnoSuccess
}

// readDir(buf, size, cookie, used) writes the entries from a number on, the last one cut off if there are more than
// fit.
func readDir(b *Box, f *openFile, p []uint64) uint64 {
	m, ok := b.mem(p[0], p[1])
	if !ok {
		return errnoFault
	}
	if !f.dir {
		return errnoNotdir
	}
	names := b.files.descendants(f.path, false)
	used := 0
	for i := min(p[2], uint64(len(names))); i < uint64(len(names)) && used < len(m); i++ {
		n, name := b.files.nodes[names[i]], path.Base(names[i])
		var entry [24]byte
		binary.LittleEndian.PutUint64(entry[:], i+1)
		binary.LittleEndian.PutUint64(entry[8:], n.inode)
		binary.LittleEndian.PutUint32(entry[16:], uint32(len(name)))
		entry[20] = n.kind()
		used += copy(m[used:], entry[:])
		used += copy(m[used:], name)
	}
	if !b.put32(p[3], uint32(used)) {
		return errnoFault
	}
	return errnoSuccess
}

func (b *Box) createDir(p []uint64) uint64 {
	name, errno := b.path(p[0], p[1], p[2])
	switch {
	case errno != errnoSuccess:
		return errno
	case b.files.nodes[name] != nil:
		return errnoExist
	case b.files.create(name, true, b.fileTime()) == nil:
		return errnoNospc
	}
	return errnoSuccess
}

func (b *Box) removeFile(p []uint64) uint64 { return b.remove(p, false) }
func (b *Box) removeDir(p []uint64) uint64  { return b.remove(p, true) }

func (b *Box) remove(p []uint64, dir bool) uint64 {
	name, errno := b.path(p[0], p[1], p[2])
	if errno != errnoSuccess {
		return errno
	}
	n := b.files.nodes[name]
	switch {
	case n == nil:
		return errnoNoent
	case name == ".":
		return errnoInval
	case n.dir && !dir:
		return errnoIsdir
	case !n.dir && dir:
		return errnoNotdir
	case dir && len(b.files.descendants(name, false)) > 0:
		return errnoNotempty
	}
	b.files.remove(name)
	return errnoSuccess
}

func (b *Box) pathRename(p []uint64) uint64 {
	from, errno := b.path(p[0], p[1], p[2])
	if errno != errnoSuccess {
		return errno
	}
	to, errno := b.path(p[3], p[4], p[5])
	if errno != errnoSuccess {
		return errno
	}
	return b.files.rename(from, to)
}

// pathTimes ignores the times that the guest sets: a file's time is that of its last change.
func (b *Box) pathTimes(p []uint64) uint64 {
	_, errno := b.path(p[0], p[2], p[3])
	return errno
}

// readLink says that there are no links.
func (b *Box) readLink(p []uint64) uint64 {
	name, errno := b.path(p[0], p[1], p[2])
	switch {
	case errno != errnoSuccess:
		return errno
	case b.files.nodes[name] == nil:
		return errnoNoent
	}
	return errnoInval
}
