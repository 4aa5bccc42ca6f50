// Command hello is the smallest program of package wasmbin's tests.
package main

import "os"

func main() { os.Stdout.WriteString("hello, world\n") }
