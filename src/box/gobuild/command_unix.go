//go:build unix

package gobuild

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Limits are what each process of a [Command] may have; 0 is no limit.
type Limits struct {
	Memory int64         // bytes of address space, and of a file that it writes
	CPU    time.Duration // processor time, in whole seconds
}

// Command is a command whose processes are all killed when ctx is done, and have limits.
func Command(ctx context.Context, limits Limits, name string, args ...string) *exec.Cmd {
	var script strings.Builder // of limits that a system does not have, it sets the others
	if kib := limits.Memory >> 10; kib > 0 {
		fmt.Fprintf(&script, "ulimit -v %d 2>/dev/null; ulimit -f %d 2>/dev/null; ", kib, 2*kib) // -f counts 512 bytes
	}
	if s := int64(limits.CPU.Seconds()); s > 0 { // Go ignores SIGXCPU, so it is SIGKILL that ends a process
		fmt.Fprintf(&script, "ulimit -t %d 2>/dev/null; ", s)
	}
	if script.Len() > 0 {
		script.WriteString(`exec "$@"`)
		name, args = "/bin/sh", append([]string{"-c", script.String(), "sh", name}, args...)
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
