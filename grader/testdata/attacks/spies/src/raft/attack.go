// Looks for what tells that it is graded and by whom: files, folders, other
// processes, the environment, arguments, the machine's name and clock, the
// stack, build information. It writes where it can, and says what it saw.
package raft

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

func init() {
	onMake = func(*Raft) {
		var saw []string
		see := func(what string, v ...any) { saw = append(saw, what+" "+fmt.Sprint(v...)) }
		for _, name := range []string{"/", ".", "..", "/etc", "/proc", "/proc/self/environ", "/etc/passwd", "raft_test.go", "../raft/test_test.go", "MARKER.secret", "/dev/null"} {
			if data, err := os.ReadFile(name); err == nil {
				see("file", name, len(data))
			}
			if list, err := os.ReadDir(name); err == nil && len(list) > 0 {
				see("folder", name, list)
			}
			if info, err := os.Stat(name); err == nil && !info.IsDir() {
				see("stat", info)
			}
		}
		for _, dir := range []string{"", ".", "/tmp", os.TempDir()} {
			for _, name := range []string{"MARKER", filepath.Join(dir, "raftlab-owned")} {
				os.WriteFile(name, []byte("owned"), 0o666) // it has a disk of its own, and must not have another's
				os.Mkdir(name, 0o777)
				os.Symlink("/", name)
			}
		}
		for fd := 3; fd < 100; fd++ {
			if n, err := syscall.Read(fd, make([]byte, 1)); err == nil {
				see("descriptor", fd, n)
			}
		}
		if p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "touch MARKER"}, new(os.ProcAttr)); err == nil {
			see("process", p)
		}
		if _, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0); err == nil {
			see("socket")
		}
		if host, err := os.Hostname(); err == nil && host != "wasip1" {
			see("host", host)
		}
		if u, err := user.Current(); err == nil && strings.Contains(fmt.Sprint(*u), "root") {
			see("user", u)
		}
		for _, v := range os.Environ() {
			if v != "VERBOSE=1" {
				see("environment", v)
			}
		}
		if time.Now().Year() != 2025 {
			see("year", time.Now())
		}
		stack := string(debug.Stack())
		for pcs, i := make([]uintptr, 100), 0; i < runtime.Callers(0, pcs); i++ {
			stack += runtime.FuncForPC(pcs[i]).Name() + "\n"
		}
		info, _ := debug.ReadBuildInfo()
		for _, telling := range []string{"PROJECT", "/home/", "/root/", "/tmp/", ".Test"} {
			if strings.Contains(stack, telling) || strings.Contains(fmt.Sprint(info), telling) {
				see("telling", telling, stack, info)
			}
		}
		panic(fmt.Sprintf("spies saw %d things: %s", len(saw), strings.Join(saw, "; ")))
	}
}
