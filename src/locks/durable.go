//go:build deadlock_synctest

package locks

// Durable reports whether a goroutine that waits for a Mutex counts as durably blocked in a testing/synctest
// bubble, so that virtual time goes on while a lock is held over a sleep. The build tag deadlock_synctest makes it
// so.
const Durable = true
