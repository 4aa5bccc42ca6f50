package labgob_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"raftlab/src/labgob"
)

// seeds is how many streams a plain test run tries.
const seeds = 500

// FuzzAgainstGob makes a stream of values from a seed and sees that this package and encoding/gob write it for each
// other: what gob decodes from its own stream is what everyone must decode from everyone's.
func FuzzAgainstGob(f *testing.F) {
	silence(f)
	for seed := range uint64(seeds) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		var values []reflect.Value
		for range 1 + g.IntN(4) {
			values = append(values, g.value(g.typ(3)))
		}
		againstGob(t, values)
	})
}

type encoder interface{ EncodeValue(reflect.Value) error }
type decoder interface{ Decode(any) error }

func againstGob(t *testing.T, values []reflect.Value) {
	var gobs, labs bytes.Buffer
	gobEncoder, labEncoder := gob.NewEncoder(&gobs), labgob.NewEncoder(&labs)
	for i, v := range values {
		whole := gobs.Len()
		gobError, labError := try(gobEncoder, v), try(labEncoder, v)
		if (gobError == nil) != (labError == nil) { // which error may depend on the order of a map
			t.Fatalf("encoding %v: %v, gob: %v", v.Type(), labError, gobError)
		}
		if gobError != nil {
			gobs.Truncate(whole) // gob may have written half of it
			values = values[:i]
			break
		}
	}

	want := decodeAll(gob.NewDecoder(bytes.NewReader(gobs.Bytes())), values)
	check := func(what string, d decoder, values, want []reflect.Value) {
		t.Helper()
		got := decodeAll(d, values)
		if len(got) != len(want) {
			t.Fatalf("%s: %d values can be decoded, gob: %d", what, len(got), len(want))
		}
		for i := range want {
			if diff := diff(want[i], got[i]); diff != "" {
				t.Fatalf("%s: value %d (-want +got):\n%s", what, i, diff)
			}
		}
		if err := d.Decode(nil); len(got) == len(values) && err != io.EOF {
			t.Errorf("%s: %v at the end and not EOF", what, err)
		}
	}
	check("labgob from gob", labgob.NewDecoder(bytes.NewReader(gobs.Bytes())), values, want)
	check("gob from labgob", gob.NewDecoder(bytes.NewReader(labs.Bytes())), values, want)
	check("labgob from labgob", labgob.NewDecoder(bytes.NewReader(labs.Bytes())), values, want)

	for i, v := range values[:len(want)] {
		alone, want := values[i:i+1], want[i:i+1]
		data, err := labgob.Marshal(v.Addr().Interface())
		if err != nil {
			t.Fatalf("Marshal(%v): %v", v.Type(), err)
		}
		check("gob from Marshal", gob.NewDecoder(bytes.NewReader(data)), alone, want)
		var fromGob bytes.Buffer
		if err := try(gob.NewEncoder(&fromGob), v); err != nil {
			t.Fatal(err)
		}
		for what, data := range map[string][]byte{"Marshal": data, "gob": fromGob.Bytes()} {
			got := reflect.New(v.Type())
			if err := labgob.Unmarshal(data, got.Interface()); err != nil {
				t.Fatalf("Unmarshal %v from %s: %v", v.Type(), what, err)
			}
			if diff := diff(want[0], got.Elem()); diff != "" {
				t.Fatalf("Unmarshal from %s (-want +got):\n%s", what, diff)
			}
		}
	}
}

// try encodes v as a caller of Encode would: through a pointer. A panic, which gob lets pass from the methods of
// types that encode themselves, is an error.
func try(e encoder, v reflect.Value) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return e.EncodeValue(v.Addr())
}

// decodeAll decodes values of these types, up to the first that cannot be decoded: gob writes nothing for a pointer
// to a nil pointer.
func decodeAll(d decoder, types []reflect.Value) []reflect.Value {
	var got []reflect.Value
	for _, v := range types {
		x := reflect.New(v.Type())
		if d.Decode(x.Interface()) != nil {
			break
		}
		got = append(got, x.Elem())
	}
	return got
}

func diff(want, got reflect.Value) string {
	return cmp.Diff(want.Interface(), got.Interface(), cmp.Exporter(func(reflect.Type) bool { return true }))
}

// silence drops warnings for the length of a test.
func silence(t testing.TB) {
	t.Cleanup(labgob.OnWarning(func(string) {}))
}
