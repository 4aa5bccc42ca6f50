package inspect

import (
	"encoding/binary"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// maxKey is how many bytes of a key are in a path.
const maxKey = 60

// table writes down a map, in the order of its keys: numbers in theirs, all else in that of texts.
func (w *writer) table(v reflect.Value, depth int) {
	if v.IsNil() {
		w.line("nil")
		return
	}
	n := v.Len()
	w.header("len " + strconv.Itoa(n))
	if n > maxKeys {
		return
	}
	const order = 8 // bytes before a key's text, by which it is sorted
	keys := make(map[string]reflect.Value, n)
	for it := v.MapRange(); it.Next(); {
		number := uint64(0)
		switch key := it.Key(); {
		case key.CanInt():
			number = uint64(key.Int()) ^ 1<<63 // negative ones first
		case key.CanUint():
			number = key.Uint()
		}
		keys[string(appendKey(binary.BigEndian.AppendUint64(nil, number), it.Key(), maxDepth))] = it.Key()
	}
	end, elem := len(w.path), reflect.New(v.Type().Elem()).Elem()
	for i, key := range slices.Sorted(maps.Keys(keys)) {
		w.path = append(w.path[:end], '[')
		if i == maxElems {
			w.path = append(w.path, "…]"...)
			w.line(strconv.Itoa(n-maxElems) + " left out")
			break
		}
		text := key[order:]
		w.path = append(w.path, text[:min(len(text), maxKey)]...)
		if len(text) > maxKey { // it need not be the only one that begins so
			w.path = strconv.AppendInt(append(w.path, "…#"...), int64(i), 10)
		}
		w.path = append(w.path, ']')
		if value := v.MapIndex(keys[key]); value.IsValid() { // else the key is not equal to itself
			elem.Set(value)
			w.walk(elem, depth+1)
		}
	}
	w.path = w.path[:end]
}

// appendKey appends a map's key, or a part of one.
func appendKey(b []byte, v reflect.Value, depth int) []byte {
	if depth == 0 || len(b) > 2*maxKey {
		return append(b, "…"...)
	}
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return append(b, "nil"...)
		}
		return appendKey(b, v.Elem(), depth-1)
	case reflect.Struct:
		b = append(b, '{')
		for i := range v.NumField() {
			if i > 0 {
				b = append(b, ' ')
			}
			b = appendKey(b, v.Field(i), depth-1)
		}
		return append(b, '}')
	case reflect.Array:
		b = append(b, '[')
		for i := range min(v.Len(), maxKey) {
			if i > 0 {
				b = append(b, ' ')
			}
			b = appendKey(b, v.Index(i), depth-1)
		}
		return append(b, ']')
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer: // all that tells it from others is where it points to
		return strconv.AppendUint(append(b, "0x"...), uint64(v.Pointer()), 16)
	case reflect.String:
		return appendString(b, v.String(), 2*maxKey)
	}
	return appendBasic(b, v)
}
