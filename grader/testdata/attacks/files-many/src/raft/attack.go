// Makes files and folders without end, and lists them.
package raft

import (
	"fmt"
	"os"
)

func init() {
	onMake = func(rf *Raft) {
		for i := range 20_000 {
			os.MkdirAll(fmt.Sprintf("d%d/e/f", i), 0o777)
			os.WriteFile(fmt.Sprintf("d%d/g", i), nil, 0o666)
		}
		for range 20 {
			os.ReadDir("/")
		}
	}
}
