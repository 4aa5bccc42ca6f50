package labgob_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"raftlab/src/labgob"
)

// collect starts a collector for the length of a test. The function returned yields what it heard, sorted.
func collect(t testing.TB) func() []string {
	var mu sync.Mutex
	var heard []string
	t.Cleanup(labgob.OnWarning(func(text string) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, text)
	}))
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(heard)
		return heard
	}
}

func lowerCase(field, typ string) string {
	return fmt.Sprintf("labgob error: lower-case field %s of %s in RPC or persist/snapshot will break your Raft",
		field, typ)
}

func nonDefault(name string) string {
	return fmt.Sprintf("labgob warning: Decoding into a non-default variable/field %s may not work", name)
}

type T3 struct{ yes int }

type T4 struct{ No, yes2 int }

type T5 struct {
	Yes3  int
	inner T4
}

// TestCapital has a lower-case field in the key of a map in a slice.
func TestCapital(t *testing.T) {
	warnings := collect(t)
	for range 3 {
		var buf bytes.Buffer
		v := []map[*T4]int{}
		if err := labgob.NewEncoder(&buf).Encode(v); err != nil {
			t.Fatal(err)
		}
		if err := labgob.NewDecoder(&buf).Decode(&v); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := warnings(), []string{lowerCase("yes2", "T4")}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDefault decodes twice into one variable.
func TestDefault(t *testing.T) {
	type reply struct{ X int }
	warnings := collect(t)
	var got reply
	for range 3 {
		var buf bytes.Buffer
		if err := labgob.NewEncoder(&buf).Encode(reply{9}); err != nil {
			t.Fatal(err)
		}
		if err := labgob.NewDecoder(&buf).Decode(&got); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := warnings(), []string{nonDefault("X")}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLowerCase(t *testing.T) {
	type mutex struct{ state int }
	type locked struct {
		Mu   mutex
		Term int
		C    chan T3
	}
	type recursive struct {
		Next *recursive
		at   int
	}
	tests := []struct {
		value any
		want  []string
	}{
		{5, nil},
		{appendEntriesArgs{}, nil},
		{T3{yes: 1}, []string{lowerCase("yes", "T3")}},
		{&T4{}, []string{lowerCase("yes2", "T4")}},
		{T5{inner: T4{}}, []string{lowerCase("inner", "T5")}}, // what is in it does not matter
		{[2]*T4{{}, {}}, []string{lowerCase("yes2", "T4")}},
		{map[string][]T4{}, []string{lowerCase("yes2", "T4")}},
		{struct{ A, b int }{}, []string{lowerCase("b", "struct { A int; b int }")}},
		{struct{ A, _, 世 int }{}, []string{
			lowerCase("_", "struct { A int; _ int; 世 int }"), lowerCase("世", "struct { A int; _ int; 世 int }"),
		}},
		{recursive{at: 1}, []string{lowerCase("at", "recursive")}},
		{time.Time{}, nil}, // encodes itself
		{struct {
			At time.Time
			T  *temperature
		}{}, nil},
		{entry{Command: T4{}}, nil}, // not registered, so not sent
		{&locked{Mu: mutex{state: 1}}, []string{lowerCase("state", "mutex")}},
	}
	for _, tt := range tests {
		for what, do := range map[string]func(any){
			"Encode":      func(v any) { labgob.NewEncoder(new(bytes.Buffer)).Encode(v) },
			"EncodeValue": func(v any) { labgob.NewEncoder(new(bytes.Buffer)).EncodeValue(reflect.ValueOf(v)) },
			"Decode": func(v any) {
				labgob.NewDecoder(new(bytes.Buffer)).Decode(reflect.New(reflect.TypeOf(v)).Interface())
			},
			"Marshal":   func(v any) { labgob.Marshal(v) },
			"Unmarshal": func(v any) { labgob.Unmarshal(nil, reflect.New(reflect.TypeOf(v)).Interface()) },
		} {
			warnings := collect(t)
			do(tt.value)
			got := slices.DeleteFunc(warnings(), func(text string) bool { return strings.Contains(text, "non-default") })
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s of %T: got %q, want %q", what, tt.value, got, tt.want)
			}
		}
	}

	type toRegister struct{ X, y int }
	warnings := collect(t)
	labgob.Register(toRegister{y: 1})
	if got, want := warnings(), []string{lowerCase("y", "toRegister")}; !slices.Equal(got, want) {
		t.Errorf("Register: got %q, want %q", got, want)
	}
}

func TestNonDefault(t *testing.T) {
	type inner struct{ A, B int }
	type outer struct {
		In    inner
		P     *inner
		N     *int
		S     string
		F     float64
		Ok    bool
		U     uint8
		List  []int
		Table map[string]int
		Any   any
		Big   [3000]byte
	}
	tests := []struct {
		name   string
		target any
		want   []string
	}{
		{"zero", new(outer), nil},
		{"int", new(5), []string{nonDefault("int")}},
		{"string", new("x"), []string{nonDefault("string")}},
		{"named", new(term(5)), []string{nonDefault("term")}},
		{"fields", &outer{S: "x", F: 1, Ok: true, U: 1},
			[]string{nonDefault("F"), nonDefault("Ok"), nonDefault("S"), nonDefault("U")}},
		{"minus zero", &outer{F: -1 / 1e400 * 0}, nil},
		{"others", &outer{List: []int{1}, Table: map[string]int{"x": 1}, Any: 1, Big: [3000]byte{2999: 1}}, nil},
		{"nested", &struct{ In *inner }{&inner{A: 1}}, nil}, // at depth 4
		{"in a struct of its own", &struct{ In inner }{inner{A: 1}}, nil},
		{"pointers", new(new(5)), []string{nonDefault("int")}},
		{"lower case", &T4{yes2: 1}, nil},
	}
	for _, tt := range tests {
		warnings := collect(t)
		labgob.Unmarshal(nil, tt.target)
		labgob.NewDecoder(new(bytes.Buffer)).Decode(tt.target)
		got := slices.DeleteFunc(warnings(), func(text string) bool { return strings.Contains(text, "lower-case") })
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestCollectors sees that each collector hears each warning once, that an error silences no warning, and that
// nobody hears more after restore.
func TestCollectors(t *testing.T) {
	both := func() {
		labgob.Marshal(T3{})
		labgob.Unmarshal(nil, new(7))
	}
	want := []string{lowerCase("yes", "T3"), nonDefault("int")}
	listen := func() (restore func(), heard func() []string) {
		var texts []string
		restore = labgob.OnWarning(func(text string) { texts = append(texts, text) })
		return restore, func() []string { return texts }
	}
	restoreFirst, first := listen()
	both()
	restoreSecond, second := listen()
	both()
	restoreFirst()
	both()
	restoreThird, third := listen()
	labgob.Marshal(T4{})
	restoreSecond()
	restoreThird()
	restoreThird()
	last := collect(t)
	both()

	for _, tt := range []struct {
		who       string
		got, want []string
	}{
		{"first", first(), want},
		{"second", second(), append(slices.Clone(want), lowerCase("yes2", "T4"))},
		{"third", third(), []string{lowerCase("yes2", "T4")}},
		{"last", last(), want},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s heard %q, want %q", tt.who, tt.got, tt.want)
		}
	}
}

// BenchmarkCheckTarget shows what the look at a variable that is zero costs: it ends with the error for an empty
// message.
func BenchmarkCheckTarget(b *testing.B) {
	for b.Loop() {
		var args appendEntriesArgs
		labgob.Unmarshal(nil, &args)
	}
}
