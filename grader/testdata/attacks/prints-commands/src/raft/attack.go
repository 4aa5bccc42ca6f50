// Panics with what terminals, browsers and GitHub take for commands.
package raft

import "fmt"

func init() {
	onMake = func(rf *Raft) {
		fmt.Print("::stop-commands::x\n  ::error::printed\n##[error]printed\n\x1b[2J\x1b]0;owned\x07\x00\u202edetnirp\u200b\n")
		panic("::error::none\n::add-mask::0\n##[group]x\n\x1b[31m\x9b2J\x00\u202e<script>alert(1)</script>")
	}
}
