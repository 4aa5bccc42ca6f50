// Package doesnotcompile has a Make of another type.
package doesnotcompile

func Make(peers []string) int { return len(peers) }
