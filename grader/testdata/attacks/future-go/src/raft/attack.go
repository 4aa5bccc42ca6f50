// Is all in its go.mod.
package raft
