package monitor

import (
	"cmp"
	"slices"
)

// states hashes abstract states: what a cluster is in, without servers' names, and with the order of terms and indexes
// in place of their values.
type states struct{ sorted []seen }

// mostRank bounds how many different terms, or indexes, are told apart.
const mostRank = 3

// hash is a number of the abstract state in which servers are.
func (s *states) hash(servers []seen) uint64 {
	s.sorted = append(s.sorted[:0], servers...)
	slices.SortFunc(s.sorted, func(a, b seen) int { return cmp.Compare(b.applied, a.applied) })
	rank(s.sorted, func(s *seen) *int { return &s.applied })
	slices.SortFunc(s.sorted, func(a, b seen) int { return cmp.Compare(b.term, a.term) })
	// Whether a server has voted in its term matters, and not in which it voted before.
	for i := range s.sorted {
		if at := &s.sorted[i]; at.voted < at.term || at.term == 0 {
			at.voted = 0
		} else {
			at.voted = 1
		}
	}
	rank(s.sorted, func(s *seen) *int { return &s.term })
	slices.SortFunc(s.sorted, func(a, b seen) int {
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.role, b.role), cmp.Compare(a.applied, b.applied),
			cmp.Compare(a.voted, b.voted), cmp.Compare(number(a.up), number(b.up)))
	})
	const prime = 1099511628211 // FNV-1a
	h := uint64(14695981039346656037)
	for _, at := range s.sorted {
		for _, n := range []int{at.term, len(at.role), at.applied, at.voted, number(at.up)} {
			h = (h ^ uint64(n)) * prime
		}
	}
	return h
}

// rank replaces numbers that fall by their ranks, from 0 on.
func rank(servers []seen, of func(*seen) *int) {
	last, at := 0, -1
	for i := range servers {
		n := of(&servers[i])
		if i == 0 || *n != last {
			at++
		}
		last, *n = *n, min(at, mostRank)
	}
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
