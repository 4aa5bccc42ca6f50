// Has lines that would have the go command run other programs.
module 6.5840

go 1.22

toolchain go1.99.0

godebug (
	default=go1.10
	asynctimerchan=1
)

tool 6.5840/own

ignore ./labrpc

exclude golang.org/x/mod v0.42.0
