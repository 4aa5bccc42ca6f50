// Applies a command that is an interface in an interface, a hundred thousand
// times, for whoever decodes it to run out of stack.
package raft

func init() {
	onMake = func(rf *Raft) {
		deep := []byte{}
		for range 100_000 {
			deep = append(deep, 0x10, 0x0c, 0x03, 0x69, 0x6e, 0x74, 0x04, 0x02, 0xff)
		}
		tell(0, applied, int64(1), deep)
		for n := range 2000 {
			tell(0, applied, int64(1), deep[n:n+50])
		}
	}
}
