package main

import "io"

// A workflowFilter writes what is printed in a GitHub workflow, whose runner takes lines that begin with :: for
// commands, and ##[ wherever it stands. What a submission prints shall give it none.
type workflowFilter struct {
	w       io.Writer
	inLine  bool // something but white space and one colon stands in the line
	colon   bool // one does, and nothing else
	hashes  int  // that were written last, at most two
	changed []byte
}

// Write implements [io.Writer].
func (f *workflowFilter) Write(p []byte) (int, error) {
	f.changed = f.changed[:0]
	for _, c := range p {
		if !f.inLine && f.colon && c == ':' || f.hashes == 2 && c == '[' {
			f.changed = append(f.changed, ' ')
		}
		f.changed = append(f.changed, c)
		switch {
		case c == '\n' || c == '\r':
			f.inLine, f.colon = false, false
		case c == ':' && !f.colon:
			f.colon = true
		case f.colon, c != ' ' && c != '\t':
			f.inLine = true
		}
		if c == '#' {
			f.hashes = min(f.hashes+1, 2)
		} else {
			f.hashes = 0
		}
	}
	if _, err := f.w.Write(f.changed); err != nil {
		return 0, err
	}
	return len(p), nil
}
