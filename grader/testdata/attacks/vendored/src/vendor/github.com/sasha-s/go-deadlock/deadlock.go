// Package deadlock is not what it says.
package deadlock

func Own() {}
