package logline

import (
	"strings"

	"raftlab/src/dlog"
)

// A Topic is what a line is about. Its values index [Topics].
type Topic uint8

// The topics. Other stands for a topic that the table does not have.
const (
	Client Topic = iota
	Commit
	Drop
	Error
	Info
	Leader
	Log
	Log2
	Persist
	Snap
	Term
	Test
	Timer
	Trace
	Vote
	Warn
	Other

	NumTopics = int(Other) + 1
)

// An RGB is a 24-bit colour.
type RGB struct{ R, G, B uint8 }

// A TopicInfo describes a topic.
type TopicInfo struct {
	Name  string // as in the log
	About string // what such lines tell
	Color RGB

	// Words from which the topic of a plain line is guessed: of its strong
	// words the first that the text has decides. Weak words decide only where
	// there is no strong one, in the order of weakOrder, because almost every
	// line of a Raft mentions a term or a leader.
	strong, weak string
}

// topics is the one table of topics and colours.
var topics = [NumTopics]TopicInfo{
	Client: {string(dlog.Client), "requests of clients", RGB{0x00, 0x81, 0x3c}, "client clerk", "command request op"},
	Commit: {
		string(dlog.Commit), "commitIndex, applying", RGB{0x98, 0x71, 0x9f},
		"commit commits committed committing apply applies applied applying",
		"",
	},
	Drop: {
		string(dlog.Drop), "messages lost or ignored", RGB{0xff, 0x61, 0x5c},
		"drop drops dropped dropping ignore ignores ignored ignoring stale outdated discard discards discarded",
		"",
	},
	Error: {string(dlog.Error), "errors", RGB{0xfe, 0x26, 0x26}, "error errors err", ""},
	Info:  {string(dlog.Info), "anything else", RGB{0xff, 0xff, 0xff}, "", ""},
	Leader: {
		string(dlog.Leader), "becoming leader, leading", RGB{0xd0, 0xb3, 0x43},
		"",
		"leader leaders leadership elected",
	},
	Log: {
		string(dlog.Log), "the log, AppendEntries", RGB{0x48, 0x78, 0xbc},
		"append appends appended appending appendentries entry entries replicate replicates replicated conflict",
		"log logs index",
	},
	Log2: {string(dlog.Log2), "the log, follower's side", RGB{0x39, 0x82, 0x80}, "", ""},
	Persist: {
		string(dlog.Persist), "persistent state", RGB{0xd0, 0x83, 0x41},
		"persist persists persisted persisting persister persistence " +
			"restore restores restored restart restarts restarted",
		"",
	},
	Snap: {
		string(dlog.Snap), "snapshots", RGB{0xfd, 0x97, 0x1f},
		"snapshot snapshots snap installsnapshot compact compaction",
		"",
	},
	Term: {string(dlog.Term), "terms and roles", RGB{0x70, 0xc4, 0x3f}, "", "term terms follower role state"},
	Test: {string(dlog.Test), "the test harness", RGB{0xfe, 0x2c, 0x79}, "", ""},
	Timer: {
		string(dlog.Timer), "timers and heartbeats", RGB{0x9a, 0x9a, 0x99},
		"timer timers timeout timeouts tick ticks ticker timed heartbeat heartbeats heart",
		"",
	},
	Trace: {string(dlog.Trace), "tracing", RGB{0xfe, 0x26, 0x26}, "trace", ""},
	Vote: {
		string(dlog.Vote), "votes and elections", RGB{0x67, 0xa0, 0xb2},
		"vote votes voted voting voter voters requestvote prevote",
		"election elections candidate candidates",
	},
	Warn:  {string(dlog.Warn), "warnings", RGB{0xd0, 0x83, 0x41}, "warn warning warnings", ""},
	Other: {"", "a topic that the table does not have", RGB{0xff, 0xff, 0xff}, "", ""},
}

// weakOrder is the order in which weak words are believed.
var weakOrder = [...]Topic{Vote, Leader, Log, Client, Term}

// Info returns what the table says of t.
func (t Topic) Info() TopicInfo { return topics[min(t, Other)] }

// String returns the four letters of t, or "????" for Other.
func (t Topic) String() string {
	if t >= Other {
		return "????"
	}
	return topics[t].Name
}

// Topics returns all topics but Other, in the order of their names.
func Topics() []Topic {
	all := make([]Topic, Other)
	for i := range all {
		all[i] = Topic(i)
	}
	return all
}

// IsTopic reports whether a name, in whatever case, may be that of a topic, in
// the table or not.
func IsTopic(name string) bool {
	return name != "" && topicSize([]byte(strings.ToUpper(name))) == len(name)
}

// ParseTopic returns the topic of the table called name, in whatever case.
func ParseTopic(name string) (Topic, bool) {
	if len(name) != 4 {
		return Other, false
	}
	t := topicOf(packUpper(name))
	return t, t != Other
}

// pack makes one number of four letters: comparing it is quicker than
// comparing strings.
func pack(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func packUpper(s string) uint32 { return pack([]byte(strings.ToUpper(s))) }

var packed = func() (p [Other]uint32) {
	for t := range p {
		p[t] = packUpper(topics[t].Name)
	}
	return
}()

func topicOf(letters uint32) Topic {
	for t, p := range packed {
		if p == letters {
			return Topic(t)
		}
	}
	return Other
}
