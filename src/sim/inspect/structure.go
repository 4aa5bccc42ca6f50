package inspect

import (
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// A shape is what there is to know of a struct type.
type shape struct {
	how    how
	fields []string // names
	tell   tell     // if special
}

// A how is how a struct is written down.
type how int

const (
	plain   how = iota // by its fields
	closed             // by its type's name: what is in it is not the code's under test
	special            // in its own way
)

var durationType = reflect.TypeFor[time.Duration]()

func (w *writer) shape(t reflect.Type) *shape {
	s := w.shapes[t]
	if s == nil {
		s = shapeOf(t)
		w.shapes[t] = s
	}
	return s
}

func shapeOf(t reflect.Type) *shape {
	if tell := specialOf(t); tell != nil {
		return &shape{how: special, tell: tell}
	}
	path, name, hidden := t.PkgPath(), t.Name(), false
	s := new(shape)
	for i := range t.NumField() {
		f := t.Field(i)
		s.fields = append(s.fields, f.Name)
		hidden = hidden || !f.IsExported()
	}
	switch {
	case path == "sync/atomic" && strings.HasPrefix(name, "Pointer["):
		return &shape{how: special, tell: (*writer).atomicPointer}
	case path == "sync/atomic" && name != "Value":
		return &shape{how: special, tell: (*writer).atomic}
	case path == "github.com/sasha-s/go-deadlock" && len(s.fields) == 1, // its locks are one within another
		hidden && isHarness(path) && t.Field(0).Anonymous && t.Field(0).Type.Kind() == reflect.Interface,
		path == "sync/atomic":
		return &shape{how: special, tell: (*writer).first}
	case hidden && (isHarness(path) || inLibrary(path)):
		s.how = closed
	}
	return s
}

// isHarness reports whether a package is of those that run around all code under test. What of them is closed is so
// because it has unexported fields.
func isHarness(path string) bool {
	return strings.HasPrefix(path, "raftlab/src/") && !strings.Contains(path, "/testdata/")
}

// inLibrary reports whether a package is of the standard library, and has types that are common in what is looked at.
func inLibrary(path string) bool {
	switch path {
	case "bufio", "bytes", "context", "encoding/gob", "internal/sync", "io", "log", "math/big", "math/rand",
		"math/rand/v2", "net/http", "os", "reflect", "regexp", "strings", "sync", "text/template", "time":
		return true
	}
	return false
}

// structure writes down a struct.
func (w *writer) structure(v reflect.Value, depth int) {
	s := w.shape(v.Type())
	switch {
	case s.how == special:
		s.tell(w, v, depth)
		return
	case s.how == closed && w.as != "":
		w.header("")
		return
	case s.how == closed:
		w.line(v.Type().String())
		return
	case len(s.fields) == 0:
		w.line("{}")
		return
	}
	w.header("")
	end := len(w.path)
	for i, name := range s.fields {
		if name == "_" {
			continue
		}
		w.path = w.path[:end]
		if end > 0 {
			w.path = append(w.path, '.')
		}
		w.path = append(w.path, name...)
		w.walk(opened(v.Field(i)), depth+1)
	}
	w.path = w.path[:end]
}

// opened returns a field of an addressable struct so that it can be read even if it is unexported.
func opened(field reflect.Value) reflect.Value {
	if field.CanSet() {
		return field
	}
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}

// first writes down a struct as what is in its first field.
func (w *writer) first(v reflect.Value, depth int) {
	w.as = ""
	w.walk(opened(v.Field(0)), depth+1)
}

// atomic writes down a type of package sync/atomic as the number that it has.
func (w *writer) atomic(v reflect.Value, _ int) {
	number := opened(v.FieldByName("v"))
	if v.Type().Name() == "Bool" {
		w.line(strconv.FormatBool(number.Uint() != 0))
		return
	}
	w.text = appendBasic(w.text, number)
	w.told()
}

// atomicPointer writes down an atomic.Pointer as the pointer that it has.
func (w *writer) atomicPointer(v reflect.Value, depth int) {
	to := v.Field(0).Type().Elem() // the field is a [0]*T
	w.walk(reflect.NewAt(to, unsafe.Pointer(v.FieldByName("v").UnsafeAddr())).Elem(), depth+1)
}

// A tell writes down a struct in its own way.
type tell func(w *writer, v reflect.Value, depth int)

// specialOf returns how a type of the standard library is told, nil if it is as others are.
func specialOf(t reflect.Type) tell {
	switch t {
	case reflect.TypeFor[time.Time]():
		return is((*writer).time)
	case reflect.TypeFor[time.Timer]():
		return is(func(w *writer, _ *time.Timer) { w.line("timer") })
	case reflect.TypeFor[time.Ticker]():
		return is(func(w *writer, _ *time.Ticker) { w.line("ticker") })
	case reflect.TypeFor[sync.Mutex]():
		return is((*writer).mutex)
	case reflect.TypeFor[sync.RWMutex]():
		return is((*writer).rwMutex)
	case reflect.TypeFor[sync.Cond]():
		return (*writer).cond
	case reflect.TypeFor[sync.WaitGroup]():
		return (*writer).waitGroup
	case reflect.TypeFor[sync.Once]():
		return (*writer).once
	case reflect.TypeFor[sync.Map]():
		return is((*writer).syncMap)
	}
	return nil
}

// is makes of a function for a pointer one for what it points to.
func is[T any](f func(w *writer, p *T)) tell {
	return func(w *writer, v reflect.Value, _ int) { f(w, v.Addr().Interface().(*T)) }
}

// time writes down a time since zero, or, if it is far from there, as it is. A time's place may be anything; UTC is
// safe.
func (w *writer) time(t *time.Time) {
	const far = 100 * time.Hour
	switch since := t.Sub(w.zero); {
	case t.IsZero():
		w.line("zero")
	case since.Abs() < far:
		w.line(since.Round(time.Microsecond).String())
	default:
		w.line(t.UTC().Format(time.RFC3339Nano))
	}
}

// The states of locks, as package runtime reads them in boxes too: see boxLockNote there.
const (
	lockedBit     = 1 // in the first word of a Mutex, with which an RWMutex begins
	readerCount   = 16
	pendingWriter = 1 << 30
)

func (w *writer) mutex(m *sync.Mutex) {
	if *(*int32)(unsafe.Pointer(m))&lockedBit != 0 {
		w.line("locked")
		return
	}
	w.line("unlocked")
}

func (w *writer) rwMutex(m *sync.RWMutex) {
	readers := *(*int32)(unsafe.Add(unsafe.Pointer(m), readerCount))
	writing := readers < 0
	if writing {
		readers += pendingWriter
	}
	switch {
	case readers > 0:
		w.line("locked for reading by " + strconv.Itoa(int(readers)))
	case writing:
		w.line("locked")
	default:
		w.line("unlocked")
	}
}

func (w *writer) cond(v reflect.Value, _ int) {
	list := v.FieldByName("notify")
	waiting := uint32(list.FieldByName("wait").Uint()) - uint32(list.FieldByName("notify").Uint())
	w.line("cond: " + strconv.FormatUint(uint64(waiting), 10) + " waiting")
}

func (w *writer) waitGroup(v reflect.Value, _ int) {
	counter := int32(v.FieldByName("state").FieldByName("v").Uint() >> 32)
	w.line("waits for " + strconv.Itoa(int(counter)))
}

func (w *writer) once(v reflect.Value, _ int) {
	if v.FieldByName("done").FieldByName("v").Uint() == 0 {
		w.line("not done")
		return
	}
	w.line("done")
}

// syncMap writes down a sync.Map as a map.
func (w *writer) syncMap(m *sync.Map) {
	all := make(map[any]any)
	m.Range(func(key, value any) bool {
		all[key] = value
		return len(all) <= maxKeys
	})
	w.as = ""
	w.walk(addressable(reflect.ValueOf(all)), 1)
}

// appendFunc appends the name of a function.
func appendFunc(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, "nil"...)
	}
	name := "func"
	if f := runtime.FuncForPC(v.Pointer()); f != nil {
		name += " " + f.Name()[strings.LastIndexByte(f.Name(), '/')+1:]
	}
	return append(b, name[:min(len(name), maxText)]...)
}
