//go:build unix

package gobuild

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
)

// Command is a command whose processes are all killed when ctx is done, and may
// each have so many bytes of address space, and of a file; 0 sets no limit.
func Command(ctx context.Context, limit int64, name string, args ...string) *exec.Cmd {
	if limit > 0 {
		// Not every system has each limit.
		script := fmt.Sprintf(`ulimit -v %d 2>/dev/null; ulimit -f %d 2>/dev/null; exec "$@"`, limit>>10, limit>>10)
		name, args = "/bin/sh", append([]string{"-c", script, "sh", name}, args...)
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
