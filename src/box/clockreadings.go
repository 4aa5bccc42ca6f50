package box

import (
	"bytes"
	"encoding/binary"
	"time"
)

// A clockReading is a word of a guest's memory that holds a reading of the wall clock from before the checkpoint,
// as of the time at which its log begins. Boxes' clocks differ, so that the guest would have to start anew in each.
// But if two trials with different clocks differ in nothing but clock readings, the guest did nothing else with the
// time, and each box can have its own readings in their place.
type clockReading struct {
	offset int
	packed bool  // as time.Now has it, else in ns since 1970
	at     int64 // the reading, in ns since 1970
}

// The wall clock's time in the two trials. The two differ in every part of a date, and by a prime, so that whatever
// is made from the time differs as well.
const (
	firstWall  = 1_742_900_000_123_456_789
	secondWall = firstWall + 34_578_431_123_456_791
)

// maxClockReadings is how many clock readings an image may have: programs note the time in a few places.
const maxClockReadings = 1 << 12

// findClockReadings compares the image with that of the second trial. It reports false if they differ in anything
// but clock readings.
func (img *image) findClockReadings(other *image) bool {
	if len(img.bytes) != len(other.bytes) || img.mono != other.mono || img.entry != other.entry {
		return false
	}
	if img.files != nil && !img.files.equal(other.files) {
		return false
	}
	for i, g := range img.globals {
		if other.globals[i] != g {
			return false
		}
	}
	const grain = 4096
	for page := 0; page < len(img.bytes); page += grain {
		end := min(page+grain, len(img.bytes))
		if bytes.Equal(img.bytes[page:end], other.bytes[page:end]) {
			continue
		}
		for off := page; off < end; off += 8 {
			a, b := binary.LittleEndian.Uint64(img.bytes[off:]), binary.LittleEndian.Uint64(other.bytes[off:])
			if a == b {
				continue
			}
			s, ok := clockReadingOf(off, a, b)
			if !ok || len(img.readings) == maxClockReadings {
				return false
			}
			img.readings = append(img.readings, s)
		}
	}
	return true
}

// clockReadingOf tells what the words of the two trials at an offset are.
func clockReadingOf(off int, a, b uint64) (clockReading, bool) {
	const between = secondWall - firstWall
	if b-a == between {
		return clockReading{off, false, int64(a)}, true
	}
	first, ok := unpackTime(a)
	second, ok2 := unpackTime(b)
	return clockReading{off, true, first}, ok && ok2 && second-first == between
}

// setClockReadings writes into mem the readings of a guest whose wall clock is ahead of the trial's by shift.
func (img *image) setClockReadings(mem []byte, shift int64) {
	for _, s := range img.readings {
		word := uint64(s.at + shift)
		if s.packed {
			word = packTime(s.at + shift)
		}
		binary.LittleEndian.PutUint64(mem[s.offset:], word)
	}
}

// How package time keeps a reading of both clocks: a bit that says so, 33 bits of seconds since 1885, 30 bits of
// nanoseconds.
const (
	bothClocks   = 1 << 63
	secondsShift = 30
	maxSeconds   = 1<<33 - 1
)

var year1885 = time.Date(1885, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

func unpackTime(word uint64) (ns int64, ok bool) {
	sec, nsec := int64(word>>secondsShift&maxSeconds)+year1885, int64(word&(1<<secondsShift-1))
	return sec*1e9 + nsec, word&bothClocks != 0 && nsec < 1e9
}

func packTime(ns int64) uint64 {
	t := time.Unix(0, ns)
	return bothClocks | uint64(t.Unix()-year1885)<<secondsShift | uint64(t.Nanosecond())
}

// compatible reports whether the image can be that of a box with this wall clock, the time at which its monotonic
// one shows 0.
func (img *image) compatible(wall int64) bool {
	const year2150 = 180 * 365 * 24 * int64(time.Hour)
	return len(img.readings) == 0 || 0 <= wall && wall <= year2150
}
