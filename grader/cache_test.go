package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

// A directory of the cache is complete as long as it has its name.
func TestRemoveWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dir")
	var files []string
	for i := range 200 {
		file := filepath.Join(dir, strconv.Itoa(i))
		if err := os.MkdirAll(file, 0o777); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	removed := make(chan struct{})
	go func() {
		defer close(removed)
		removeWhole(dir)
	}()
	exists := func(name string) bool {
		_, err := os.Stat(name)
		return err == nil
	}
	for i := 0; exists(dir); i++ {
		if file := files[i%len(files)]; !exists(file) && exists(dir) {
			t.Fatalf("%s is gone before its directory", file)
		}
	}
	<-removed
	if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
