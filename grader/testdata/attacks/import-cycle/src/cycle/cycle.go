// Package cycle imports what imports it.
package cycle

import "6.5840/raft"

var Round = raft.Make
