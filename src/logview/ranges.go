package logview

import (
	"fmt"
	"strconv"
	"strings"
)

// Ranges is a set of numbers, such as servers or terms. The zero value is the
// set of all.
type Ranges []span

type span struct{ lo, hi int }

// ParseRanges reads numbers and ranges parted by commas: "3", "0,2", "3-5,8".
func ParseRanges(s string) (Ranges, error) {
	var r Ranges
	for part := range strings.SplitSeq(s, ",") {
		lo, hi, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			hi = lo
		}
		a, err1 := strconv.ParseUint(strings.TrimSpace(lo), 10, 31)
		b, err2 := strconv.ParseUint(strings.TrimSpace(hi), 10, 31)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%q is neither a number nor a range such as 3-5", part)
		}
		if a > b {
			return nil, fmt.Errorf("%q is a range that ends before it begins", part)
		}
		r = append(r, span{int(a), int(b)})
	}
	return r, nil
}

// Has reports whether n is in the set.
func (r Ranges) Has(n int) bool {
	for _, s := range r {
		if s.lo <= n && n <= s.hi {
			return true
		}
	}
	return len(r) == 0
}

// First returns the first max numbers of the set, as they were listed.
func (r Ranges) First(max int) []int {
	var all []int
	for _, s := range r {
		for n := s.lo; n <= s.hi && len(all) < max; n++ {
			all = append(all, n)
		}
	}
	return all
}
