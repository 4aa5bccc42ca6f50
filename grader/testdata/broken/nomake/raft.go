// Package nomake has no Make.
package nomake

type Raft struct{}
