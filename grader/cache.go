package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"time"
)

// What the cache has, a directory for each of many.
const (
	buildCache = "build" // by the directory of an implementation: what makes the next build quick
	testCache  = "test"  // likewise, of a checkout's own tests
	codeCache  = "code"  // by program: its translation to machine code

	gorootCache = "goroot"  // standard libraries for boxes, by version
	sourceCache = "sources" // the grader's own, by version
)

const (
	// keepFor is how long something stays in the cache that nobody uses. It is made anew in seconds; and a day's work
	// on a Raft leaves gigabytes.
	keepFor = 48 * time.Hour
	// trimEvery is how often the cache is searched for such.
	trimEvery = 24 * time.Hour
)

// cacheDir is the cache, or "" if this user has none: then nothing is kept.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "raftlab")
}

// cached is the directory of the cache for something of a kind, and notes that it was used; or "" if nothing is kept.
func cached(kind string, key []byte) string {
	top := cacheDir()
	if top == "" {
		return ""
	}
	hash := sha256.Sum256(key)
	dir := filepath.Join(top, kind, hex.EncodeToString(hash[:12]))
	if os.MkdirAll(dir, 0o777) != nil {
		return ""
	}
	os.Chtimes(dir, time.Time{}, time.Now()) // if not, it is trimmed too early
	return dir
}

// trimCache removes from a cache what was not used for long, if it was not searched of late. It is no matter if that
// fails: the next one tries again.
func trimCache(top string, now time.Time) {
	if top == "" {
		return
	}
	mark := filepath.Join(top, "trimmed")
	if info, err := os.Stat(mark); err == nil && now.Sub(info.ModTime()) < trimEvery {
		return
	}
	if os.WriteFile(mark, nil, 0o666) != nil || os.Chtimes(mark, time.Time{}, now) != nil {
		return
	}
	for _, kind := range []string{buildCache, testCache, codeCache, gorootCache, sourceCache} {
		entries, err := os.ReadDir(filepath.Join(top, kind))
		if err != nil {
			continue
		}
		for _, e := range entries {
			if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > keepFor {
				removeWhole(filepath.Join(top, kind, e.Name()))
			}
		}
	}
}

// removeWhole removes a directory of the cache. It renames it first: who finds a directory of the cache takes it for
// complete, even if a grader was killed while it removed the directory. What such a grader leaves is trimmed later.
func removeWhole(dir string) {
	removed := dir + ".removed"
	if os.Rename(dir, removed) == nil {
		os.RemoveAll(removed)
	}
}
