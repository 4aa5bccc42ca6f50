package search

import (
	"hash/fnv"
	"math"

	"raftlab/src/cluster"
)

// hashes is how many hashes a signature has.
const hashes = 32

// farEnough is how unlike a timeline must be to all others of its scenario to be worth a branch for that alone.
const farEnough = 0.3

// signature is the MinHash of a run's timeline: of the set of pairs of marks of which one came before the other. Two
// signatures agree in as large a part of their places, about, as their sets do.
func signature(marks []cluster.Mark) []uint64 {
	sig := make([]uint64, hashes)
	for i := range sig {
		sig[i] = math.MaxUint64
	}
	for _, a := range marks {
		for _, b := range marks {
			if a.First >= b.Last {
				continue
			}
			h := fnv.New64a()
			h.Write([]byte(a.Name + "\x00" + b.Name))
			x := h.Sum64()
			for i := range sig {
				sig[i] = min(sig[i], mix(x+uint64(i)*0x9e3779b97f4a7c15))
			}
		}
	}
	return sig
}

// mix is the last part of splitmix64.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// distance is how unlike the timeline of a run is to the likest one of its scenario in the corpus, from 0 to 1.
func (s *Search) distance(e *entry) float64 {
	nearest := 1.0
	for _, other := range s.corpus {
		if other.scenario != e.scenario {
			continue
		}
		differ := 0
		for i, h := range e.timeline {
			if other.timeline[i] != h {
				differ++
			}
		}
		nearest = min(nearest, float64(differ)/hashes)
	}
	return nearest
}
