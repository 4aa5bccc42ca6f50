package labgob_test

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"raftlab/src/labgob"
)

// cut returns the definitions and the value of a message, the latter up to its type id and without a count.
func cut(t testing.TB, v any) (definitions, valueID []byte) {
	t.Helper()
	data, err := labgob.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for {
		n := int(data[0]) // all messages here are short
		if n > 127 {
			n, data = int(data[1]), data[1:]
		}
		body := data[1 : 1+n]
		id, odd := body[:1], body[0]&1
		if body[0] > 127 {
			width := 1 - int(int8(body[0]))
			id, odd = body[:width], body[width-1]&1
		}
		if odd == 0 {
			return definitions, id
		}
		definitions = append(definitions, count(n)...)
		definitions = append(definitions, body...)
		data = data[1+n:]
	}
}

// count returns n as gob writes it, not in the shortest form.
func count(n int) []byte {
	return binary.BigEndian.AppendUint64([]byte{0xf8}, uint64(n))
}

// forge returns a message like one that holds v, but with other bytes for the value.
func forge(t testing.TB, v any, value ...[]byte) []byte {
	t.Helper()
	data, id := cut(t, v)
	body := append(bytes.Clone(id), bytes.Join(value, nil)...)
	data = append(data, count(len(body))...)
	return append(data, body...)
}

// writes records each write apart. gob writes a message at a time.
type writes [][]byte

func (w *writes) Write(b []byte) (int, error) {
	*w = append(*w, bytes.Clone(b))
	return len(b), nil
}

type chain struct {
	Term int
	Next *chain
}

type pairs struct {
	Term int
	M    map[Base]Base
	S    []Base
	Text string
	Any  any
}

// TestHostileValues decodes values that no encoder writes. With encoding/gob some of them overflow the stack or
// take all memory, which nothing can recover from, or keep it busy for ever.
func TestHostileValues(t *testing.T) {
	onlyTerm := new(struct{ Term int })
	huge := count(1 << 62)
	deep := bytes.Repeat([]byte{2}, 4<<20)
	var messages writes
	if err := gob.NewEncoder(&messages).Encode(pairs{Any: command{}}); err != nil {
		t.Fatal(err)
	}
	late := bytes.Join(messages[:len(messages)-1], nil) // up to the definition of command
	tests := []struct {
		name   string
		data   []byte
		target any
	}{
		{"nested deep", forge(t, chain{}, deep), new(chain)},
		{"nested deep in a field to skip", forge(t, chain{}, deep), onlyTerm},
		{"map", forge(t, pairs{}, []byte{2}, huge), new(pairs)},
		{"map in a field to skip", forge(t, pairs{}, []byte{2}, huge), onlyTerm},
		{"map with some elements", forge(t, pairs{}, []byte{2}, count(1<<40), make([]byte, 100)), new(pairs)},
		{"map at top level", forge(t, map[int]int{}, []byte{0}, huge), new(map[int]int)},
		{"slice", forge(t, pairs{}, []byte{3}, huge), new(pairs)},
		{"slice in a field to skip", forge(t, pairs{}, []byte{3}, huge), onlyTerm},
		{"slice at top level", forge(t, []Base{}, []byte{0}, huge), new([]Base)},
		{"string", forge(t, pairs{}, []byte{4}, huge), new(pairs)},
		{"bytes", forge(t, []byte(nil), []byte{0}, huge), new([]byte)},
		{"name in an interface", forge(t, pairs{}, []byte{5}, huge), new(pairs)},
		{"count in an interface", forge(t, pairs{}, []byte{5, 3, 'i', 'n', 't', 4}, huge), new(pairs)},
		{"count in an interface to skip", forge(t, pairs{}, []byte{5, 3, 'i', 'n', 't', 4}, huge), onlyTerm},
		{"unknown type in an interface", forge(t, pairs{}, []byte{5, 3, 'i', 'n', 't', 0x7e, 2, 0, 0}), new(pairs)},
		{"end after a definition in an interface", late, new(pairs)},
		{"field number", forge(t, pairs{}, []byte{6, 1}), new(pairs)},
		{"huge field number", forge(t, pairs{}, huge, []byte{1}), new(pairs)},
		{"bytes behind the value", forge(t, pairs{}, []byte{1, 2, 0, 9}), new(pairs)},
		{"no end", forge(t, pairs{}, []byte{1, 2}), new(pairs)},
		{"no zero before the value", forge(t, 0, []byte{1, 2}), new(int)},
		{"unknown type", []byte{3, 0x7e, 0, 0}, new(int)},
		{"type of gob's own", []byte{3, 32, 0, 0}, onlyTerm}, // wireType
		{"type id zero", []byte{2, 0, 0}, new(int)},
		{"wide type id", append(append([]byte{11}, count(1<<33+4)...), 0, 2), new(int)},
		{"empty message", []byte{0}, new(int)},
		{"two values", []byte{3, 4, 0, 2, 3, 4, 0, 2}, new(int)},
	}
	silence(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target := reflect.New(reflect.TypeOf(tt.target).Elem()).Interface()
			if err := labgob.Unmarshal(tt.data, target); err == nil {
				t.Errorf("Unmarshal took it: %+v", target)
			} else if testing.Verbose() {
				t.Log(err)
			}
			if tt.name == "two values" {
				return // which is what a stream is for
			}
			if err := labgob.NewDecoder(bytes.NewReader(tt.data)).Decode(target); err == nil {
				t.Errorf("Decode took it: %+v", target)
			}
		})
	}
}

// TestDeepValues sees that depth as such is not an error.
func TestDeepValues(t *testing.T) {
	var long *chain
	for range labgob.MaxDepth - 1 {
		long = &chain{Term: 1, Next: long}
	}
	data, err := labgob.Marshal(long)
	if err != nil {
		t.Fatal(err)
	}
	var got chain
	if err := labgob.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	n := 0
	for c := &got; c != nil; c = c.Next {
		n++
	}
	if n != labgob.MaxDepth-1 {
		t.Errorf("got %d links, want %d", n, labgob.MaxDepth-1)
	}
}

// TestHostileDepth sends values in interfaces in others, deeper than may be followed.
func TestHostileDepth(t *testing.T) {
	const name = "raftlab/src/labgob_test.link"
	_, id := cut(t, link{})
	head := slices.Concat([]byte{1, byte(len(name))}, []byte(name), id)
	level := len(head) + len(count(0)) + 1
	const levels = 2 * labgob.MaxDepth
	var value []byte
	for i := range levels {
		value = append(append(value, head...), count((levels-1-i)*level+1)...)
	}
	value = append(value, make([]byte, levels+1)...) // the ends of the structs
	var got link
	err := labgob.Unmarshal(forge(t, link{}, value), &got)
	if err == nil || !strings.Contains(err.Error(), "nested deeper") {
		t.Errorf("got %v and not that it is nested too deep", err)
	}
}

// TestHostileDefinitions sends definitions that no encoder writes, or more than a Raft has.
func TestHostileDefinitions(t *testing.T) {
	definitions, id := cut(t, Base{})
	value := append(append(count(len(id)+3), id...), 1, 2, 0)
	wide := make([]reflect.StructField, 20000)
	for i := range wide {
		wide[i] = reflect.StructField{Name: fmt.Sprintf("Field%d", i), Type: reflect.TypeFor[int]()}
	}
	many := reflect.TypeFor[Base]()
	for range labgob.MaxDefinitions {
		many = reflect.SliceOf(many)
	}
	fromGob := func(t reflect.Type) []byte {
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).EncodeValue(reflect.New(t)); err != nil {
			panic(err)
		}
		return buf.Bytes()
	}
	tests := []struct {
		name string
		data []byte
		want string // in the error
	}{
		{"whole", append(bytes.Clone(definitions), value...), ""},
		{"twice", append(append(bytes.Clone(definitions), definitions...), value...), "defined twice"},
		{"none", value, "not defined"},
		{"cut short", definitions[:len(definitions)-1], "EOF"},
		{"no value", definitions, "EOF"},
		{"of a type that gob knows", append([]byte{3, 3, 0, 0}, value...), "type id 2"},
		{"of nothing", append([]byte{3, 0xff, 0x81, 0}, value...), "0 types"},
		{"many fields", fromGob(reflect.StructOf(wide)), "KiB"},
		{"many types", fromGob(many), "types"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got Base
			for what, err := range map[string]error{
				"Unmarshal": labgob.Unmarshal(tt.data, &got),
				"Decode":    labgob.NewDecoder(bytes.NewReader(tt.data)).Decode(new(Base)),
			} {
				switch {
				case tt.want == "":
					if err != nil || got.Term != 1 {
						t.Errorf("%s: %v, %v", what, got, err)
					}
				case err == nil || !strings.Contains(err.Error(), tt.want):
					t.Errorf("%s: %v, want %q", what, err, tt.want)
				}
			}
		})
	}
}

// TestPanickingDecoder sees that a panic in a GobDecode method is an error, and that decoding goes on after it.
func TestPanickingDecoder(t *testing.T) {
	type holder struct{ P picky }
	for _, tt := range []struct {
		send picky
		want string
	}{{"fine", ""}, {"panic", "labgob: decoding panicked: panic"}, {"fine again", ""}} {
		data, err := labgob.Marshal(holder{tt.send})
		if err != nil {
			t.Fatal(err)
		}
		var got holder
		err = labgob.Unmarshal(data, &got)
		if text := fmt.Sprint(err); tt.want == "" && (err != nil || got.P != tt.send) || tt.want != "" && text != tt.want {
			t.Errorf("%q: %v, %v", tt.send, got, err)
		}
	}
}

type picky string

func (p picky) GobEncode() ([]byte, error) { return []byte(p), nil }
func (p *picky) GobDecode(b []byte) error {
	if *p = picky(b); *p == "panic" {
		panic("panic")
	}
	return nil
}

// TestSchemasBounded sends ever other definitions.
func TestSchemasBounded(t *testing.T) {
	for i := range 2 * labgob.MaxSchemas {
		v := reflect.New(reflect.StructOf([]reflect.StructField{
			{Name: "Term", Type: reflect.TypeFor[int]()},
			{Name: fmt.Sprintf("Field%d", i), Type: reflect.TypeFor[int]()},
		}))
		v.Elem().Field(0).SetInt(7)
		data, err := labgob.Marshal(v.Interface())
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Term int }
		if err := labgob.Unmarshal(data, &got); err != nil || got.Term != 7 {
			t.Fatalf("schema %d: %v, %v", i, got, err)
		}
	}
	if n, size := labgob.CachedSchemas(); n > labgob.MaxSchemas || size > labgob.MaxSchemaBytes {
		t.Errorf("%d schemas of %d bytes are cached", n, size)
	}
}

// TestCountIsNoPromise sees that a stream's decoder takes memory for what arrives, not for what was announced.
func TestCountIsNoPromise(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := labgob.NewDecoder(bytes.NewReader(append(count(1<<29), 1, 2, 3))).Decode(nil)
	runtime.ReadMemStats(&after)
	if err != io.ErrUnexpectedEOF {
		t.Errorf("got %v, want %v", err, io.ErrUnexpectedEOF)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("took %d bytes", n)
	}
	err = labgob.NewDecoder(bytes.NewReader(count(1 << 40))).Decode(nil)
	if err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a message of 1 TiB: %v", err)
	}
}

// FuzzUnmarshal decodes any bytes into any type. What is accepted gob accepts too, with the same outcome.
func FuzzUnmarshal(f *testing.F) {
	silence(f)
	g := newGenerator(1)
	for i := range roots {
		for range 5 {
			v := g.value(reflect.TypeOf(roots[i]))
			var gobs, labs bytes.Buffer
			if try(gob.NewEncoder(&gobs), v) == nil && try(labgob.NewEncoder(&labs), v) == nil {
				f.Add(uint(i), gobs.Bytes())
				f.Add(uint(i+1), labs.Bytes())
			}
		}
	}
	f.Add(uint(0), forge(f, pairs{}, []byte{2}, count(1<<62)))
	f.Fuzz(func(t *testing.T, target uint, data []byte) {
		typ := reflect.TypeOf(roots[target%uint(len(roots))])
		got := reflect.New(typ)
		err := labgob.Unmarshal(data, got.Interface())
		labgob.Describe(data)
		labgob.Values(data)
		stream := labgob.NewDecoder(bytes.NewReader(data))
		for stream.Decode(reflect.New(typ).Interface()) == nil {
		}
		// Where gob has to skip a value that defines types it loses its way.
		if err != nil || labgob.DefinesLate(data) {
			return
		}
		want := reflect.New(typ)
		if err := gob.NewDecoder(bytes.NewReader(data)).Decode(want.Interface()); err != nil {
			t.Fatalf("gob: %v", err)
		}
		if diff := diff(want, got); diff != "" && !strings.Contains(diff, "NaN") { // which differs from itself
			t.Errorf("-gob +labgob:\n%s", diff)
		}
	})
}
