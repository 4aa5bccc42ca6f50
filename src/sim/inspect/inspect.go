// Package inspect writes down what Go values hold in memory, as a flat list of paths and texts. It calls no method of
// theirs, reads unexported fields too, and comes to an end whatever they hold: they are of code that nobody trusts and
// that may be in the midst of anything.
package inspect

import (
	"cmp"
	"reflect"
	"strconv"
	"time"

	"raftlab/src/codec"
)

// What is written down at most.
const (
	maxLines = 4000  // of all values
	maxDepth = 32    // of structs, slices, maps, pointers and interfaces within each other
	maxPath  = 300   // bytes
	maxText  = 200   // bytes of a string, or hex digits of bytes
	maxElems = 256   // of a slice, an array, a map: a third are its first, the rest its last
	maxKeys  = 10000 // a map with more is only counted
)

// A Root is a value to look at. The paths of what it holds begin with its name, which may be empty.
type Root struct {
	Name  string
	Value any
}

// Append appends to b what values hold: path and text of each, as [Read] reads them. Times are told since zero.
//
//	currentTerm      3
//	log              len 2
//	log[0].Term      1
//	nextIndex[0]     2
//	votes["S1"]      true
//	lastHeard        1.3124s
//	mu               locked
//	applyCh          chan
//	state.prev       as state
//	log[0].Command   int(5)
func Append(b []byte, zero time.Time, roots ...Root) []byte {
	w := &writer{
		out: b, left: maxLines, zero: zero,
		seen: make(map[pointer]string), shapes: make(map[reflect.Type]*shape),
	}
	for _, r := range roots {
		w.root(r)
	}
	return w.out
}

// Read calls each with the path and the text of all that Append appended, in order. They share memory with data, which
// may be anything.
func Read(data []byte, each func(path, text []byte)) error {
	r := codec.NewReader(data)
	for !r.Done() {
		path, text := r.Bytes(), r.Bytes()
		if r.Done() && r.Err() != nil {
			break
		}
		each(path, text)
	}
	return r.Err()
}

// A writer walks through values. Those that it is given are addressable and may be changed, as far as package reflect
// is concerned.
type writer struct {
	out    []byte
	path   []byte // to where it is
	text   []byte // of the value there
	as     string // the type of the value there, if an interface holds it; empty once it is told
	left   int    // lines that may still be written
	zero   time.Time
	seen   map[pointer]string // paths to what pointers point to
	shapes map[reflect.Type]*shape
}

// A pointer is told apart from one to the first field of what it points to.
type pointer struct {
	at uintptr
	to reflect.Type
}

func (w *writer) root(r Root) {
	defer func() {
		if err := recover(); err != nil {
			w.path, w.as = append(w.path[:0], r.Name...), ""
			w.line("the rest cannot be read")
		}
	}()
	w.path, w.as = append(w.path[:0], r.Name...), ""
	w.walk(addressable(reflect.ValueOf(&r.Value).Elem().Elem()), 0)
}

// addressable returns a copy of a value that can be used as a writer wants it.
func addressable(v reflect.Value) reflect.Value {
	if !v.IsValid() {
		return v
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// walk writes down a value, and all in it.
func (w *writer) walk(v reflect.Value, depth int) {
	if w.left <= 0 {
		return
	}
	if !v.IsValid() {
		w.line("nil")
		return
	}
	if depth > maxDepth {
		w.line("…")
		return
	}
	w.text = w.text[:0]
	switch v.Kind() {
	case reflect.Pointer:
		w.pointer(v, depth)
	case reflect.Interface:
		w.held(v, depth)
	case reflect.Slice, reflect.Array:
		w.list(v, depth)
	case reflect.Map:
		w.table(v, depth)
	case reflect.Struct:
		w.structure(v, depth)
	default:
		w.text = appendBasic(w.text, v)
		w.told()
	}
}

// told writes a line for the value whose text is complete, and of which there is nothing more to say.
func (w *writer) told() {
	if w.as != "" {
		n := len(w.text)
		w.text = append(append(append(append(w.text, w.as...), '('), w.text[:n]...), ')')
		w.text = w.text[:copy(w.text, w.text[n:])]
		w.as = ""
	}
	w.write(w.text)
}

// header writes a line for a value whose parts follow: its type if that is not known, and how many there are.
func (w *writer) header(text string) {
	if w.as != "" && text != "" {
		text = w.as + "(" + text + ")"
	} else {
		text += w.as
	}
	w.as = ""
	if text != "" {
		w.line(text)
	}
}

func (w *writer) line(text string) {
	w.text = append(w.text[:0], text...)
	w.told()
}

func (w *writer) write(text []byte) {
	if w.left--; w.left < 0 {
		return
	}
	path := w.path
	if w.left == 0 {
		path, text = []byte("…"), []byte("the rest is left out")
	}
	w.out = codec.AppendBytes(w.out, path[:min(len(path), maxPath)])
	w.out = codec.AppendBytes(w.out, text)
}

// pointer follows a pointer, unless it leads to where somebody has been.
func (w *writer) pointer(v reflect.Value, depth int) {
	if v.IsNil() {
		w.line("nil")
		return
	}
	to := v.Elem()
	if to.Kind() == reflect.Struct && w.shape(to.Type()).how != plain {
		w.walk(to, depth+1)
		return
	}
	p := pointer{v.Pointer(), to.Type()}
	if path, ok := w.seen[p]; ok {
		w.line("as " + cmp.Or(path, "the whole"))
		return
	}
	w.seen[p] = string(w.path)
	w.walk(to, depth+1)
}

// held writes down what an interface holds, with its type.
func (w *writer) held(v reflect.Value, depth int) {
	if v.IsNil() {
		w.line("nil")
		return
	}
	w.as = v.Elem().Type().String()
	w.walk(addressable(v.Elem()), depth+1)
}

func (w *writer) list(v reflect.Value, depth int) {
	n := v.Len()
	slice := v.Kind() == reflect.Slice
	elem := v.Type().Elem()
	switch {
	case slice && v.IsNil():
		w.line("nil")
		return
	case elem.Kind() == reflect.Uint8 && elem.PkgPath() == "":
		w.text = appendData(w.text, v.Bytes())
		w.told()
		return
	case slice || n == 0:
		w.header("len " + strconv.Itoa(n))
	default:
		w.header("")
	}
	if elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	if elem.Kind() == reflect.Struct && w.shape(elem).how == closed {
		return
	}
	end := len(w.path)
	for i := 0; i < n; i++ {
		w.path = append(w.path[:end], '[')
		if n > maxElems && i == maxElems/3 {
			skip := n - maxElems
			w.path = append(w.path, "…]"...)
			w.line(strconv.Itoa(skip) + " left out")
			i += skip
			w.path = append(w.path[:end], '[')
		}
		w.path = append(strconv.AppendInt(w.path, int64(i), 10), ']')
		w.walk(v.Index(i), depth+1)
	}
	w.path = w.path[:end]
}

// appendData appends bytes, as text if they are that.
func appendData(b, data []byte) []byte {
	b = strconv.AppendInt(append(b, "len "...), int64(len(data)), 10)
	if len(data) == 0 {
		return b
	}
	b = append(b, ": "...)
	if isText(data) {
		return strconv.AppendQuote(b, string(data))
	}
	const digits = "0123456789abcdef"
	shown := data[:min(len(data), maxText/2)]
	for _, c := range shown {
		b = append(b, digits[c>>4], digits[c&15])
	}
	if len(shown) < len(data) {
		b = append(b, "…"...)
	}
	return b
}

func isText(data []byte) bool {
	if len(data) > maxText {
		return false
	}
	for _, c := range data {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// appendBasic appends a value that has no parts.
func appendBasic(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Type() == durationType {
			return append(b, time.Duration(v.Int()).String()...)
		}
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return append(b, strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())...)
	case reflect.String:
		return appendString(b, v.String(), maxText)
	case reflect.Chan:
		return appendChan(b, v)
	case reflect.Func:
		return appendFunc(b, v)
	}
	return append(b, v.Kind().String()...)
}

// appendString appends a string in quotes, and how long it is if it is cut.
func appendString(b []byte, s string, most int) []byte {
	if len(s) <= most {
		return strconv.AppendQuote(b, s)
	}
	b = strconv.AppendQuote(b, s[:most])
	return append(strconv.AppendInt(append(b, "… (len "...), int64(len(s)), 10), ')')
}

func appendChan(b []byte, v reflect.Value) []byte {
	switch {
	case v.IsNil():
		return append(b, "nil"...)
	case v.Cap() == 0:
		return append(b, "chan"...)
	}
	b = strconv.AppendInt(append(b, "chan: "...), int64(v.Len()), 10)
	b = strconv.AppendInt(append(b, " of "...), int64(v.Cap()), 10)
	return append(b, " buffered"...)
}
