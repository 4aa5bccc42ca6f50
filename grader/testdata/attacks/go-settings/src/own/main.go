// Command own is what the go command would run.
package main

import "os"

func main() { os.WriteFile("MARKER", nil, 0o666) }
