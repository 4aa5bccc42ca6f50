package submission

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// reaching are the compiler's directives that bypass the rules of Go: into what other packages keep to themselves, or
// past them to the host. No Raft needs them.
var reaching = []string{"go:linkname", "go:wasmimport", "go:wasmexport"}

// refuseReaching returns an error if what is built of the checkout has a directive that bypasses the rules of Go, or a
// file in assembly.
func (s *Submission) refuseReaching() error {
	const why = "it bypasses the rules of Go; remove it"
	for _, rel := range slices.Sorted(maps.Keys(s.local)) {
		p := s.local[rel]
		for _, f := range p.files {
			if at, directive := f.reaches(); directive != "" {
				return fmt.Errorf("%s:%d:%d: a submission may not have //%s: %s",
					filepath.Join(p.dir, f.name), at.Line, at.Column, directive, why)
			}
		}
		entries, err := os.ReadDir(p.dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !e.Type().IsRegular() || !strings.EqualFold(filepath.Ext(e.Name()), ".s") {
				continue
			}
			if match, err := guestSystem.MatchFile(p.dir, e.Name()); err == nil && match {
				return fmt.Errorf("%s: a submission may not have assembly: %s", filepath.Join(p.dir, e.Name()), why)
			}
		}
	}
	return nil
}

// reaches returns the first directive of [reaching] in a file, and where it is; "" if there is none. It looks at
// comments as the compiler does, whether or not the rest of the file can be understood.
func (f *file) reaches() (at token.Position, directive string) {
	if !bytes.Contains(f.src, []byte("//go:")) {
		return at, ""
	}
	source := token.NewFileSet().AddFile(f.name, -1, len(f.src))
	var s scanner.Scanner
	s.Init(source, f.src, func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return at, ""
		}
		word, _, _ := strings.Cut(strings.TrimPrefix(text, "//"), " ")
		if tok == token.COMMENT && strings.HasPrefix(text, "//") && slices.Contains(reaching, word) {
			return source.PositionFor(pos, false), word
		}
	}
}
