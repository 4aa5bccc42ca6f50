// Command hello is what package gobuild's tests build.
package main

import "fmt"

func main() { fmt.Println(greeting) }
