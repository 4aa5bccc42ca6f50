// Gives the linker flags, as only code that cgo made may.
package raft

//go:cgo_ldflag "-toolexec=MARKER"
//go:cgo_import_dynamic system system "libc.so.6"
//go:cgo_import_dynamic _ _ "libc.so.6"

func init() {}
