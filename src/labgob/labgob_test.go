package labgob_test

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labgob"
)

type t1 struct {
	Int0    int
	Int1    int
	String0 string
	String1 string
}

type t2 struct {
	Slice []t1
	Map   map[int]*t1
	Any   any
}

// TestGOB sends one value of each kind through one stream.
func TestGOB(t *testing.T) {
	warnings := collect(t)
	labgob.Register(t1{})
	sent := []any{
		new(0), new(-7), new("six"), new([]string{"a", ""}),
		&t1{0, 1, "", "6.5840"},
		&t2{
			Slice: []t1{{}, {1, 2, "x", "y"}},
			Map:   map[int]*t1{99: {1, 2, "x", "y"}},
			Any:   t1{3, 4, "", "z"},
		},
	}
	var buf bytes.Buffer
	enc := labgob.NewEncoder(&buf)
	for _, v := range sent {
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	dec := labgob.NewDecoder(&buf)
	for _, want := range sent {
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
		if err := dec.Decode(got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if err := dec.Decode(new(int)); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	if got := warnings(); len(got) > 0 {
		t.Errorf("warnings: %q", got)
	}
}

// TestPersist writes and reads a Raft's state as the lab's persist and readPersist do.
func TestPersist(t *testing.T) {
	log := []entry{{0, nil}, {1, 100}, {1, "x"}, {2, op{1, 2, "put", "k", "v"}}}
	var buf bytes.Buffer
	e := labgob.NewEncoder(&buf)
	for _, v := range []any{2, -1, log} {
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for what, d := range map[string]decoder{
		"labgob":           labgob.NewDecoder(bytes.NewBuffer(buf.Bytes())),
		"labgob, bytewise": labgob.NewDecoder(iotest.OneByteReader(bytes.NewReader(buf.Bytes()))),
		"gob":              gob.NewDecoder(bytes.NewBuffer(buf.Bytes())),
	} {
		var currentTerm, votedFor int
		var got []entry
		if err := errors.Join(d.Decode(&currentTerm), d.Decode(&votedFor), d.Decode(&got)); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if currentTerm != 2 || votedFor != -1 || !cmp.Equal(got, log) {
			t.Errorf("%s: got %d, %d, %v", what, currentTerm, votedFor, got)
		}
	}
}

// TestBytesAreGobs sees that a message takes not a byte more than gob's own: the lab's limits count them. They are
// the same ones unless an interface holds a type that needs a definition, which gob sends later.
func TestBytesAreGobs(t *testing.T) {
	for _, values := range [][]any{
		{1}, {"x"}, {[]byte("snapshot")}, {Base{1, 2}}, {&Base{1, 2}}, {1, 2, []entry{{1, 2}, {2, "x"}}},
		{appendEntriesArgs{}}, {appendEntriesArgs{Term: 70, Entries: []entry{{1, 5}, {1, nil}}}},
		{node{Value: 1, Next: &node{}}, []node{}, node{}}, {tree{{}}}, {derived{Log: []Base{{}}}, Base{}},
		{even{1, &odd{}}, odd{}, even{}}, {struct{ A, B struct{ C [2]Base } }{}},
		{entry{1, term(5)}, entry{2, []byte("x")}}, {[]int{1}, entry{1, []int{5, 6}}},
		{op{}, entry{1, op{Seq: 1, Text: strings.Repeat("x", 200)}}, entry{2, &op{}}, []entry{{3, op{}}, {4, "x"}}},
		{Base{}, link{}, entry{1, link{&Base{1, 2}}}, entry{2, link{link{Base{}}}}},
	} {
		var gobs, labs bytes.Buffer
		gobEncoder, labEncoder := gob.NewEncoder(&gobs), labgob.NewEncoder(&labs)
		for _, v := range values {
			if err := errors.Join(gobEncoder.Encode(v), labEncoder.Encode(v)); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(gobs.Bytes(), labs.Bytes()) {
			t.Errorf("%T:\n%x, gob:\n%x", values, labs.Bytes(), gobs.Bytes())
		}
	}
	args := appendEntriesArgs{Entries: []entry{{1, op{}}, {1, op{}}}}
	data, err := labgob.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	var gobs bytes.Buffer
	if err := gob.NewEncoder(&gobs).Encode(args); err != nil {
		t.Fatal(err)
	}
	if len(data) > gobs.Len() {
		t.Errorf("with an op: %d bytes, gob: %d", len(data), gobs.Len())
	}
	if data, err = labgob.Marshal(appendEntriesArgs{}); err != nil || bytes.Contains(data, []byte("Client")) {
		t.Errorf("a message without ops defines them: %q", data)
	}
}

// TestOtherStruct decodes into types that have fewer fields, others, or the same in another order, as gob allows.
func TestOtherStruct(t *testing.T) {
	args := appendEntriesArgs{Term: 5, LeaderId: 2, PrevLogIndex: 4,
		Entries: []entry{{4, nested{Name: "n", Inner: command{N: 3}, Many: []any{node{}, odd{}}}}, {5, 6}}, LeaderCommit: 3}
	targets := []any{
		&struct{ Term int }{},
		&struct{ LeaderCommit, Term int64 }{},
		&struct{ LeaderCommit, Unknown int }{},
		&struct{ Entries []struct{ Term int } }{},
		&struct{ Entries []struct{ Command any } }{},
		&struct{ Entries []*entry }{},
		&struct{ Term *int }{},
		&struct{ Term string }{},
		&struct{ Unknown int }{},
		&struct{ Entries int }{},
		new(int),
	}
	data, err := labgob.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	// gob's own stream is not for gob to skip parts of: it loses its way where an interface in what it skips
	// defines types.
	var gobs bytes.Buffer
	if err := gob.NewEncoder(&gobs).Encode(args); err != nil {
		t.Fatal(err)
	}
	for _, want := range targets {
		t.Run(fmt.Sprintf("%T", want), func(t *testing.T) {
			wantErr := gob.NewDecoder(bytes.NewReader(data)).Decode(want)
			for what, data := range map[string][]byte{"Marshal": data, "gob": gobs.Bytes()} {
				got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
				err := labgob.Unmarshal(data, got)
				if fmt.Sprint(err) != fmt.Sprint(wantErr) {
					t.Errorf("from %s: error %v, gob: %v", what, err, wantErr)
				}
				if diff := cmp.Diff(want, got); wantErr == nil && diff != "" {
					t.Errorf("from %s (-gob +labgob):\n%s", what, diff)
				}
			}
		})
	}
}

// pointers is a type that never comes to a value.
type pointers *pointers

// TestErrorsAreGobs sees that a mistake reads as it does with gob, and that a stream goes on after it.
func TestErrorsAreGobs(t *testing.T) {
	silence(t)
	type unregistered struct{ X int }
	for _, v := range []any{
		nil, (*int)(nil), func() {}, make(chan int), struct{ X [1]chan int }{}, struct{ x int }{1},
		entry{Command: unregistered{}}, entry{Command: (*Base)(nil)}, []*int{nil}, &sealed{"unlucky"},
		new(pointers), // in a struct it has gob loop for ever
	} {
		encode := func(e interface{ Encode(any) error }) (outcome string) {
			defer func() {
				if p := recover(); p != nil {
					outcome = fmt.Sprintf("panic: %v", p)
				}
			}()
			return fmt.Sprint(e.Encode(v))
		}
		var buf bytes.Buffer
		enc := labgob.NewEncoder(&buf)
		want := encode(gob.NewEncoder(io.Discard))
		if got := encode(enc); got != want || want == "<nil>" {
			t.Errorf("encoding %T: %s, gob: %s", v, got, want)
		}
		var got Base
		err := errors.Join(enc.Encode(Base{1, 2}), labgob.NewDecoder(&buf).Decode(&got))
		if err != nil || got != (Base{1, 2}) {
			t.Errorf("after %T: %v, %v", v, got, err)
		}
	}

	var buf bytes.Buffer
	enc := labgob.NewEncoder(&buf)
	for range 5 {
		if err := enc.Encode(Base{1, 2}); err != nil {
			t.Fatal(err)
		}
	}
	stream := buf.Bytes()
	gobDecoder, labDecoder := gob.NewDecoder(bytes.NewReader(stream)), labgob.NewDecoder(bytes.NewReader(stream))
	for _, target := range []any{Base{}, (*Base)(nil), new(string), new(Base), nil, new(struct{ X int }), new(pointers)} {
		want, got := gobDecoder.Decode(target), labDecoder.Decode(target)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("decoding into %T: %v, gob: %v", target, got, want)
		}
	}
	for n := range len(stream) {
		want := gob.NewDecoder(bytes.NewReader(stream[:n])).Decode(new(Base))
		if got := labgob.NewDecoder(bytes.NewReader(stream[:n])).Decode(new(Base)); got != want {
			t.Errorf("%d bytes: %v, gob: %v", n, got, want)
		}
		if got := labgob.Unmarshal(stream[:n], new(Base)); want != nil && got != want {
			t.Errorf("Unmarshal of %d bytes: %v, gob: %v", n, got, want)
		}
	}
}

// TestFailingWriter sees that a definition counts as sent when it was.
func TestFailingWriter(t *testing.T) {
	var buf bytes.Buffer
	w := &flaky{Writer: &buf, err: io.ErrClosedPipe}
	enc := labgob.NewEncoder(w)
	if err := enc.Encode(Base{1, 2}); err != io.ErrClosedPipe {
		t.Errorf("got %v", err)
	}
	w.err = nil
	if err := enc.Encode(Base{3, 4}); err != nil {
		t.Fatal(err)
	}
	var got Base
	if err := gob.NewDecoder(&buf).Decode(&got); err != nil || got != (Base{3, 4}) {
		t.Errorf("got %v, %v", got, err)
	}
}

type flaky struct {
	io.Writer
	err error
}

func (w *flaky) Write(b []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	return w.Writer.Write(b)
}

// TestConcurrent has goroutines use the same types at once, while types are still being learnt.
func TestConcurrent(t *testing.T) {
	silence(t)
	var shared bytes.Buffer
	sharedEncoder := labgob.NewEncoder(&shared)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			g := newGenerator(uint64(i))
			for range 100 {
				v := g.value(reflect.TypeOf(benchmarks[g.IntN(len(benchmarks))].args))
				if g.IntN(10) == 0 {
					v = g.value(g.typ(2))
				}
				if try(gob.NewEncoder(io.Discard), v) != nil {
					continue
				}
				data, err := labgob.Marshal(v.Addr().Interface())
				if err != nil {
					t.Error(err)
				}
				want, got := reflect.New(v.Type()), reflect.New(v.Type())
				wantErr := gob.NewDecoder(bytes.NewReader(data)).Decode(want.Interface())
				if err := labgob.Unmarshal(data, got.Interface()); fmt.Sprint(err) != fmt.Sprint(wantErr) {
					t.Errorf("%v, gob: %v", err, wantErr)
				}
				if diff := diff(want, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				if err := sharedEncoder.Encode(Base{i, i}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	dec := labgob.NewDecoder(&shared)
	for {
		var got Base
		err := dec.Decode(&got)
		if err == io.EOF {
			break
		}
		if err != nil || got.Term != got.Index {
			t.Fatalf("the shared stream: %v, %v", got, err)
		}
	}
}

// TestRegisterName sends a type under another name.
func TestRegisterName(t *testing.T) {
	type renamed struct{ X int }
	labgob.RegisterName("another name", renamed{})
	data, err := labgob.Marshal(entry{1, renamed{2}})
	if err != nil {
		t.Fatal(err)
	}
	var got entry
	err = labgob.Unmarshal(data, &got)
	if err != nil || got.Command != (renamed{2}) || !bytes.Contains(data, []byte("another name")) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestHeldDeep sends values in interfaces in values in interfaces, more of them than are read and written here.
func TestHeldDeep(t *testing.T) {
	for _, depth := range []int{1, 99, 100, 101, 300} {
		var want any = op{Seq: depth}
		for range depth {
			want = link{want}
		}
		data, err := labgob.Marshal(&want)
		if err != nil {
			t.Fatal(err)
		}
		var got, gobs any
		if err := labgob.Unmarshal(data, &got); err != nil || got != want {
			t.Errorf("%d deep: got %v, %v", depth, got, err)
		}
		if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&gobs); err != nil || gobs != want {
			t.Errorf("%d deep: gob reads %v, %v", depth, gobs, err)
		}
	}
}

// TestRegisteredLate sends a value whose type is registered only after it was tried.
func TestRegisteredLate(t *testing.T) {
	type late struct{ X int }
	want := entry{1, late{2}}
	for range 2 {
		if _, err := labgob.Marshal(want); err == nil || !strings.Contains(err.Error(), "not registered") {
			t.Fatalf("got %v and not that the type is not registered", err)
		}
	}
	labgob.Register(late{})
	data, err := labgob.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got entry
	if err := labgob.Unmarshal(data, &got); err != nil || got != want {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestFields(t *testing.T) {
	silence(t)
	var late bytes.Buffer
	if err := gob.NewEncoder(&late).Encode(entry{1, op{}}); err != nil {
		t.Fatal(err)
	}
	marshal := func(v any) []byte {
		data, err := labgob.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"AppendEntries", marshal(&appendEntriesArgs{}),
			[]string{"Term", "LeaderId", "PrevLogIndex", "PrevLogTerm", "Entries", "LeaderCommit"}},
		{"with an op", marshal(entry{1, op{}}), []string{"Term", "Command"}},
		{"with an op, from gob", late.Bytes(), []string{"Term", "Command"}},
		{"no struct", marshal([]entry{{}}), nil},
		{"int", marshal(5), nil},
		{"nothing", nil, nil},
		{"half", marshal(Base{})[:20], nil},
		{"lower case", marshal(struct{ A, b int }{}), []string{"A"}},
	}
	for _, tt := range tests {
		if got := labgob.Fields(tt.data); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	silence(t)
	type inner struct {
		LogTerm int32
		Command any
		Next    *inner
	}
	type message struct {
		T       uint8
		Yes     bool
		Entries []*inner
		Numbers []int
		Data    []byte
		Byte    map[string]inner
		Self    time.Time
		Text    *string
	}
	data, err := labgob.Marshal(&message{})
	if err != nil {
		t.Fatal(err)
	}
	entry := []labgob.Field{
		{Name: "LogTerm", Type: labgob.Type{Kind: reflect.Int}},
		{Name: "Command", Type: labgob.Type{Kind: reflect.Interface}},
	}
	for range 2 { // as deep as descriptions go
		next := labgob.Field{Name: "Next", Type: labgob.Type{Kind: reflect.Struct}}
		if len(entry) > 2 {
			next.Type.Fields = entry
		}
		entry = append(slices.Clone(entry[:2]), next)
	}
	want := []labgob.Field{
		{Name: "T", Type: labgob.Type{Kind: reflect.Uint}},
		{Name: "Yes", Type: labgob.Type{Kind: reflect.Bool}},
		{Name: "Entries", Type: labgob.Type{Kind: reflect.Slice, Elem: reflect.Struct, Fields: []labgob.Field{
			entry[0], entry[1], {Name: "Next", Type: labgob.Type{Kind: reflect.Struct, Fields: entry}},
		}}},
		{Name: "Numbers", Type: labgob.Type{Kind: reflect.Slice, Elem: reflect.Int}},
		{Name: "Data", Type: labgob.Type{Kind: reflect.Slice, Elem: reflect.Uint8}},
		{Name: "Byte", Type: labgob.Type{Kind: reflect.Map, Elem: reflect.Struct, Fields: []labgob.Field{
			entry[0], entry[1], {Name: "Next", Type: labgob.Type{Kind: reflect.Struct, Fields: entry}},
		}}},
		{Name: "Self", Type: labgob.Type{}},
		{Name: "Text", Type: labgob.Type{Kind: reflect.String}},
	}
	if diff := cmp.Diff(want, labgob.Describe(data)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, data := range [][]byte{nil, data[:9], {3, 4, 0, 14}} {
		if got := labgob.Describe(data); got != nil {
			t.Errorf("%x: got %v", data, got)
		}
	}
	head := labgob.Definitions(data)
	full, err := labgob.Marshal(&message{T: 7, Data: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	if len(head) == 0 || len(head) >= len(data) || !bytes.Equal(head, labgob.Definitions(full)) {
		t.Errorf("definitions of %d bytes in a message of %d and %d in another",
			len(head), len(data), len(labgob.Definitions(full)))
	}
}
