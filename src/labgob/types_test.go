package labgob_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"time"

	"raftlab/src/labgob"
)

// The types that tests send: what a Raft does, and what is hard for gob.

type command struct {
	Kind string
	N    int
	Blob []byte
}

// nested holds any value, also one whose type holds any value.
type nested struct {
	Name  string
	Inner any
	Many  []any
	Table map[string]any
}

type node struct {
	Value int
	Next  *node
	More  []*node
	ByKey map[string]node
	Any   any
}

type even struct {
	N    int
	Next *odd
}

type odd struct {
	S    string
	Next *even
	All  []even
}

type tree []tree

// wrapped is a command as some stores have it. An interface holds the pointer itself.
type wrapped struct{ *Base }

// logged has what a log may be made of.
type logged struct {
	Term     int
	Last     *entry
	Entries  []*entry
	Owner    wrapped
	Commands []any
}

// link is all that a shape may be made of and contains itself.
type link struct{ Next any }

// temperature encodes itself, by value.
type temperature struct{ degrees int }

func (t temperature) GobEncode() ([]byte, error) {
	return fmt.Appendf(nil, "%d", t.degrees), nil
}

func (t *temperature) GobDecode(b []byte) error {
	_, err := fmt.Sscanf(string(b), "%d", &t.degrees)
	return err
}

// sealed encodes itself through a pointer, but for one value.
type sealed struct{ text string }

var errUnlucky = errors.New("unlucky")

func (s *sealed) GobEncode() ([]byte, error) {
	if s.text == "unlucky" {
		return nil, errUnlucky
	}
	return []byte(s.text), nil
}

func (s *sealed) GobDecode(b []byte) error {
	s.text = string(b)
	return nil
}

type withCoders struct {
	At   time.Time
	T    temperature
	P    *temperature
	S    *sealed
	List []*sealed
	ByT  map[string]temperature
	Any  any
}

type embedded struct {
	command
	*odd
	Term int
}

type Base struct{ Term, Index int }

type derived struct {
	Base
	Log []Base
	F   func()
	C   chan int
}

type scalars struct {
	B    bool
	I    int
	I8   int8
	I64  int64
	U    uint
	U16  uint16
	F32  float32
	F64  float64
	C    complex128
	S    string
	Raw  []byte
	Arr  [3]int
	Raw4 [4]byte
	PP   **int
	M    map[int8][]string
	MM   map[string]map[int]*Base
	SS   [][]string
	St   struct{ A, B int }
	E    struct{ V any }
	Key  map[Base]bool
	AnyK map[any]any
}

type term int

// registered are values of types that an interface may hold in a test.
var registered = []any{
	0, "", int64(0), 1.5, true, []byte(nil), []int(nil), []string(nil),
	term(0), command{}, &Base{}, nested{}, node{}, odd{}, tree{}, temperature{}, &sealed{},
	time.Time{}, withCoders{}, derived{}, scalars{}, map[string]int{}, []any{}, [2]term{}, op{}, link{}, []entry{},
	wrapped{}, &logged{},
}

// roots are types for values of their own.
var roots = append([]any{
	new(any), []command{}, map[string]*node{}, [][]odd{}, even{}, embedded{}, appendEntriesArgs{}, []entry{},
	struct{ Any, Other any }{}, map[Base]tree{}, [0]int{}, new(*Base), [3]*command{}, uint8(0), complex64(0),
}, registered...)

func init() {
	restore := labgob.OnWarning(func(string) {}) // the fields of embedded
	defer restore()
	for _, v := range registered {
		labgob.Register(v)
	}
}

// A generator makes types and values from a seed.
type generator struct {
	*rand.Rand
	budget int // of parts yet to be made
}

func newGenerator(seed uint64) *generator {
	return &generator{rand.New(rand.NewPCG(seed, 0)), 0}
}

// typ returns a type: one of roots, or one made up.
func (g *generator) typ(depth int) reflect.Type {
	if depth == 0 || g.IntN(3) > 0 {
		return reflect.TypeOf(roots[g.IntN(len(roots))])
	}
	switch elem := g.typ(depth - 1); g.IntN(6) {
	case 0:
		return reflect.SliceOf(elem)
	case 1:
		return reflect.ArrayOf(g.IntN(3), elem)
	case 2:
		return reflect.MapOf(reflect.TypeFor[term](), elem)
	case 3:
		return reflect.PointerTo(elem)
	default:
		fields := []reflect.StructField{{Name: "First", Type: elem}}
		for i := range g.IntN(4) {
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: g.typ(depth - 1)})
		}
		return reflect.StructOf(fields)
	}
}

// value returns a value of type t. Few are such that gob cannot encode them.
func (g *generator) value(t reflect.Type) reflect.Value {
	g.budget = 200
	v := reflect.New(t).Elem()
	g.fill(v, 0)
	return v
}

func (g *generator) fill(v reflect.Value, depth int) {
	g.budget--
	inField := depth > 0 && g.IntN(4) == 0
	if inField && v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
		return // zero
	}
	small := func() int {
		if g.budget < 0 || depth > 8 {
			return 0
		}
		return g.IntN(4)
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(g.Int64() >> g.IntN(64) * int64(1-2*g.IntN(2)))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(g.Uint64() >> g.IntN(64))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(float32(g.NormFloat64())))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(float32(g.NormFloat64())), 1))
	case reflect.String:
		v.SetString([]string{"a", "x=1", "größer", "a longer string than most"}[g.IntN(4)])
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), small(), 5))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			g.fillPart(v.Index(i), depth)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range small() {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			if key.Kind() == reflect.Interface {
				key.Set(reflect.ValueOf(g.IntN(9))) // one that can be hashed
			} else {
				g.fill(key, depth+1)
			}
			g.fillPart(elem, depth)
			if key.Comparable() {
				v.SetMapIndex(key, elem)
			}
		}
	case reflect.Pointer:
		if depth == 0 || g.budget > 0 && g.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			g.fill(v.Elem(), depth+1)
		}
	case reflect.Interface:
		if g.budget > 0 && g.IntN(5) > 0 {
			x := reflect.New(reflect.TypeOf(registered[g.IntN(len(registered))])).Elem()
			g.fillPart(x, depth)
			v.Set(x)
		}
	case reflect.Struct:
		switch x := v.Addr().Interface().(type) {
		case *temperature:
			x.degrees = g.IntN(100)
		case *sealed:
			x.text = []string{"open", "shut", "", "lucky", "very unlucky", "unlucky"}[g.IntN(6)]
		case *time.Time:
			*x = time.Unix(int64(g.IntN(1e9)), 0).UTC()
		default:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					g.fill(v.Field(i), depth+1)
				}
			}
		}
	}
}

// fillPart fills v, an element or what an interface holds: gob cannot encode nil pointers there, so most of the
// time there is none.
func (g *generator) fillPart(v reflect.Value, depth int) {
	if v.Kind() == reflect.Pointer && g.IntN(50) > 0 {
		v.Set(reflect.New(v.Type().Elem()))
		g.fillPart(v.Elem(), depth+1)
		return
	}
	g.fill(v, depth+1)
}
