package labgob

import (
	"testing"
	"time"
)

func msg(b []byte) []byte { return append(appendUint(nil, uint64(len(b))), b...) }

func TestTmpCost(t *testing.T) {
	for _, kind := range []int{1, 3} { // slice, map
		var data []byte
		const n = 505
		for i := 0; i < n; i++ {
			id := int64(100 + i)
			elem := id + 1
			if i == n-1 {
				elem = 2
			}
			b := appendInt(nil, -id)
			if kind == 1 {
				b = append(b, 2, 2) // SliceT: skip CommonType, Elem
				b = appendInt(b, elem)
				b = append(b, 0, 0)
			} else {
				b = append(b, 4, 2)
				b = appendInt(b, elem)
				b = append(b, 1)
				b = appendInt(b, elem)
				b = append(b, 0, 0)
			}
			data = append(data, msg(b)...)
		}
		// struct 90
		b := appendInt(nil, -90)
		b = append(b, 3, 2)
		const f = 16000
		b = appendUint(b, f)
		b = append(b, 1, 1, 'T', 1, 4, 0)
		for range f - 1 {
			b = append(b, 1, 1, 'X', 1)
			b = appendInt(b, 100)
			b = append(b, 0)
		}
		b = append(b, 0, 0)
		data = append(data, msg(b)...)
		v := appendInt(nil, 90)
		v = append(v, 1, 2, 0)
		data = append(data, msg(v)...)
		var got struct{ T int }
		start := time.Now()
		err := Unmarshal(data, &got)
		t.Log(len(data), err, got, time.Since(start))
		start = time.Now()
		err = Unmarshal(data, &got)
		t.Log(len(data), err, got, time.Since(start))
	}
}
