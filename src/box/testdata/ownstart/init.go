package main

import "os"

// A loop in a package's initialisation, if the environment asks for it.
func init() {
	for os.Getenv("OWNSTART") == "loop" {
	}
}
