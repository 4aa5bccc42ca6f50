package monitor

import (
	"slices"

	"raftlab/src/labgob"
)

// Guesses find out by what servers do what a field is whose name does not tell. They answer late or never, and only if
// no other field can be it: who is wrong about a word accuses the innocent.

// What a guess must have seen.
const (
	enoughTerms = 2 // different ones: in one term many a number looks like it
	enough      = 5 // messages, or entries
)

// A termGuess asks which field of a request is its term: the one that says what GetState of the sender says before and
// after.
type termGuess struct {
	fields  fields
	decoder fieldDecoder
	tallies []tally
	waiting map[int][][]int // by server: requests since GetState spoke last
}

// A tally is how often a field says what it should.
type tally struct {
	fits, misses int
	terms        map[int]bool // that it said when it could say no other
}

func newTermGuess(all, candidates fields) *termGuess {
	g := &termGuess{fields: candidates, waiting: make(map[int][][]int)}
	g.decoder = newFieldDecoder(all, candidates.names()...)
	for range candidates {
		g.tallies = append(g.tallies, tally{terms: make(map[int]bool)})
	}
	return g
}

const maxWaiting = 1000

func (g *termGuess) sent(from int, args []byte) {
	if values, err := g.decoder.read(args); err == nil && len(g.waiting[from]) < maxWaiting {
		g.waiting[from] = append(g.waiting[from], values)
	}
}

// state: GetState of a server has said one term and then another, and nothing between.
func (g *termGuess) state(server, before, after int) {
	for _, values := range g.waiting[server] {
		for i, v := range values {
			t := &g.tallies[i]
			if v < before || v > after {
				t.misses++
				continue
			}
			t.fits++
			if before == after {
				t.terms[v] = true
			}
		}
	}
	delete(g.waiting, server)
}

// forget: what a server sent cannot be compared.
func (g *termGuess) forget(server int) { delete(g.waiting, server) }

// answer returns the field, or nothing if that is open. A goroutine may send late what was so before; of the term alone
// that is rare.
func (g *termGuess) answer() string {
	var is, open []string
	for i, t := range g.tallies {
		switch name := g.fields[i].Name; {
		case t.fits+t.misses < enough:
			open = append(open, name)
		case t.misses*10 > t.fits:
		case len(t.terms) >= enoughTerms:
			is = append(is, name)
		default:
			open = append(open, name)
		}
	}
	if len(is) == 1 && len(open) == 0 {
		return is[0]
	}
	return ""
}

// An entryGuess asks which field of an entry is its term: it never falls along a log, never exceeds the leader's, is
// the leader's for entries that are new, and is what PrevLogTerm says of the entry in later requests. Where entries
// have one integer only, and it does all that, there is no other.
type entryGuess struct {
	fields fields
	reader *entryReader
	out    []bool
	terms  []map[int]bool     // that a field said of a leader's own entries
	seen   []int              // how often it did
	places map[position][]int // by index and leader's term: the fields of entries seen there
}

func newEntryGuess(entries labgob.Field, candidates fields) *entryGuess {
	g := &entryGuess{
		fields: candidates, reader: newEntryReader(entries, candidates),
		out: make([]bool, len(candidates)), seen: make([]int, len(candidates)), places: make(map[position][]int),
	}
	for range candidates {
		g.terms = append(g.terms, make(map[int]bool))
	}
	return g
}

const maxPlaces = 10_000

func (g *entryGuess) sent(term int, prev position, args []byte) {
	before := make([]int, len(g.fields))
	if was, ok := g.places[position{prev.index, term}]; ok {
		for i, v := range was {
			g.out[i] = g.out[i] || v != prev.term
		}
	}
	if prev.index > 0 {
		for i := range before {
			before[i] = prev.term
		}
	}
	index := prev.index
	_ = g.reader.read(args, false, func(values []int, _ any) {
		index++
		for i, v := range values {
			g.out[i] = g.out[i] || v < before[i] || v > term
			// A field that counts entries may come upon the term by chance.
			if near := v - index; v == term && (near < -1 || near > 1) {
				g.terms[i][v] = true
				g.seen[i]++
			}
			before[i] = v
		}
		if at := (position{index, term}); len(g.places) < maxPlaces && g.places[at] == nil {
			g.places[at] = slices.Clone(values)
		}
	})
}

func (g *entryGuess) answer() string {
	var is string
	for i, f := range g.fields {
		if g.out[i] {
			continue
		}
		alone := len(g.fields) == 1 && g.seen[i] >= enough
		if is != "" || len(g.terms[i]) < enoughTerms && !alone {
			return ""
		}
		is = f.Name
	}
	return is
}

// A flagGuess asks which flag of a reply is the vote: those who lead have it from a majority, nobody gives it to two in
// one term, and some do not get it.
type flagGuess struct {
	fields  fields
	decoder fieldDecoder
	servers int
	out     []bool
	elects  []bool                    // a leader had it from a majority
	refuses []bool                    // somebody did not get it
	given   []map[position]int        // by voter and term: to whom
	heard   []map[inTerm]map[int]bool // from whom
	judged  map[inTerm]bool
}

func newFlagGuess(flags fields, servers int) *flagGuess {
	g := &flagGuess{
		fields: flags, decoder: newFieldDecoder(flags, flags.names()...), servers: servers,
		out: make([]bool, len(flags)), elects: make([]bool, len(flags)), refuses: make([]bool, len(flags)),
		judged: make(map[inTerm]bool),
	}
	for range flags {
		g.given = append(g.given, make(map[position]int))
		g.heard = append(g.heard, make(map[inTerm]map[int]bool))
	}
	return g
}

// replied: a voter's reply was made, or has come to who asked.
func (g *flagGuess) replied(voter, candidate, term int, came bool, reply []byte) {
	values, err := g.decoder.read(reply)
	if err != nil {
		return
	}
	for i, v := range values {
		b := inTerm{candidate, term}
		switch {
		case v == 0:
			g.refuses[i] = true
		case came:
			if g.heard[i][b] == nil {
				g.heard[i][b] = map[int]bool{candidate: true}
			}
			g.heard[i][b][voter] = true
		default:
			at := position{voter, term}
			if to, ok := g.given[i][at]; ok && to != candidate {
				g.out[i] = true
			}
			g.given[i][at] = candidate
		}
	}
}

func (g *flagGuess) leads(server, term int) {
	b := inTerm{server, term}
	if g.judged[b] {
		return
	}
	g.judged[b] = true
	for i := range g.fields {
		if len(g.heard[i][b]) > g.servers/2 {
			g.elects[i] = true
		} else {
			g.out[i] = true
		}
	}
}

func (g *flagGuess) answer() string {
	var is string
	for i, f := range g.fields {
		if g.out[i] {
			continue
		}
		if is != "" || !g.elects[i] || !g.refuses[i] {
			return ""
		}
		is = f.Name
	}
	return is
}
