package goroot

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// A patch is a unified diff with its reason: what it is for, and what breaks without it.
type patch struct {
	name   string // the file's base name without .patch, such as "idle"
	reason string // the text before the diff
	hunks  []hunk
}

// A hunk replaces lines of a file. Its line numbers are ignored: they move between patch releases of Go. The old
// lines must occur exactly once in the file.
type hunk struct {
	file     string // below GOROOT, with slashes: "src/runtime/proc.go"
	old, new string // whole lines
}

var hunkHeader = regexp.MustCompile(`^@@ -\d+(,\d+)? \+\d+(,\d+)? @@`)

// parsePatch reads a patch file.
func parsePatch(name, text string) (patch, error) {
	p := patch{name: name}
	var file string
	var reason []string
	inHunk := false
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		malformed := func(what string) (patch, error) { return patch{}, fmt.Errorf("%s.patch:%d: %s", name, i+1, what) }
		switch {
		case strings.HasPrefix(line, "--- "):
			inHunk, file = false, ""
		case strings.HasPrefix(line, "+++ "):
			_, path, ok := strings.Cut(strings.TrimPrefix(line, "+++ "), "/")
			if path, _, _ = strings.Cut(path, "\t"); !ok || !fs.ValidPath(path) {
				return malformed("no file name")
			}
			file = path
		case hunkHeader.MatchString(line):
			if file == "" {
				return malformed("a hunk before any file name")
			}
			p.hunks = append(p.hunks, hunk{file: file})
			inHunk = true
		case !inHunk && file == "":
			reason = append(reason, line)
		case !inHunk:
			return malformed("a line outside of a hunk")
		default:
			h := &p.hunks[len(p.hunks)-1]
			kind, rest := " ", "" // an editor may have cut the space of an empty line
			if line != "" {
				kind, rest = line[:1], line[1:]
			}
			if kind != "+" && kind != "-" && kind != " " {
				return malformed("a line of a hunk must begin with a space, + or -")
			}
			if kind != "+" {
				h.old += rest + "\n"
			}
			if kind != "-" {
				h.new += rest + "\n"
			}
		}
	}
	p.reason = strings.TrimSpace(strings.Join(reason, "\n"))
	if len(p.hunks) == 0 {
		return patch{}, fmt.Errorf("%s.patch: no hunks", name)
	}
	return p, nil
}

// apply applies the patch to files, by name below GOROOT, and reads those that are not in it yet. The error names
// every hunk that does not fit.
func (p patch) apply(files map[string]string, read func(name string) ([]byte, error)) error {
	var errs []error
	for _, h := range p.hunks {
		if _, ok := files[h.file]; !ok {
			text, err := read(h.file)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s.patch: %w", p.name, err))
				continue
			}
			files[h.file] = string(text)
		}
		places := linesIn(files[h.file], h.old)
		if len(places) != 1 {
			errs = append(errs, fmt.Errorf("%s.patch: %s has these lines %d times, not once:\n%s",
				p.name, h.file, len(places), h.old))
			continue
		}
		at := places[0]
		files[h.file] = files[h.file][:at] + h.new + files[h.file][at+len(h.old):]
	}
	return errors.Join(errs...)
}

// linesIn returns where in a text these whole lines begin.
func linesIn(text, lines string) (places []int) {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], lines)
		if i < 0 {
			return places
		}
		at += i
		if at == 0 || text[at-1] == '\n' {
			places = append(places, at)
		}
	}
}
