package monitor

import "raftlab/src/labrpc"

// lives is the view of which incarnation of a server counts. What an earlier one still does in its last throes reaches
// nobody and breaks no promise.
type lives []life

type life struct {
	number int // as in labrpc.Route
	up     bool
}

func (l lives) booted(server int) { l[server] = life{l[server].number + 1, true} }

func (l lives) crashed(server int) { l[server].up = false }

// counts reports whether what travels by route is sent and received by the life of its owner that counts.
func (l lives) counts(route labrpc.Route) bool { return l[route.From] == life{route.Life, true} }
