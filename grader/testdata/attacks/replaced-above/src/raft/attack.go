// Has a folder above the checkout instead of a module.
package raft

import solution "staff.example/solution"

func init() { solution.Own() }
