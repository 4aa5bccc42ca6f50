//go:build unix

package box

import (
	"fmt"
	"syscall"
)

// mapSpace gets n bytes from the system, which are zero, and cost nothing before they are used.
func mapSpace(n int) ([]byte, bool) {
	buf, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	return buf, err == nil
}

// unmapSpace gives back what mapSpace has returned. Nobody may use it any more.
func unmapSpace(buf []byte) {
	if err := syscall.Munmap(buf); err != nil {
		panic(fmt.Sprintf("box: giving back memory: %v", err))
	}
}
