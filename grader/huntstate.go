package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"raftlab/grader/internal/sources"
)

// A mutantState notes how far hunts are in a file, a line of JSON each time, so that a command that was stopped can go
// on. The nil state notes nothing.
type mutantState struct {
	f     *os.File
	known map[hunted]hunted // by what tells hunts apart: see key

	mu  sync.Mutex
	err error // of writing; nothing is written after it
}

// openMutantState opens the file of -state, or none if it has no name. The line that a process was writing when it was
// killed is dropped.
func openMutantState(file string) (*mutantState, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("-state: %w", err)
	}
	s := &mutantState{f: f, known: make(map[hunted]hunted)}
	r, whole := bufio.NewReader(f), int64(0)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil && (whole > 0 || len(line) == 0) {
			break
		}
		var h hunted
		if err != nil || json.Unmarshal(line, &h) != nil || h.Mutant == "" {
			f.Close()
			return nil, fmt.Errorf("-state %s: it is no file of grader mutants -state; name another", file)
		}
		s.known[h.key()] = h
		whole += int64(len(line))
	}
	if _, err = f.Seek(whole, io.SeekStart); err == nil {
		err = f.Truncate(whole)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("-state: %w", err)
	}
	return s, nil
}

// progress returns a hunt as it was noted last, or as it is given if it never was.
func (s *mutantState) progress(h hunted) hunted {
	if s != nil {
		if known, ok := s.known[h.key()]; ok {
			return known
		}
	}
	return h
}

// note notes how far a hunt is. Any goroutine may call it.
func (s *mutantState) note(h hunted) {
	if s == nil {
		return
	}
	line, err := json.Marshal(h)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && err == nil {
		_, err = s.f.Write(append(line, '\n'))
	}
	if s.err == nil {
		s.err = err
	}
}

// failed is the error of writing, if there was one.
func (s *mutantState) failed() error {
	if s == nil || s.err == nil {
		return nil
	}
	return fmt.Errorf("-state: %w", s.err)
}

func (s *mutantState) close() {
	if s != nil {
		s.f.Close()
	}
}

// implFiles are the sources that programs are built from and that this program does not have in it, by their absolute
// names.
type implFiles map[string][]byte

// ownFiles reads the implementations of the module in root.
func ownFiles(root string) (implFiles, error) {
	files := make(implFiles)
	err := filepath.WalkDir(filepath.Join(root, "impls"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		files[name], err = os.ReadFile(name)
		return err
	})
	return files, err
}

// with is a fingerprint of the files with an overlay, of the suite, and of the Go that builds them.
func (files implFiles) with(overlay map[string][]byte, goVersion string) string {
	all := maps.Clone(files)
	maps.Copy(all, overlay)
	h := sha256.New()
	fmt.Fprintf(h, "%s %s", sources.Fingerprint(), goVersion)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(h, " %q", all[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
