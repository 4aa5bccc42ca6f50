// Sleeps for years before main has begun.
package raft

import "time"

func init() { time.Sleep(1<<63 - 1) }
