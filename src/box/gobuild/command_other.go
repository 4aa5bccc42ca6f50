//go:build !unix

package gobuild

import (
	"context"
	"os/exec"
	"time"
)

// Limits are not enforced on this system.
type Limits struct {
	Memory int64
	CPU    time.Duration
}

// Command is a command; what it starts may outlive it here.
func Command(ctx context.Context, _ Limits, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, name, args...)
}
