// Package guest is what a program calls to be a guest of package box. Its functions exist only where GOOS is
// wasip1, in programs built with package gobuild.
//
// A guest's main function is
//
//	func main() {
//		guest.Main(run)
//	}
//
// What happens before Main (the initialisation of packages and the first statements of main) happens once and is
// shared by all boxes with the same environment, as long as it does not print, send, draw random numbers, read
// files, or do more with the time than note it. Otherwise each box does it by itself, which only takes longer.
package guest
