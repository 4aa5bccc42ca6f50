// Package work is what a benchmark compares between a box and native code: a little of what servers do.
package work

import (
	"fmt"
	"slices"
	"strings"
)

type entry struct {
	term  int
	key   string
	value []byte
}

// Do builds a log from its input, sorts it, looks things up and renders it.
func Do(input []byte) []byte {
	byKey := map[string]*entry{}
	var log []*entry
	for i := range 1000 {
		e := &entry{term: i * 7919 % 101, key: fmt.Sprintf("key-%d", i*31%257), value: append([]byte(nil), input...)}
		log = append(log, e)
		byKey[e.key] = e
	}
	slices.SortStableFunc(log, func(a, b *entry) int {
		if a.term != b.term {
			return a.term - b.term
		}
		return strings.Compare(a.key, b.key)
	})
	sum := uint32(1)
	for _, e := range log {
		for _, c := range byKey[e.key].value {
			sum = sum*16777619 ^ uint32(c) ^ uint32(e.term)
		}
	}
	return fmt.Append(nil, sum)
}
