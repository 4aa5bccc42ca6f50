package story

import (
	"regexp"
	"strconv"
	"strings"

	"raftlab/src/record"
)

// other tells of a failure in which no promise was seen broken: what the scenario missed, or what a server did.
func (s *story) other() {
	if s.failed == nil {
		return
	}
	switch f := s.rec.Finding; f.Kind {
	case "deadlock":
		s.hangs()
	case "panic", "exit", "timeout":
		s.ends()
	case "resource":
		s.ends()
		s.floods()
	default:
		s.unmet()
	}
	said, _, _ := strings.Cut(s.rec.Finding.Sentence, "; it waits ")
	s.add(record.Contradicts, s.failed, "the run ends: %s", said)
}

var (
	aServer = regexp.MustCompile(`\bS(\d+)\b`)
	anIndex = regexp.MustCompile(`\bindex (\d+)\b`)
)

// numbers returns what a pattern finds in the finding's sentence. The sentence is the suite's; what it quotes of a
// submission does no harm here.
func (s *story) numbers(pattern *regexp.Regexp) (all []int) {
	for _, m := range pattern.FindAllStringSubmatch(s.rec.Finding.Sentence, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// named is the server with which the finding's sentence begins.
func (s *story) named() (server int, ok bool) {
	m := aServer.FindStringSubmatchIndex(s.rec.Finding.Sentence)
	if m == nil || m[0] != 0 {
		return 0, false
	}
	server = s.numbers(aServer)[0]
	return server, server < s.servers
}
