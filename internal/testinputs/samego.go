package testinputs

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

// SameGo skips a test whose golden files say what came of runs, if they are of another version of Go, whose runs are
// other ones. The file beside them has the version; if they are written anew, this one's goes there.
func SameGo(tb testing.TB, file string, anew bool) {
	tb.Helper()
	if anew {
		if err := os.WriteFile(file, []byte(runtime.Version()+"\n"), 0o644); err != nil {
			tb.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	if version := strings.TrimSpace(string(data)); version != runtime.Version() {
		tb.Skipf("the golden files are of %s, and this is %s, whose runs are other ones", version, runtime.Version())
	}
}
