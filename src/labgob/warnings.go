package labgob

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
)

// A collector hears each distinct warning once.
type collector struct {
	hear  func(string)
	mu    sync.Mutex
	heard map[string]bool
}

func newCollector(hear func(string)) *collector {
	return &collector{hear: hear, heard: make(map[string]bool)}
}

func (c *collector) report(text string) {
	c.mu.Lock()
	heard := c.heard[text]
	c.heard[text] = true
	c.mu.Unlock()
	if !heard {
		c.hear(text)
	}
}

var (
	toStderr = newCollector(func(text string) { fmt.Fprintln(os.Stderr, text) })

	collecting sync.Mutex // held to change collectors
	collectors atomic.Pointer[[]*collector]
)

// OnWarning has hear called with each distinct warning from now on, once, until restore is called:
//
//	labgob error: lower-case field F of T in RPC or persist/snapshot will break your Raft
//	labgob warning: Decoding into a non-default variable/field X may not work
//
// While there are several collectors each hears everything; while there is none the warnings go to standard error.
// hear is called by the goroutine that encodes or decodes, so it may be called by several at once, and it may be
// running still when restore returns.
func OnWarning(hear func(text string)) (restore func()) {
	c := newCollector(hear)
	change(func(list []*collector) []*collector { return append(list, c) })
	return func() {
		change(func(list []*collector) []*collector {
			return slices.DeleteFunc(list, func(x *collector) bool { return x == c })
		})
	}
}

// change replaces the list of collectors by what f makes of a copy.
func change(f func([]*collector) []*collector) {
	collecting.Lock()
	defer collecting.Unlock()
	var list []*collector
	if old := collectors.Load(); old != nil {
		list = slices.Clone(*old)
	}
	list = f(list)
	collectors.Store(&list)
}

func report(text string) {
	list := collectors.Load()
	if list == nil || len(*list) == 0 {
		toStderr.report(text)
		return
	}
	for _, c := range *list {
		c.report(text)
	}
}

func reportLowerCase(info *typeInfo) {
	for _, text := range info.lowerCase {
		report(text)
	}
}

func reportLowerCaseOf(value any) {
	if value != nil {
		reportLowerCase(infoOf(reflect.TypeOf(value)))
	}
}

// lowerCaseFields appends a warning for each field in t, at any depth, that gob leaves out because of its name.
// Types that encode themselves are right as they are, and what interfaces hold is seen when it is registered.
func lowerCaseFields(t reflect.Type, texts []string, seen map[reflect.Type]bool) []string {
	if seen[t] || encodesItself(t) {
		return texts
	}
	seen[t] = true
	if t.Kind() == reflect.Struct {
		for f := range t.Fields() {
			if !f.IsExported() {
				texts = append(texts, fmt.Sprintf(
					"labgob error: lower-case field %s of %s in RPC or persist/snapshot will break your Raft",
					f.Name, nameOf(t)))
			}
		}
	}
	parts(t, func(part reflect.Type) { texts = lowerCaseFields(part, texts, seen) })
	return texts
}

func nameOf(t reflect.Type) string {
	if name := t.Name(); name != "" {
		return name
	}
	return t.String()
}
