// Panics in what is deferred by panics, a thousand deep.
package raft

func fall(n int) {
	defer func() {
		if n > 0 {
			fall(n - 1)
		}
		panic(n)
	}()
	panic("fall")
}

func init() {
	onMake = func(rf *Raft) {
		fall(1000)
	}
}
