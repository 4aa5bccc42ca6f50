package monitor

import (
	"reflect"

	"raftlab/src/labgob"
)

// A position is the place of an entry. Two entries with one index and one term
// are the same entry (section 5.3).
type position struct{ index, term int }

// less orders the last entries of logs: the later one is of the more up-to-date
// log (section 5.4.1).
func (p position) less(q position) bool {
	return p.term < q.term || p.term == q.term && p.index < q.index
}

// A piece is what an AppendEntries shows of its leader's log. Its indexes are
// the implementation's, which may count from 0.
type piece struct {
	prev     position // the entry before; its term is 0 or less if there is none
	terms    []int    // of the entries
	commands []any    // of the entries, if they are wanted and can be read
}

// at returns the place of the ith entry.
func (p *piece) at(i int) position { return position{p.prev.index + 1 + i, p.terms[i]} }

// end is the index of the last entry or, without entries, of the one before.
func (p *piece) end() int { return p.prev.index + len(p.terms) }

// The names of entries and what is in them.
var (
	entriesNames = []string{"Entries", "LogEntries", "Logs", "Log", "Entry", "NewEntries"}
	commandNames = []string{"Command", "Cmd", "Data", "Value", "Op", "Operation", "Content"}
)

// An entryReader reads the entries of an AppendEntries.
type entryReader struct {
	terms reflect.Type // a struct with a slice of structs with a number
	both  reflect.Type // likewise, with an any besides; nil if there is no such field
}

// newEntryReader tries names on a first message; nil if none fits.
func newEntryReader(data []byte, fields []string) *entryReader {
	name := first(entriesNames, fields)
	if name == "" {
		return nil
	}
	shape := func(elem ...reflect.StructField) reflect.Type {
		t := reflect.StructOf([]reflect.StructField{{Name: name, Type: reflect.SliceOf(reflect.StructOf(elem))}})
		if labgob.Unmarshal(data, reflect.New(t).Interface()) != nil {
			return nil
		}
		return t
	}
	for _, termName := range termNames {
		for _, kind := range number(termName).kinds {
			term := reflect.StructField{Name: termName, Type: kind}
			r := &entryReader{terms: shape(term)}
			if r.terms == nil {
				continue
			}
			// gob passes over fields that the sender does not have, so that any
			// name would do: the commands show which one is right.
			var all []reflect.StructField
			for _, n := range commandNames {
				all = append(all, reflect.StructField{Name: n, Type: reflect.TypeFor[any]()})
			}
			r.both = shape(append(all, term)...)
			return r
		}
	}
	return nil
}

// read fills in the entries of a piece.
func (r *entryReader) read(data []byte, p *piece, commands bool) error {
	t := r.terms
	if commands = commands && r.both != nil; commands {
		t = r.both
	}
	v := reflect.New(t)
	if err := labgob.Unmarshal(data, v.Interface()); err != nil {
		if commands { // of a type that only the sender knows
			r.both = nil
			return r.read(data, p, false)
		}
		return err
	}
	entries := v.Elem().Field(0)
	for i := range entries.Len() {
		e := entries.Index(i)
		term := e.Field(e.NumField() - 1)
		if term.CanInt() {
			p.terms = append(p.terms, int(term.Int()))
		} else {
			p.terms = append(p.terms, int(min(term.Uint(), anything)))
		}
		if !commands {
			continue
		}
		var command any
		for j := range e.NumField() - 1 {
			if c := e.Field(j); !c.IsNil() {
				command = c.Interface()
			}
		}
		p.commands = append(p.commands, command)
	}
	return nil
}
