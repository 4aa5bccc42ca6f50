// Package node is not the grader's.
package node

func Own() { panic("own") }
