package rsmtest

import (
	"raftlab/src/kvraft"
	"raftlab/src/kvraft/history"
	"raftlab/src/kvraft/kvtest"
	"raftlab/src/lab"
)

// store is what a scenario of the store sees.
type store struct{ *kvtest.Cluster }

// storing is the Judge of a scenario with the store.
func storing(maxState int, play func(store)) lab.Judge {
	return kvtest.Playing(history.Versioned, maxState, func(c *kvtest.Cluster) { play(store{c}) })
}

// mustPut has a Put of the right version executed. While the clerk cannot know whether it was, it puts again.
func (s store) mustPut(k *kvtest.Clerk, key, value string, version kvraft.Version) {
	maybe := false
	for {
		switch err := k.PutVersion(key, value, version); {
		case err == kvraft.ErrMaybe:
			maybe = true
			continue
		case err == kvraft.ErrVersion && maybe, err == kvraft.OK:
			return
		default:
			s.Failf("expected OK of Put(%q, %q, %d), whose version is right, got %s", key, value, version, err)
		}
	}
}

// mustGet checks what a key's value and version are.
func (s store) mustGet(k *kvtest.Clerk, key, value string, version kvraft.Version) {
	if v, n, err := k.GetVersion(key); err != kvraft.OK || v != value || n != version {
		s.Failf("expected the value %q at version %d and OK of Get(%q), got %q at version %d and %s", value, version, key,
			v, n, err)
	}
}
