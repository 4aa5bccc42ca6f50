// Runs other programs.
package raft

import "os/exec"

func init() { exec.Command("touch", "MARKER").Run() }
