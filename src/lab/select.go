package lab

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Select returns the lab's scenarios that pattern means, or all if it is empty. A pattern is alternatives with | or
// commas between them, such as 2A|Chaos. Each is a part by either of its names, or a regular expression over the names
// of scenarios, unanchored as go test's; and each must match something. What stands in brackets is not divided. tiers
// restricts the scenarios; none means all.
func (l *Lab) Select(pattern string, tiers ...Tier) ([]Scenario, error) {
	candidates := slices.DeleteFunc(slices.Clone(l.Scenarios), func(s Scenario) bool {
		return len(tiers) > 0 && !slices.Contains(tiers, s.Tier)
	})
	if pattern == "" {
		return candidates, nil
	}
	chosen := make([]bool, len(candidates))
	for _, word := range alternatives(pattern) {
		matches, err := l.alternative(word)
		if err != nil {
			return nil, fmt.Errorf("-run %s: %w", pattern, err)
		}
		found := false
		for i, s := range candidates {
			if matches(s) {
				chosen[i], found = true, true
			}
		}
		if !found {
			return nil, nothing(word, pattern, tiers)
		}
	}
	var list []Scenario
	for i, s := range candidates {
		if chosen[i] {
			list = append(list, s)
		}
	}
	return list, nil
}

// alternative returns what one alternative of a pattern matches.
func (l *Lab) alternative(word string) (func(Scenario) bool, error) {
	if word == "" {
		return nil, fmt.Errorf("there is nothing beside a | or a comma; write parts and names, such as 2A|Chaos")
	}
	if part, ok := l.Part(word); ok {
		return func(s Scenario) bool { return s.Part == part.Name }, nil
	}
	re, err := regexp.Compile(word)
	if err != nil {
		return nil, fmt.Errorf("%s is neither a part (%s) nor a regular expression: %w", word, l.PartNames(), err)
	}
	return func(s Scenario) bool { return re.MatchString(s.Name) }, nil
}

// nothing is the error for an alternative that matches no scenario.
func nothing(word, pattern string, tiers []Tier) error {
	of, in := "", ""
	if len(tiers) > 0 {
		of = fmt.Sprintf(" of tier %s", strings.Trim(fmt.Sprint(tiers), "[]"))
	}
	if word != pattern {
		in = fmt.Sprintf(" of -run %q", pattern)
	}
	return fmt.Errorf("no scenario%s matches %q%s; grader list shows all", of, word, in)
}

// alternatives parts a pattern at each | and comma that is not escaped and not within brackets.
func alternatives(pattern string) []string {
	var words []string
	begin, depth := 0, 0
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '|', ',':
			if depth == 0 {
				words = append(words, strings.TrimSpace(pattern[begin:i]))
				begin = i + 1
			}
		}
	}
	return append(words, strings.TrimSpace(pattern[begin:]))
}

// PromisingFirst returns scenarios with those first that are Promising, in their order.
func (l *Lab) PromisingFirst(scenarios []Scenario) []Scenario {
	place := func(s Scenario) int {
		if i := slices.Index(l.Promising, s.Name); i >= 0 {
			return i
		}
		return len(l.Promising)
	}
	list := slices.Clone(scenarios)
	slices.SortStableFunc(list, func(a, b Scenario) int { return cmp.Compare(place(a), place(b)) })
	return list
}
