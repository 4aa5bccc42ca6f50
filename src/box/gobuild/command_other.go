//go:build !unix

package gobuild

import (
	"context"
	"os/exec"
)

// Command is a command; what it starts may outlive it here, and has no limit.
func Command(ctx context.Context, _ int64, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, name, args...)
}
