package main

import (
	"cmp"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"raftlab/src/raft/rafttest"
)

func TestLively(t *testing.T) {
	for _, tt := range []struct {
		env  string
		want bool
	}{
		{"", true}, {"TERM=xterm", true}, {"NO_COLOR=", true}, {"NO_COLOR=1", false}, {"TERM=dumb", false},
	} {
		name, value, _ := strings.Cut(tt.env, "=")
		got := lively(func(n string) string {
			if n == name {
				return value
			}
			return ""
		})
		if got != tt.want {
			t.Errorf("%s: colours are %v, want %v", tt.env, got, tt.want)
		}
	}
}

// The list fits into the terminal and has all words, at any width.
func TestListingFits(t *testing.T) {
	scenarios := rafttest.Lab().Scenarios
	for _, width := range []int{40, 60, 80, 100, 120, 200, 0} {
		list := listing(scenarios, width)
		if n := text.LongestLineLen(list); width > 0 && n > width {
			t.Errorf("at %d columns the list has lines of %d", width, n)
		}
		if table := strings.Contains(list, "┌"); table != (width == 0 || width >= 120) {
			t.Errorf("at %d columns: a table is %v", width, table)
		}
		for _, s := range scenarios {
			if !strings.Contains(list, " "+s.Name) {
				t.Errorf("at %d columns the list has no %s", width, s.Name)
			}
		}
		if width < 120 && width > 0 {
			words := strings.Join(strings.Fields(list), " ")
			for _, s := range scenarios {
				if !strings.Contains(words, s.Checks) {
					t.Errorf("at %d columns the list cuts %q", width, s.Checks)
				}
			}
		}
		list = paragraphs(scenarios, width, true)
		if n := text.LongestLineLen(list); n > cmp.Or(width, widest) || n < 40 {
			t.Errorf("at %d columns the list with sources has lines of %d", width, n)
		}
		words := strings.Join(strings.Fields(list), " ")
		for _, s := range scenarios {
			if !strings.Contains(words, s.Checks+" "+asks(s)) {
				t.Errorf("at %d columns the list with sources cuts %q", width, s.Checks)
			}
		}
	}
}
