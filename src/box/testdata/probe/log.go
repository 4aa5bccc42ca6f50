package main

import (
	"bytes"
	"errors"
	"log"
	"math/rand"
	"os"
	"time"

	"raftlab/src/box/guest"
)

type entry struct {
	Term    int
	Command any
	next    *entry
}

type tree struct{ Below []tree }

type fact struct {
	Index int
	at    time.Duration
}

// A loud value knows when it is printed.
type loud struct{ times *int }

func (l loud) String() string {
	*l.times++
	return "loud"
}

type loudly struct{ Inner []loud }

// unread logs, and reports what came of it besides what was printed. With the argument "unread" nobody reads it.
func unread() {
	if os.Args[2] == "unread" {
		guest.LogUnread()
	}
	times := 0
	log.SetFlags(0)
	log.Printf("words %d %s %v", 1, "a", []int{1})
	log.Println("fact", fact{1, 2}, &fact{3, 4})
	log.Print(nil, true, 1.5)
	log.Default().Print("words")
	log.Println("entry", entry{Term: 1, Command: 7}, []entry{{}, {Command: "a", next: &entry{Command: loud{&times}}}})
	log.Println(tree{[]tree{{}, {}}}, &entry{}, (*entry)(nil), []any{1, nil})
	log.Println("loud entry", []entry{{Command: loud{&times}}}, &entry{Command: loud{&times}})
	log.Print(loud{&times})
	log.Println(loudly{[]loud{{&times}}})
	log.Println(map[string]int{"a": 1})
	log.Println(errors.New("error"))
	var b bytes.Buffer
	log.New(&b, "", 0).Print("kept")
	report(b.String(), times, " ", time.Now().UnixNano(), " ", rand.Int(), " ", looksUntilSet())
}
