// Imports a package outside of the checkout.
package raft

import "../../../../outside"

func init() { outside.Own() }
