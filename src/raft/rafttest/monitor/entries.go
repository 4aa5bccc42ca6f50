package monitor

import (
	"reflect"

	"raftlab/src/labgob"
)

// A position is the place of an entry. Two entries with one index and one term are the same entry (section 5.3).
type position struct{ index, term int }

// less orders the last entries of logs: the later one is of the more up-to-date log (section 5.4.1).
func (p position) less(q position) bool {
	return p.term < q.term || p.term == q.term && p.index < q.index
}

// A piece is what an AppendEntries shows of its leader's log. Its indexes are the implementation's, which may count
// from 0.
type piece struct {
	prev     position // the entry before; its term is none's if there is none
	terms    []int    // of the entries
	commands []any    // of the entries, if they are wanted and can be read
}

// at returns the place of the ith entry.
func (p *piece) at(i int) position { return position{p.prev.index + 1 + i, p.terms[i]} }

// end is the index of the last entry or, without entries, of the one before.
func (p *piece) end() int { return p.prev.index + len(p.terms) }

// findEntries returns the field of an AppendEntries that has the entries: the one of the usual name, or the only one
// that is a slice of structs. ok is false if there is nothing that could be entries.
func findEntries(fs fields) (entries labgob.Field, ok bool) {
	records := fs.of(isRecords)
	name := records.find(entriesNames)
	if name == "" {
		name = records.only()
	}
	if i := fs.index(name); i >= 0 {
		return fs[i], true
	}
	return labgob.Field{}, false
}

// An entryReader reads the entries of an AppendEntries: integers, and what they have of type any, among which is the
// command.
type entryReader struct {
	gate     gate
	numbers  reflect.Type // a struct with a slice of structs of these integers
	both     reflect.Type // likewise, with the others before them; nil if there are none
	integers int
}

// newEntryReader is for integers of these names, which the entries have.
func newEntryReader(entries labgob.Field, integers fields) *entryReader {
	var numbers, others []reflect.StructField
	for _, f := range integers {
		numbers = append(numbers, reflect.StructField{Name: f.Name, Type: readable(f.Type)})
	}
	for _, f := range fieldsOf(entries.Type.Fields).of(isAny) {
		others = append(others, reflect.StructField{Name: f.Name, Type: reflect.TypeFor[any]()})
	}
	shape := func(elem []reflect.StructField) reflect.Type {
		return reflect.StructOf(
			[]reflect.StructField{{Name: entries.Name, Type: reflect.SliceOf(reflect.StructOf(elem))}})
	}
	r := &entryReader{numbers: shape(numbers), integers: len(integers)}
	if len(others) > 0 {
		r.both = shape(append(others, numbers...))
	}
	r.gate = newGate(func(there fields) bool {
		i := there.index(entries.Name)
		return i >= 0 && isRecords(there[i].Type) && fieldsOf(there[i].Type.Fields).have(integers)
	})
	return r
}

// read calls yield with the integers of each entry, in order, which it may not keep, and with the command if commands
// are wanted.
func (r *entryReader) read(data []byte, commands bool, yield func(integers []int, command any)) error {
	if !r.gate.passes(data) {
		return errOtherType
	}
	t := r.numbers
	if commands = commands && r.both != nil; commands {
		t = r.both
	}
	v := reflect.New(t)
	if err := labgob.Unmarshal(data, v.Interface()); err != nil {
		if commands { // of a type that only the sender knows
			r.both = nil
			return r.read(data, false, yield)
		}
		return err
	}
	entries := v.Elem().Field(0)
	integers := make([]int, r.integers)
	for i := range entries.Len() {
		e := entries.Index(i)
		others := e.NumField() - r.integers
		for j := range integers {
			integers[j] = whole(e.Field(others + j))
		}
		var command any
		for j := range others {
			if c := e.Field(j); !c.IsNil() {
				command = c.Interface()
			}
		}
		yield(integers, command)
	}
	return nil
}

// piece reads what an AppendEntries shows; the entries' term is the only integer that the reader has.
func (r *entryReader) piece(data []byte, prev position, commands bool) (*piece, error) {
	p := &piece{prev: prev}
	err := r.read(data, commands, func(integers []int, command any) {
		p.terms = append(p.terms, integers[0])
		if commands {
			p.commands = append(p.commands, command)
		}
	})
	return p, err
}
