package box

import (
	"encoding/binary"

	"raftlab/src/box/internal/wasmbin"
)

const wasiModule = "wasi_snapshot_preview1"

// Error numbers of WASI preview 1.
const (
	errnoSuccess     = 0
	errnoAgain       = 6
	errnoBadf        = 8
	errnoExist       = 20
	errnoFault       = 21
	errnoFbig        = 22
	errnoInval       = 28
	errnoIsdir       = 31
	errnoMfile       = 33
	errnoNameTooLong = 37
	errnoNoent       = 44
	errnoNospc       = 51
	errnoNosys       = 52
	errnoNotdir      = 54
	errnoNotempty    = 55
)

// The guest's file descriptors.
const (
	fdInbox  = 0 // reads the frames' bytes
	fdStdout = 1
	fdStderr = 2
	fdRoot   = 3 // the directory of the box's files, if it has them
)

const (
	// maxWrite is the most that one call of fd_write takes; Go calls again for the rest.
	maxWrite = 1 << 20

	// maxVectors is how many buffers one call of fd_read or fd_write looks at.
	maxVectors = 1024
)

// wasiFuncs returns all functions of WASI preview 1. What a box does not have fails.
func wasiFuncs() []hostFunc {
	var funcs []hostFunc
	for _, f := range []struct {
		name, params string
		call         func(b *Box, p []uint64) uint64 // returns the error number
	}{
		{"args_get", "ii", func(b *Box, p []uint64) uint64 { return b.putStrings(b.cfg.Args, p) }},
		{"args_sizes_get", "ii", func(b *Box, p []uint64) uint64 { return b.putSizes(b.cfg.Args, p) }},
		{"environ_get", "ii", func(b *Box, p []uint64) uint64 { return b.putStrings(b.cfg.Env, p) }},
		{"environ_sizes_get", "ii", func(b *Box, p []uint64) uint64 { return b.putSizes(b.cfg.Env, p) }},
		{"clock_res_get", "ii", (*Box).clockRes},
		{"clock_time_get", "iIi", (*Box).clockTime},
		{"fd_close", "i", (*Box).fdClose},
		{"fd_fdstat_get", "ii", (*Box).fdStat},
		{"fd_fdstat_set_flags", "ii", (*Box).fdSetFlags},
		{"fd_read", "iiii", (*Box).fdRead},
		{"fd_write", "iiii", (*Box).fdWrite},
		{"poll_oneoff", "iiii", (*Box).pollOneoff},
		{"random_get", "ii", (*Box).randomGet},
		{"sched_yield", "", func(*Box, []uint64) uint64 { return errnoSuccess }},

		{"fd_advise", "iIIi", ofFile(succeed)},
		{"fd_allocate", "iII", ofFile(allocate)},
		{"fd_datasync", "i", ofFile(succeed)},
		{"fd_fdstat_set_rights", "iII", noFile},
		{"fd_filestat_get", "ii", ofFile(fileStat)},
		{"fd_filestat_set_size", "iI", ofFile(setSize)},
		{"fd_filestat_set_times", "iIIi", ofFile(succeed)},
		{"fd_pread", "iiiIi", ofFile(readAt)},
		{"fd_prestat_dir_name", "iii", (*Box).prestatName},
		{"fd_prestat_get", "ii", (*Box).prestat},
		{"fd_pwrite", "iiiIi", ofFile(writeAt)},
		{"fd_readdir", "iiiIi", ofFile(readDir)},
		{"fd_renumber", "ii", noFile},
		{"fd_seek", "iIii", ofFile(seek)},
		{"fd_sync", "i", ofFile(succeed)},
		{"fd_tell", "ii", ofFile(tell)},
		{"path_create_directory", "iii", (*Box).createDir},
		{"path_filestat_get", "iiiii", (*Box).pathStat},
		{"path_filestat_set_times", "iiiiIIi", (*Box).pathTimes},
		{"path_link", "iiiiiii", noFile},
		{"path_open", "iiiiiIIii", (*Box).pathOpen},
		{"path_readlink", "iiiiii", (*Box).readLink},
		{"path_remove_directory", "iii", (*Box).removeDir},
		{"path_rename", "iiiiii", (*Box).pathRename},
		{"path_symlink", "iiiii", noFile},
		{"path_unlink_file", "iii", (*Box).removeFile},
		{"proc_raise", "i", notSupported},
		{"sock_accept", "iii", noFile},
		{"sock_recv", "iiiiii", noFile},
		{"sock_send", "iiiii", noFile},
		{"sock_shutdown", "ii", noFile},
	} {
		funcs = append(funcs, hostFunc{f.name, f.params, "i", func(b *Box, stack []uint64) {
			stack[0] = f.call(b, stack)
		}})
	}
	return append(funcs, hostFunc{"proc_exit", "i", "", procExit})
}

func noFile(*Box, []uint64) uint64       { return errnoBadf }
func notSupported(*Box, []uint64) uint64 { return errnoNosys }

// putSizes writes the number of strings and the bytes they take, with a NUL each.
func (b *Box) putSizes(list []string, p []uint64) uint64 {
	n := 0
	for _, s := range list {
		n += len(s) + 1
	}
	if !b.put32(p[0], uint32(len(list))) || !b.put32(p[1], uint32(n)) {
		return errnoFault
	}
	return errnoSuccess
}

// putStrings writes the strings to p[1] and their addresses to p[0].
func (b *Box) putStrings(list []string, p []uint64) uint64 {
	table, at := uint64(uint32(p[0])), uint64(uint32(p[1]))
	for i, s := range list {
		m, ok := b.span(at, uint64(len(s))+1)
		if !ok || !b.put32(table+uint64(i)*4, uint32(at)) {
			return errnoFault
		}
		m[copy(m, s)] = 0
		at += uint64(len(m))
	}
	return errnoSuccess
}

// WASI's clocks.
const (
	clockRealtime  = 0
	clockMonotonic = 1
	clockThread    = 3 // the last; 2 and 3 are CPU time
)

func (b *Box) clockRes(p []uint64) uint64 {
	if uint32(p[0]) > clockThread {
		return errnoInval
	}
	if !b.put64(p[1], 1) {
		return errnoFault
	}
	return errnoSuccess
}

func (b *Box) clockTime(p []uint64) uint64 {
	id := uint32(p[0])
	if id > clockThread {
		return errnoInval
	}
	b.worked()
	t := b.clock.read()
	if id == clockRealtime {
		if b.trial != nil {
			b.trial.dated = true
		}
		t += b.clock.wall
	}
	if !b.put64(p[2], uint64(t)) {
		return errnoFault
	}
	return errnoSuccess
}

// worked moves the clocks by what the guest has allocated.
func (b *Box) worked() {
	allocated, ok := b.mem(wasmbin.Allocated, 8)
	if b.clock.alloc == 0 || !ok || !b.clock.work(binary.LittleEndian.Uint64(allocated)) || b.cfg.Worked == nil {
		return
	}
	b.inCallback = true
	b.cfg.Worked(b.clock.virtual(b.clock.last))
	b.inCallback = false
}

func (b *Box) fdClose(p []uint64) uint64 {
	fd := uint32(p[0])
	if fd <= fdStderr {
		return errnoSuccess
	}
	if b.file(fd) == nil || fd == fdRoot {
		return errnoBadf
	}
	b.files.close(fd)
	return errnoSuccess
}

// fdSetFlags refuses to make files anything but what they are: they never block.
func (b *Box) fdSetFlags(p []uint64) uint64 {
	switch fd := uint32(p[0]); {
	case fd <= fdStderr:
		return errnoSuccess
	case b.file(fd) != nil:
		return errnoInval
	}
	return errnoBadf
}

// fdStat makes the inbox a socket that does not block, so that Go waits for it in its poller while other goroutines
// go on.
func (b *Box) fdStat(p []uint64) uint64 {
	const (
		characterDevice = 2
		streamSocket    = 6
		nonBlocking     = 4
		appending       = 1
		allRights       = 1<<29 - 1
	)
	fd := uint32(p[0])
	f := b.file(fd)
	if fd > fdStderr && f == nil {
		return errnoBadf
	}
	m, ok := b.mem(p[1], 24)
	if !ok {
		return errnoFault
	}
	clear(m)
	m[0] = characterDevice
	switch {
	case fd == fdInbox:
		m[0], m[2] = streamSocket, nonBlocking
	case f != nil:
		m[0] = f.kind()
		if f.append {
			m[2] = appending
		}
	}
	binary.LittleEndian.PutUint64(m[8:], allRights)
	return errnoSuccess
}

// vectors yields the buffers of an iovec array until one is out of bounds.
func (b *Box) vectors(p, n uint64, yield func([]byte) bool) bool {
	n = min(uint64(uint32(n)), maxVectors)
	table, ok := b.mem(p, n*8)
	if !ok {
		return false
	}
	for ; len(table) > 0; table = table[8:] {
		m, ok := b.mem(uint64(binary.LittleEndian.Uint32(table)), uint64(binary.LittleEndian.Uint32(table[4:])))
		if !ok {
			return false
		}
		if !yield(m) {
			break
		}
	}
	return true
}

// fdRead reads from the first frame in the inbox.
func (b *Box) fdRead(p []uint64) uint64 {
	if f := b.file(uint32(p[0])); f != nil {
		n, errno := read(b, f, p[1], p[2], f.at)
		return b.moved(f, n, errno, p[3])
	}
	if uint32(p[0]) != fdInbox {
		return errnoBadf
	}
	b.taint()
	for !b.inbox.empty() && len(b.inbox.front()) == 0 {
		b.inbox.consume(0) // would read as the end of the input
	}
	if b.inbox.empty() {
		return errnoAgain
	}
	frame, n := b.inbox.front(), 0
	ok := b.vectors(p[1], p[2], func(m []byte) bool {
		n += copy(m, frame[n:])
		return n < len(frame)
	})
	if !ok || !b.put32(p[3], uint32(n)) {
		return errnoFault
	}
	b.inbox.consume(n)
	return errnoSuccess
}

func (b *Box) fdWrite(p []uint64) uint64 {
	if f := b.file(uint32(p[0])); f != nil {
		if f.append {
			f.at = int64(len(f.data))
		}
		n, errno := write(b, f, p[1], p[2], f.at)
		return b.moved(f, n, errno, p[3])
	}
	var out func([]byte)
	switch uint32(p[0]) {
	case fdStdout:
		out = b.cfg.Stdout
	case fdStderr:
		out = b.cfg.Stderr
	default:
		return errnoBadf
	}
	b.taint()
	n := 0
	ok := b.vectors(p[1], p[2], func(m []byte) bool {
		m = m[:min(len(m), maxWrite-n)]
		n += len(m)
		if out != nil && len(m) > 0 {
			b.inCallback = true
			out(m)
			b.inCallback = false
		}
		return n < maxWrite
	})
	if !ok || !b.put32(p[3], uint32(n)) {
		return errnoFault
	}
	return errnoSuccess
}

func (b *Box) randomGet(p []uint64) uint64 {
	m, ok := b.mem(p[0], p[1])
	if !ok {
		return errnoFault
	}
	if t := b.trial; t != nil {
		t.tainted = t.tainted || t.seeded
		t.seeded = true
	}
	b.random.Read(m)
	return errnoSuccess
}

func procExit(b *Box, stack []uint64) {
	b.exit = &ExitError{Status: uint32(stack[0])}
	panic(b.exit)
}
