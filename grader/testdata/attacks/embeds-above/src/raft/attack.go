// Embeds what lies above it.
package raft

import "embed"

//go:embed ../..
var above embed.FS

func init() { println(above) }
