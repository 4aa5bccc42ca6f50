package labgob

import "reflect"

// paths leads to the interfaces in values of a type: their concrete types need definitions too. It is nil for a
// type without any.
type paths struct {
	kind      reflect.Kind
	fields    []fieldPath // of a struct
	key, elem *paths      // of a map; of a slice or an array elem only
}

type fieldPath struct {
	index int
	*paths
}

// pathsOf returns the paths of t. seen has the types whose paths are being made, for types that contain themselves.
func pathsOf(t reflect.Type, seen map[reflect.Type]*paths) *paths {
	if !reachesInterface(t, make(map[reflect.Type]bool)) {
		return nil
	}
	t = indirect(t)
	if p := seen[t]; p != nil {
		return p
	}
	p := &paths{kind: t.Kind()}
	seen[t] = p
	switch t.Kind() {
	case reflect.Map:
		p.key = pathsOf(t.Key(), seen)
		p.elem = pathsOf(t.Elem(), seen)
	case reflect.Slice, reflect.Array:
		p.elem = pathsOf(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); isSent(f) {
				if fp := pathsOf(f.Type, seen); fp != nil {
					p.fields = append(p.fields, fieldPath{i, fp})
				}
			}
		}
	}
	return p
}

// reachesInterface reports whether gob meets interfaces in values of type t.
func reachesInterface(t reflect.Type, seen map[reflect.Type]bool) (found bool) {
	if seen[t] || encodesItself(t) {
		return false
	}
	seen[t] = true
	if t.Kind() == reflect.Interface {
		return true
	}
	parts(t, func(part reflect.Type) {
		found = found || reachesInterface(part, seen)
	})
	return found
}

// walk calls concrete with what each interface in v holds. Like gob it does not end for a value that contains
// itself.
func (p *paths) walk(v reflect.Value, concrete func(reflect.Value)) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch p.kind {
	case reflect.Interface:
		if !v.IsNil() {
			concrete(v.Elem())
		}
	case reflect.Struct:
		for _, f := range p.fields {
			f.walk(v.Field(f.index), concrete)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			p.elem.walk(v.Index(i), concrete)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if p.key != nil {
				p.key.walk(it.Key(), concrete)
			}
			if p.elem != nil {
				p.elem.walk(it.Value(), concrete)
			}
		}
	}
}
