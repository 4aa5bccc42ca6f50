// Package recipe says which run of a scenario is meant: a seed, and points of virtual time from which on all that is
// random is drawn anew, from other seeds. Up to the first point the run is that of the seed alone, so that a recipe is
// a branch of that run which needs no snapshot to be played again.
//
// As text a recipe is the seed, and for each branch @, its time, a colon and its seed: 7@1.5s:33@2.1s:9. A seed is a
// recipe without branches.
package recipe

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Recipe is what a run of a scenario is drawn from.
type Recipe struct {
	Seed     uint64
	Branches Branches
}

// Branches are those of a run, each after the one before.
type Branches []Branch

// A Branch is a point from which on a run is drawn from another seed. What was drawn before stays as it is: a message on
// its way arrives when it would have, a timeout that was chosen ends when it would have.
type Branch struct {
	At   time.Duration `json:"at"` // virtual time since the run began, in ns; more than 0
	Seed uint64        `json:"seed"`
}

// String is the recipe as Parse reads it. Two recipes are equal if their texts are.
func (r Recipe) String() string {
	text := strconv.AppendUint(nil, r.Seed, 10)
	for _, b := range r.Branches {
		text = append(text, '@')
		text = append(text, seconds(b.At)...)
		text = append(text, ':')
		text = strconv.AppendUint(text, b.Seed, 10)
	}
	return string(text)
}

// seconds is a time to the nanosecond, without letters that a keyboard lacks.
func seconds(d time.Duration) string {
	text := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".") + "s"
}

// Parse reads a recipe. An error is a sentence that names the text.
func Parse(text string) (Recipe, error) {
	first, rest, branched := strings.Cut(text, "@")
	seed, err := strconv.ParseUint(first, 10, 64)
	if err != nil {
		return Recipe{}, fmt.Errorf("%s is neither a seed, a whole number of at least 0, nor a recipe, "+
			"such as 7@1.5s:33", text)
	}
	r := Recipe{Seed: seed}
	for before := time.Duration(0); branched; {
		first, rest, branched = strings.Cut(rest, "@")
		b, err := parseBranch(first)
		if err == nil && b.At <= before {
			err = fmt.Errorf("a branch must come after %s", seconds(before))
		}
		if err != nil {
			return Recipe{}, fmt.Errorf("%s is no recipe: @%s: %w", text, first, err)
		}
		before = b.At
		r.Branches = append(r.Branches, b)
	}
	return r, nil
}

func parseBranch(text string) (Branch, error) {
	at, seed, ok := strings.Cut(text, ":")
	if !ok {
		return Branch{}, fmt.Errorf("a branch is a time and a seed, such as 1.5s:33")
	}
	b := Branch{}
	var err error
	if b.At, err = time.ParseDuration(at); err != nil {
		return b, fmt.Errorf("%q is no time, such as 1.5s", at)
	}
	if b.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
		return b, fmt.Errorf("%q is no seed, a whole number of at least 0", seed)
	}
	return b, nil
}
