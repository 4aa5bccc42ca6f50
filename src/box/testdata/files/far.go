package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"syscall"
	"unsafe"
)

//go:wasmimport wasi_snapshot_preview1 fd_pwrite
//go:noescape
func rawPwrite(fd int32, vecs unsafe.Pointer, n uint32, offset uint64, written unsafe.Pointer) syscall.Errno

//go:wasmimport wasi_snapshot_preview1 fd_pread
//go:noescape
func rawPread(fd int32, vecs unsafe.Pointer, n uint32, offset uint64, read unsafe.Pointer) syscall.Errno

//go:wasmimport wasi_snapshot_preview1 fd_allocate
func rawAllocate(fd int32, offset, n uint64) syscall.Errno

//go:wasmimport wasi_snapshot_preview1 fd_filestat_set_size
func rawSetSize(fd int32, size uint64) syscall.Errno

// far goes to places in a file that no file has.
func far() error {
	f, err := os.Create("far")
	if err != nil {
		return err
	}
	defer os.Remove("far")
	defer f.Close()
	if _, err := f.WriteString("text"); err != nil {
		return err
	}
	fd := int32(f.Fd())
	words := []byte("0123456789")
	vec := [2]uint32{uint32(uintptr(unsafe.Pointer(&words[0]))), uint32(len(words))}
	var n uint32
	pwrite := func(offset uint64) error {
		return rawPwrite(fd, unsafe.Pointer(&vec), 1, offset, unsafe.Pointer(&n))
	}
	seekAndWrite := func(offset int64) error {
		if _, err := f.Seek(offset, io.SeekStart); err != nil {
			return err
		}
		_, err := f.Write(words)
		return err
	}
	for _, test := range []struct {
		what string
		got  error
		want syscall.Errno
	}{
		{"pwrite at 2^63-5", pwrite(1<<63 - 5), syscall.EFBIG},
		{"pwrite at 2^63-1", pwrite(math.MaxInt64), syscall.EFBIG},
		{"pwrite at 2^63", pwrite(1 << 63), syscall.EINVAL},
		{"pwrite at 2^64-5", pwrite(math.MaxUint64 - 4), syscall.EINVAL},
		{"pwrite at 1 TiB", pwrite(1 << 40), syscall.EFBIG},
		{"pwrite at 64 MiB", pwrite(64 << 20), syscall.ENOSPC},
		{"write at 2^63-5", seekAndWrite(1<<63 - 5), syscall.EFBIG},
		{"write at 2^63-1", seekAndWrite(math.MaxInt64), syscall.EFBIG},
		{"allocate 2^63 at 2^63", rawAllocate(fd, 1<<63, 1<<63), syscall.EFBIG},
		{"allocate 1 at 2^64-1", rawAllocate(fd, math.MaxUint64, 1), syscall.EFBIG},
		{"allocate 2^64-1 at 1", rawAllocate(fd, 1, math.MaxUint64), syscall.EFBIG},
		{"allocate 8 at 2^63-5", rawAllocate(fd, 1<<63-5, 8), syscall.EFBIG},
		{"allocate 64 MiB at 64 MiB", rawAllocate(fd, 64<<20, 64<<20), syscall.EFBIG},
		{"size 2^63-1", rawSetSize(fd, math.MaxInt64), syscall.EFBIG},
		{"size 2^64-1", rawSetSize(fd, math.MaxUint64), syscall.EFBIG},
		{"pread at 2^63-5", rawPread(fd, unsafe.Pointer(&vec), 1, 1<<63-5, unsafe.Pointer(&n)), 0},
		{"pread at 2^63", rawPread(fd, unsafe.Pointer(&vec), 1, 1<<63, unsafe.Pointer(&n)), syscall.EINVAL},
	} {
		if !errors.Is(test.got, test.want) && (test.got != syscall.Errno(0) || test.want != 0) {
			return fmt.Errorf("%s: %v, want %v", test.what, test.got, test.want)
		}
	}
	// 2^63-5 and a little more is no place at all.
	if _, err := f.Seek(1<<63-5, io.SeekStart); err != nil {
		return err
	}
	if _, err := f.Seek(10, io.SeekCurrent); !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("seek beyond 2^63: %v", err)
	}
	if got, err := os.ReadFile("far"); string(got) != "text" {
		return fmt.Errorf("%q, %v", got, err)
	}
	return nil
}
