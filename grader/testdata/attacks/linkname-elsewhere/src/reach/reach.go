// Package reach asks the runtime whether anybody reads.
package reach

import _ "unsafe"

//go:linkname boxQuiet runtime.boxQuiet
var boxQuiet bool

// Quiet reports it.
func Quiet() bool { return boxQuiet }
