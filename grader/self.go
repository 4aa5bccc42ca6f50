package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/urfave/cli/v3"
	"golang.org/x/mod/modfile"
)

// ourModule is the path of this project's module.
const ourModule = "raftlab"

// A self is how a user calls this grader.
type self struct {
	command string // for a shell: what stands before the name of a grader's command
	// moves says that the command runs in another directory than this one, so that it must be given absolute paths.
	moves bool
	args  []string // what followed
}

// selfKey is where the metadata of the root command have it.
const selfKey = "self"

func selfOf(cmd *cli.Command) self { return cmd.Root().Metadata[selfKey].(self) }

// newSelf finds out how this process was called: with which arguments, of which executable, in which directory.
func newSelf(args []string, exe, dir string) self {
	me := self{args: args[1:]}
	switch {
	case !isGoRun(exe):
		me.command = shellWord(args[0])
	case isModule(dir):
		me.command = "go run ./grader"
	default:
		me.command, me.moves = "go -C "+shellWord(builtFrom())+" run ./grader", true
	}
	return me
}

// isGoRun reports whether an executable was made by go run, which keeps it in its build cache or in a directory for
// temporary files, by the name of its package.
func isGoRun(exe string) bool {
	name := strings.TrimSuffix(filepath.Base(exe), ".exe")
	return name == "grader" && strings.Contains(filepath.ToSlash(exe), "/go-build") && builtFrom() != ""
}

// path writes a path for the command.
func (s self) path(path string) string {
	if abs, err := filepath.Abs(path); err == nil && s.moves {
		path = abs
	}
	return shellWord(path)
}

// builtFrom is the directory of the module that this program was built from, or "" if it is not there any more.
func builtFrom() string {
	_, here, _, ok := runtime.Caller(0)
	root := filepath.Dir(filepath.Dir(here))
	if !ok || !filepath.IsAbs(here) || !isModule(root) {
		return ""
	}
	return root
}

// isModule reports whether a directory is the top of this project's module.
func isModule(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && modfile.ModulePath(text) == ourModule
}
