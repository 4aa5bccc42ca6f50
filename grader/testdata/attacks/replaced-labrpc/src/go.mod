// Replaces labrpc by another module.
module 6.5840

go 1.22

require 6.5840/labrpc v0.0.0

replace 6.5840/labrpc => ../evil

replace raftlab => ../evil
