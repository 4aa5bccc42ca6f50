package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The elements of JUnit's XML that CI systems read.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		Time    string      `xml:"time,attr"`
		Failure *junitWords `xml:"failure"`
		Error   *junitWords `xml:"error"`
		Skipped *junitWords `xml:"skipped"`
	}
	junitWords struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the report in the XML that CI systems read: a test suite for each implementation, a test case for each
// scenario, with tier and part as its class. Times are sums over the runs, in the time of the servers. A scenario whose
// runs are not all done is an error, as is an implementation that could not be graded, of the type "grader" if that is
// the grader's fault; what was skipped or is not implemented is skipped.
func (r *Report) JUnit(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(r.junit()); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junit() junitSuites {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := junitSuites{Name: "raftlab", Time: seconds(r.all().virtual.Seconds())}
	for i := range r.plan.Impls {
		s := r.junitSuite(i)
		for _, c := range s.Cases {
			s.Tests++
			switch {
			case c.Failure != nil:
				s.Failures++
			case c.Error != nil:
				s.Errors++
			case c.Skipped != nil:
				s.Skipped++
			}
		}
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	return all
}

func (r *Report) junitSuite(impl int) junitSuite {
	m, sum := r.plan.Impls[impl], r.of(impl)
	suite := junitSuite{Name: r.labels[impl], Time: seconds(sum.virtual.Seconds())}
	add := func(name, value string) {
		suite.Properties = append(suite.Properties, junitProperty{name, value})
	}
	add("folder", oneLine(m.Dir))
	for _, p := range r.plan.Origin.properties() {
		add(p[0], oneLine(p[1]))
	}
	for _, note := range m.Notes {
		add("note", oneLine(note))
	}
	if m.refused() {
		kind, words := "build", Printable(m.LoadError)
		if m.GraderError != "" {
			kind, words = "grader", graderFault+": "+Printable(m.GraderError)
		}
		suite.Cases = []junitCase{{Class: "submission", Name: "can be graded", Time: seconds(0),
			Error: &junitWords{Type: kind, Message: oneLine(words), Text: clip(words, longest)}}}
		return suite
	}
	add("time", fmt.Sprintf("seconds of %s time, summed over the runs", clockName(r.plan.Clock)))
	add("cpu seconds", seconds(sum.cpu.Seconds()))
	add("runs", fmt.Sprintf("%d of %d", sum.runs(), r.plannedOf(impl)))
	if total := r.total(impl); total != "" {
		add("points", total)
	}
	for s, scenario := range r.plan.Scenarios {
		c := junitCase{
			Class: fmt.Sprintf("%s.%s", scenario.Tier, scenario.Part),
			Name:  scenario.Name,
			Time:  seconds(r.cells[impl][s].virtual.Seconds()),
		}
		switch how, why := r.status(impl, s); how {
		case failed:
			foremost := r.cells[impl][s].failures.byFrequency()[0]
			first, _, _ := strings.Cut(foremost.example.message, "\n")
			c.Failure = &junitWords{
				Type:    string(foremost.kind),
				Message: oneLine(why + ": " + first),
				Text:    clip(r.describeAll(impl, s, mostKinds, staff), longest),
			}
		case unfinished:
			c.Error = &junitWords{Type: "unfinished", Message: why}
		case notGraded:
			c.Error = &junitWords{Type: "grader", Message: why}
		case skipped, notImplemented:
			c.Skipped = &junitWords{Message: oneLine(why)}
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}

// How many kinds of a scenario's failures are shown, and how many bytes of a text.
const (
	mostKinds = 5
	longest   = 16 << 10
)

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
