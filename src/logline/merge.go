package logline

import (
	"errors"
	"io"
)

// Merge returns a Source of the lines of all sources by time, as when each
// server wrote a log of its own. Lines without a time stay behind the line that
// they follow; of equal times the source that spoke last goes on, then the
// first. Each source must be in the order of its own times for the result to be.
func Merge(sources ...Source) Source {
	m := &merged{}
	for _, s := range sources {
		m.heads = append(m.heads, head{src: s})
	}
	return m
}

type merged struct {
	heads []head
	last  int // the head whose line was returned last; it must move on first
	begun bool
}

type head struct {
	src  Source
	line *Line // nil at the end
	at   int64 // the time of line, or of the last line that had one
}

func (h *head) advance() error {
	l, err := h.src.Next()
	if err != nil {
		h.line = nil
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	h.line = l
	if l.Kind.Timed() {
		h.at = l.Ticks
	}
	return nil
}

func (m *merged) Next() (*Line, error) {
	if !m.begun {
		m.begun = true
		for i := range m.heads {
			if err := m.heads[i].advance(); err != nil {
				return nil, err
			}
		}
	} else if err := m.heads[m.last].advance(); err != nil {
		return nil, err
	}
	best := -1
	for i := range m.heads {
		h := &m.heads[i]
		if h.line == nil {
			continue
		}
		if best < 0 || h.at < m.heads[best].at || h.at == m.heads[best].at && i == m.last {
			best = i
		}
	}
	if best < 0 {
		return nil, io.EOF
	}
	m.last = best
	return m.heads[best].line, nil
}
