package crash

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A stack is a goroutine of a traceback.
type stack struct {
	text   string
	id     string
	state  string // why it waits
	frames []stackFrame
}

// A stackFrame is a call in it.
type stackFrame struct {
	function, args, place string
}

// A holder is a goroutine that holds a lock, or did when it ended.
type holder struct {
	id      string
	reading bool
	place   string // where it took it, if it was in the code under test
}

var (
	heading = regexp.MustCompile(`^goroutine (\d+) (?:gp=.*)?\[([^\],]*)[^\]]*\]:`)
	// What a box's stacks have besides goroutines. See runtime.boxPrintLocks.
	heldLock = regexp.MustCompile(`(?m)^lock (0x[0-9a-f]+) is held (for writing |for reading )?by goroutine ` +
		`(\d+)(?:\n(\S.*)\(\.\.\.\)\n\t(\S+))?$`)
)

// stacksOf reads the goroutines of a traceback.
func stacksOf(dump string) (list []*stack) {
	for _, g := range goroutines(dump) {
		m := heading.FindStringSubmatch(g)
		if m == nil {
			continue
		}
		s := &stack{text: g, id: m[1], state: m[2]}
		lines := strings.Split(g, "\n") // a call, where it is, and so on
		for i := 1; i+1 < len(lines); i++ {
			call, called := strings.CutSuffix(lines[i], ")")
			place, placed := strings.CutPrefix(lines[i+1], "\t")
			if at := strings.LastIndexByte(call, '('); called && placed && at > 0 {
				place, _, _ = strings.Cut(place, " ")
				s.frames = append(s.frames, stackFrame{call[:at], call[at+1:], place})
			}
		}
		list = append(list, s)
	}
	return list
}

// holders reads who holds which lock, by the lock's address and the kind of holding: "", "for writing " or "for
// reading ".
func holders(dump string) map[[2]string]holder {
	list := make(map[[2]string]holder)
	_, dump, _ = strings.Cut(dump, "\n\nlock ") // what is before are goroutines
	dump = "lock " + dump
	for _, m := range heldLock.FindAllStringSubmatch(dump, -1) {
		h := holder{id: m[3], reading: m[2] == "for reading "}
		if foreign(m[4]) {
			h.place = shortName(m[4]) + " at " + path.Base(m[5])
		}
		list[[2]string{m[1], m[2]}] = h
	}
	return list
}

// calls reports whether one of these functions is in the stack. They are given without type arguments.
func (s *stack) calls(functions []string) bool {
	return slices.ContainsFunc(s.frames, func(f stackFrame) bool {
		return slices.Contains(functions, strings.ReplaceAll(f.function, "[...]", ""))
	})
}

func (s *stack) foreign() bool {
	return slices.ContainsFunc(s.frames, func(f stackFrame) bool { return foreign(f.function) })
}

// holder returns who holds the lock that the goroutine waits for.
func (s *stack) holder(held map[[2]string]holder) (h holder, ok bool) {
	lock, kinds := "", []string{""}
	for _, f := range s.frames {
		switch f.function {
		case "sync.(*RWMutex).Lock", "sync.(*RWMutex).RLock":
			kinds = []string{"for writing ", "for reading "}
			fallthrough
		case "sync.(*Mutex).Lock":
			lock, _, _ = strings.Cut(f.args, ",")
		}
		if foreign(f.function) {
			break
		}
	}
	for _, kind := range kinds {
		if h, ok = held[[2]string{strings.TrimSuffix(lock, "?"), kind}]; ok {
			break
		}
	}
	return h, ok
}

// took says where the lock was taken, if that is known.
func (h holder) took() string {
	switch {
	case h.place == "":
		return ""
	case h.reading:
		return "took it for reading in " + h.place + " and "
	}
	return "took it in " + h.place + " and "
}

// does says what the goroutine does, and where.
func (s *stack) does() string {
	what := "waits (" + s.state + ")"
	switch {
	case s.locks():
		what = "waits for a lock"
	case s.overRPC():
		what = "waits for the reply to an RPC"
	case s.state == "select (no cases)":
		what = "waits for ever"
	case s.state == "select" || strings.HasPrefix(s.state, "chan "):
		what = "waits for a channel"
	case s.state == "sync.WaitGroup.Wait" || s.state == "sync.Cond.Wait":
		what = "waits for a " + strings.TrimSuffix(s.state, ".Wait")
	case s.state == "sleep":
		what = "sleeps"
	case s.state == "running" || s.state == "runnable":
		what = "runs"
	}
	return what + " in " + Culprit(s.text)
}

func (s *stack) locks() bool { return lockWait.MatchString(s.text) }

// overRPC reports whether the code under test has called another server and waits.
func (s *stack) overRPC() bool {
	for _, f := range s.frames {
		if foreign(f.function) {
			return false
		}
		if strings.HasSuffix(f.function, "labrpc.(*ClientEnd).Call") {
			return true
		}
	}
	return false
}

// Blocked says what keeps a goroutine whose stack has one of these functions: what it waits for and, if that is a
// lock, who holds it, and what keeps that one. It returns the goroutines of the code under test, each as Brief has it,
// beginning with these. why is empty if there is no such goroutine.
func Blocked(dump string, functions ...string) (why string, list []string) {
	all, held := stacksOf(dump), holders(dump)
	var shown []*stack
	if i := slices.IndexFunc(all, func(s *stack) bool { return s.calls(functions) && s.foreign() }); i >= 0 {
		why, shown = chain(all, held, all[i])
	}
	for _, s := range all {
		if s.foreign() && !slices.Contains(shown, s) {
			shown = append(shown, s)
		}
	}
	for _, s := range shown {
		list = append(list, Brief(s.text))
	}
	return why, list
}

// chain follows locks from one goroutine to the next that holds what the last one waits for.
func chain(all []*stack, held map[[2]string]holder, first *stack) (why string, links []*stack) {
	why, links = "it "+first.does(), []*stack{first}
	for s := first; s.locks(); {
		h, ok := s.holder(held)
		if !ok {
			break
		}
		took := h.took()
		i := slices.IndexFunc(all, func(s *stack) bool { return s.id == h.id && s.foreign() })
		switch {
		case i < 0:
			if h.place != "" {
				why += ", which no goroutine holds that still runs: it was last taken in " + h.place +
					" and not given back (a return without Unlock?)"
			}
			return why, links
		case all[i] == s:
			return why + fmt.Sprintf(", but holds it already: it %shas not given it back", took), links
		case slices.Contains(links, all[i]):
			return why + fmt.Sprintf(", which is held by the goroutine before that, which %shas it: each waits for "+
				"the other", took), links
		}
		s = all[i]
		links = append(links, s)
		why += fmt.Sprintf(", which is held by a goroutine that %s%s", took, s.does())
		if s.overRPC() {
			why += ": it holds a lock over an RPC"
		}
	}
	return why, links
}
