package raft

// The lab's own file, which the grader sets aside.

import "testing"

func make_config(t *testing.T, n int) {}
