package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Commands that build something do so in a directory among the temporary files, a new one each time, called by what it
// is for.
const (
	buildWork  = "build"
	replayWork = "replay"
	gotestWork = "gotest"
	electWork  = "elect"
	mutantWork = "mutants"
)

// workLock is the file in such a directory that its grader has locked while it runs.
const workLock = "grader.lock"

// workDir makes the directory for what a command builds. remove removes it, and what other graders left behind here and
// in the cache. The error is a graderError.
func workDir(kind string) (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", workPrefix(kind)+"*")
	if err != nil {
		return "", func() {}, graderError{fmt.Errorf("making a directory for the build: %w", err)}
	}
	file, err := os.OpenFile(filepath.Join(dir, workLock), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		os.RemoveAll(dir)
		return "", func() {}, graderError{fmt.Errorf("making a directory for the build: %w", err)}
	}
	lock(file)
	return dir, func() {
		os.RemoveAll(dir)
		file.Close()
		trimWork(os.TempDir(), time.Now())
		trimCache(cacheDir(), time.Now())
	}, nil
}

func workPrefix(kind string) string { return "raftlab-" + kind + "-" }

// trimWork removes the directories of graders that were killed, if they are as old as what leaves the cache. This
// process must not have one that old.
func trimWork(tmp string, now time.Time) {
	entries, err := os.ReadDir(tmp)
	if err != nil {
		return
	}
	for _, e := range entries {
		ofWork := func(kind string) bool { return strings.HasPrefix(e.Name(), workPrefix(kind)) }
		if !e.IsDir() || !slices.ContainsFunc([]string{buildWork, replayWork, gotestWork, electWork}, ofWork) {
			continue
		}
		info, err := e.Info()
		dir := filepath.Join(tmp, e.Name())
		if err == nil && now.Sub(info.ModTime()) > keepFor && isMine(info) && !inUse(dir) {
			os.RemoveAll(dir)
		}
	}
}

// inUse reports whether the grader may still run that a directory belongs to.
func inUse(dir string) bool {
	f, err := openLock(filepath.Join(dir, workLock))
	if os.IsNotExist(err) {
		return false // of an older grader
	} else if err != nil {
		return true
	}
	defer f.Close()
	return holderOf(f) != 0
}
