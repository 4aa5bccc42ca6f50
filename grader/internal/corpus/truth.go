// Package corpus grades the grader: it compares the grader's results for many checkouts of a lab with the truth about
// these checkouts, which people found out and wrote down, and counts false positives and false negatives.
package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"raftlab/src/lab"
)

// A Truth is what is known of the checkouts of a corpus, by the names of their directories. It is written in a truth
// file, in TOML, with an entry for each checkout:
//
//	[alice]
//	lacks = ["2D"]
//
//	[[alice.mistakes]]
//	why = "votedFor is not saved"
//	in = ["Persist1"]
type Truth map[string]Known

// Known is the entry of one checkout. The zero value says that it is correct in all parts.
type Known struct {
	Note     string    `toml:"note"`    // for people
	Refused  string    `toml:"refused"` // why it cannot be graded, if so
	Lacks    []string  `toml:"lacks"`   // the parts that it does not implement
	Mistakes []Mistake `toml:"mistakes"`
}

// A Mistake is a known bug in a checkout.
type Mistake struct {
	Why  string   `toml:"why"`  // what the mistake is, in words
	In   []string `toml:"in"`   // the parts and scenarios that may fail by it
	Says string   `toml:"says"` // a substring of the failure's message; "" matches any
	Rare bool     `toml:"rare"` // no miss if no run fails by it
}

// ParseTruth reads a truth file for a lab. Name is the file's, for errors.
func ParseTruth(name string, data []byte, l *lab.Lab) (Truth, error) {
	var t Truth
	err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&t)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		line, _ := unknown.Errors[0].Position()
		return nil, fmt.Errorf("%s:%d: there is no setting %s; a checkout has note, refused, lacks and mistakes, a "+
			"mistake has why, in, says and rare",
			name, line, strings.Join(unknown.Errors[0].Key(), "."))
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		return nil, fmt.Errorf("%s:%d: %s", name, line, strings.TrimPrefix(wrong.Error(), "toml: "))
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, checkout := range slices.Sorted(maps.Keys(t)) {
		if err := t[checkout].check(l); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, checkout, err)
		}
	}
	return t, nil
}

func (k Known) check(l *lab.Lab) error {
	for i, name := range k.Lacks {
		part, ok := l.Part(name)
		if !ok {
			return fmt.Errorf("lacks %q, which is not a part; the parts are %s", name, l.PartNames())
		}
		k.Lacks[i] = part.Name
	}
	for i, m := range k.Mistakes {
		switch {
		case m.Why == "":
			return fmt.Errorf("mistake %d has no why; say in words what is wrong", i+1)
		case len(m.In) == 0:
			return fmt.Errorf("mistake %d (%s) has no in; list there the parts and scenarios that may fail by it", i+1,
				m.Why)
		}
		for j, where := range m.In {
			part, isPart := l.Part(where)
			if isPart {
				m.In[j] = part.Name
			} else if _, ok := l.Scenario(where); !ok {
				return fmt.Errorf("mistake %d (%s) is in %q, which is neither a part nor a scenario; grader list "+
					"shows both", i+1, m.Why, where)
			}
		}
	}
	return nil
}

// covers reports whether a scenario may fail by the mistake.
func (m Mistake) covers(s Scenario) bool {
	return slices.Contains(m.In, s.Part) || slices.Contains(m.In, s.Name)
}

// explains reports whether a failure of a scenario comes of the mistake.
func (m Mistake) explains(s Scenario, f Failure) bool {
	return m.covers(s) && strings.Contains(f.Message, m.Says)
}

// lacks reports whether a part is known to be missing.
func (k Known) lacks(part string) bool { return slices.Contains(k.Lacks, part) }
