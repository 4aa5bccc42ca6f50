package grading

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"raftlab/src/lab"
)

// DefaultFile is the text of the scheme of a lab that holds if staff name no other: the lab's own, or a point for each
// classic scenario.
func DefaultFile(l *lab.Lab) string {
	if l.Grading != "" {
		return l.Grading
	}
	points := make(map[string]int)
	for _, s := range l.Scenarios {
		if s.Tier == lab.Classic {
			points[s.Part]++
		}
	}
	text := "[classic]\n"
	for _, p := range l.Parts {
		if points[p.Name] > 0 {
			text += fmt.Sprintf("%s = %d\n", p.Name, points[p.Name])
		}
	}
	return text
}

// Default returns the scheme of a lab that holds if staff name no other.
func Default(l *lab.Lab) *Scheme {
	s, err := Parse("the default grading.toml", []byte(DefaultFile(l)), l)
	if err != nil {
		panic(err)
	}
	return s
}

// file is the form of grading.toml. Pointers tell what was left out.
type file struct {
	Credit    *string            `toml:"credit"`
	Classic   map[string]float64 `toml:"classic"`
	Strict    map[string]float64 `toml:"strict"`
	Scenarios map[string]float64 `toml:"scenarios"`
	Safety    struct {
		Lose *float64 `toml:"lose"`
	} `toml:"safety"`
	Monitors struct {
		Required *string `toml:"required"`
	} `toml:"monitors"`
	Gradescope struct {
		Classic *string `toml:"classic"`
		Strict  *string `toml:"strict"`
	} `toml:"gradescope"`
}

// Parse reads a scheme. Name is the file's, for errors, which say in a sentence what is wrong in which line and what to
// write instead.
func Parse(name string, data []byte, l *lab.Lab) (*Scheme, error) {
	p := parser{name: name, lab: l}
	d := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := d.Decode(&p.file); err != nil {
		return nil, p.syntax(err)
	}
	p.lines = lines(data)
	return p.scheme()
}

// syntax tells what the decoder found.
func (p *parser) syntax(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		e := unknown.Errors[0]
		line, _ := e.Position()
		return fmt.Errorf("%s:%d: there is no setting %q; grader grading prints all there are", p.name, line,
			strings.Join(e.Key(), "."))
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, _ := wrong.Position()
		what := strings.TrimPrefix(wrong.Error(), "toml: ")
		if key := strings.Join(wrong.Key(), "."); key != "" {
			what = key + ": " + what
		}
		return fmt.Errorf("%s:%d: %s; grader grading prints a file to start from", p.name, line, what)
	}
	return fmt.Errorf("%s: %w", p.name, err)
}

// A parser turns a file into a Scheme.
type parser struct {
	name  string
	lab   *lab.Lab
	file  file
	lines map[string]int // by key, such as classic.2A
}

func (p *parser) wrong(key, format string, args ...any) error {
	table, _, _ := strings.Cut(key, ".")
	line := cmp.Or(p.lines[key], p.lines[table], 1) // of an inline table's keys only the table's is known
	return fmt.Errorf("%s:%d: %s", p.name, line, fmt.Sprintf(format, args...))
}

func (p *parser) scheme() (*Scheme, error) {
	s := &Scheme{lose: 0.5, worth: make(map[string]float64), visibility: make(map[lab.Tier]string)}
	if c := p.file.Credit; c != nil {
		if *c != "strict" && *c != "rate" {
			return nil, p.wrong("credit", "credit is %q; it must be \"strict\" or \"rate\"", *c)
		}
		s.byRate = *c == "rate"
	}
	if l := p.file.Safety.Lose; l != nil {
		if !(*l >= 0 && *l <= 1) {
			return nil, p.wrong("safety.lose",
				"lose is %v; it must be from 0 to 1, the share of a part's points that is lost", *l)
		}
		s.lose = *l
	}
	if err := p.monitors(s); err != nil {
		return nil, err
	}
	var total float64
	for _, t := range []struct {
		tier       lab.Tier
		points     map[string]float64
		visibility *string
	}{
		{lab.Classic, p.file.Classic, p.file.Gradescope.Classic},
		{lab.Strict, p.file.Strict, p.file.Gradescope.Strict},
	} {
		parts, err := p.parts(t.tier, t.points)
		if err != nil {
			return nil, err
		}
		for _, part := range slices.Sorted(maps.Keys(parts)) {
			total += parts[part]
			if err := p.share(s, t.tier, part, parts[part]); err != nil {
				return nil, err
			}
		}
		if s.visibility[t.tier], err = p.visibility(t.tier, t.visibility); err != nil {
			return nil, err
		}
	}
	s.visibility[lab.Advice] = s.visibility[lab.Strict]
	if err := p.known(); err != nil {
		return nil, err
	}
	if total == 0 {
		return nil, fmt.Errorf("%s: nothing in it is worth a point; give parts points, such as 2A = 20 under [classic]",
			p.name)
	}
	return s, nil
}

// monitors finds the tiers whose points need the monitors.
func (p *parser) monitors(s *Scheme) error {
	required := "strict"
	if r := p.file.Monitors.Required; r != nil {
		required = *r
	}
	switch required {
	case "none":
	case "strict":
		s.watched = map[lab.Tier]bool{lab.Strict: true}
	case "all":
		s.watched = map[lab.Tier]bool{lab.Strict: true, lab.Classic: true}
	default:
		return p.wrong("monitors.required", "required is %q; it must be \"none\", \"strict\" or \"all\"", required)
	}
	return nil
}

// parts checks the points of a tier's parts.
func (p *parser) parts(tier lab.Tier, points map[string]float64) (map[string]float64, error) {
	parts := make(map[string]float64)
	for _, key := range p.inOrder(string(tier), points) {
		at, n := string(tier)+"."+key, points[key]
		part, ok := p.lab.Part(key)
		if !ok {
			return nil, p.wrong(at, "there is no part %q; the parts are %s", key, p.lab.PartNames())
		}
		if _, twice := parts[part.Name]; twice {
			return nil, p.wrong(at, "part %s has points twice; %s are the same part", part.Name,
				strings.Join(append([]string{part.Name}, part.Aliases...), " and "))
		}
		if !fit(n) {
			return nil, p.wrong(at, "part %s has %v points; it must be a number of at least 0", key, n)
		}
		parts[part.Name] = n
	}
	// Parts without points still have scenarios that must not have any.
	for _, s := range p.lab.Scenarios {
		if _, ok := parts[s.Part]; s.Tier == tier && !ok {
			parts[s.Part] = 0
		}
	}
	return parts, nil
}

// share gives each scenario of a part and tier its points.
func (p *parser) share(s *Scheme, tier lab.Tier, part string, points float64) error {
	left := points
	var equal []string
	last := ""
	for _, sc := range p.lab.Scenarios {
		if sc.Part != part || sc.Tier != tier {
			continue
		}
		own, ok := p.file.Scenarios[sc.Name]
		if !ok {
			equal = append(equal, sc.Name)
			continue
		}
		at := "scenarios." + sc.Name
		if !fit(own) {
			return p.wrong(at, "%s has %v points; it must be a number of at least 0", sc.Name, own)
		}
		last = at
		left -= own
		s.worth[sc.Name] = own
		if left < -1e-9 {
			return p.wrong(at, "the scenarios of %s %s together have more points than the %v of the part; give the "+
				"part more points or the scenarios fewer", tier, part, points)
		}
	}
	if last == "" && len(equal) == 0 && points > 0 {
		return p.wrong(string(tier)+"."+string(part),
			"there is no %s scenario of part %s that could earn points; leave the part out", tier, part)
	}
	if len(equal) == 0 && left > 1e-9 {
		return p.wrong(last, "all scenarios of %s %s have points of their own, %v fewer in all than the %v of the "+
			"part; make the two agree", tier, part, Round(left), points)
	}
	for _, name := range equal {
		s.worth[name] = max(0, left) / float64(len(equal))
	}
	return nil
}

// known checks that all scenarios with points of their own exist.
func (p *parser) known() error {
	for _, name := range p.inOrder("scenarios", p.file.Scenarios) {
		if !slices.ContainsFunc(p.lab.Scenarios, func(s lab.Scenario) bool { return s.Name == name }) {
			return p.wrong("scenarios."+name, "there is no scenario %q; grader list shows all", name)
		}
	}
	return nil
}

func (p *parser) visibility(tier lab.Tier, value *string) (string, error) {
	allowed := []string{"visible", "hidden", "after_due_date", "after_published"}
	if value == nil {
		return allowed[0], nil
	}
	if !slices.Contains(allowed, *value) {
		return "", p.wrong("gradescope."+string(tier), "%s is %q; it must be one of %s", tier, *value,
			strings.Join(allowed, ", "))
	}
	return *value, nil
}

// inOrder returns the keys of a table as they stand in the file, so that of several errors the first is told.
func (p *parser) inOrder(table string, points map[string]float64) []string {
	var keys []string
	for key := range points {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(p.lines[table+"."+a], p.lines[table+"."+b]), cmp.Compare(a, b))
	})
	return keys
}

// fit reports whether n can be points.
func fit(n float64) bool { return n >= 0 && !math.IsInf(n, 1) }

// lines finds the line of each key of a file that has been decoded.
func lines(data []byte) map[string]int {
	found := make(map[string]int)
	var table []string
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		var keys []string
		line := 0
		for it := e.Key(); it.Next(); {
			line = p.Shape(it.Node().Raw).Start.Line
			keys = append(keys, string(it.Node().Data))
		}
		if e.Kind == unstable.Table {
			table = keys
			found[strings.Join(table, ".")] = line
			continue
		}
		found[strings.Join(slices.Concat(table, keys), ".")] = line
	}
	return found
}
