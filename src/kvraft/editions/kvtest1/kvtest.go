// Package kvtest has what a clerk of 2025 or later uses of the lab's tests.
package kvtest

import "math/rand/v2"

// IKVClerk is what MakeClerk returns. What it has depends on the checkout's own package rpc; package editions finds its
// methods.
type IKVClerk any

// IClerkMaker makes clerks.
type IClerkMaker interface {
	MakeClerk() IKVClerk
	DeleteClerk(IKVClerk)
}

// RandValue returns n random letters.
func RandValue(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + rand.IntN('z'-'a'+1))
	}
	return string(b)
}
