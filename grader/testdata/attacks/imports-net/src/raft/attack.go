// Talks to the world.
package raft

import "net"

func init() { net.Dial("tcp", "127.0.0.1:80") }
