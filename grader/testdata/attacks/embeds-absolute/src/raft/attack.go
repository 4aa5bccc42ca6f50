// Embeds a file of the machine, and all that lies in its own folder: a link out
// of it, too.
package raft

import "embed"

//go:embed /etc/passwd
var passwd string

//go:embed *
var all embed.FS

func init() { println(passwd) }
