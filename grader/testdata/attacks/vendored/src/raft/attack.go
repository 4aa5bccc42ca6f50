// Uses a module that it has changed, as vendored.
package raft

import "github.com/sasha-s/go-deadlock"

func init() { deadlock.Own() }
