package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// What is not used goes, what is used stays, and what is no entry of the cache is left alone.
func TestTrimCache(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home) // where systems have no XDG_CACHE_HOME
	now := time.Now()
	old := cached(codeCache, []byte("old"))
	used := cached(codeCache, []byte("used"))
	build := cached(buildCache, []byte("old"))
	other := filepath.Join(cacheDir(), "other", "file")
	for _, dir := range []string{old, used, build, filepath.Dir(other)} {
		if err := os.MkdirAll(filepath.Join(dir, "more"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	long := now.Add(-keepFor - time.Minute)
	for _, dir := range []string{old, used, build, filepath.Dir(other)} {
		if err := os.Chtimes(dir, long, long); err != nil {
			t.Fatal(err)
		}
	}
	if again := cached(codeCache, []byte("used")); again != used {
		t.Fatalf("the same program is kept in %s and in %s", used, again)
	}
	left := func() (list []string) {
		for _, dir := range []string{old, used, build, filepath.Dir(other)} {
			if _, err := os.Stat(dir); err == nil {
				list = append(list, dir)
			}
		}
		return list
	}

	trimCache(cacheDir(), now)
	if got, want := left(), []string{used, filepath.Dir(other)}; !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
	if err := os.Chtimes(used, long, long); err != nil {
		t.Fatal(err)
	}
	trimCache(cacheDir(), now.Add(trimEvery-time.Minute))
	if got := left(); len(got) != 2 {
		t.Errorf("searched again too early: left are %q", got)
	}
	trimCache(cacheDir(), now.Add(trimEvery))
	if got, want := left(), []string{filepath.Dir(other)}; !slices.Equal(got, want) {
		t.Errorf("a day later there are left %q, want %q", got, want)
	}
	trimCache("", now) // who has no cache has nothing to trim
}
