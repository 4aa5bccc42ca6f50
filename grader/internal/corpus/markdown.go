package corpus

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"raftlab/grader/internal/report"
	"raftlab/src/cluster"
	"raftlab/src/lab"
)

// Markdown writes a report: a table with a row for each checkout, lists of the grader's false positives (Accusations)
// and false negatives (Misses), and TOML entries for the checkouts that the truth file lacks. truthFile is the name of
// the truth file, "" if there is none.
func (c Comparison) Markdown(w io.Writer, truthFile string, l *lab.Lab) error {
	b := bufio.NewWriter(w)
	c.table(b, l.Parts)
	c.totals(b)
	section(b, "Accusations", c.Rows, func(r Row) (lines []string) {
		for _, a := range r.Accused {
			line := firstLine(a.Says)
			if a.Where != "" {
				line = a.Where + ": " + line
			}
			if a.Replay != "" {
				line += "\n  `" + a.Replay + "`"
			}
			lines = append(lines, line)
		}
		return lines
	})
	section(b, "Misses", c.Rows, func(r Row) []string { return r.Missed })
	section(b, "Not graded: grader error", c.Rows, func(r Row) (lines []string) {
		if r.GraderError != "" {
			lines = append(lines, firstLine(r.GraderError))
		}
		for _, s := range r.Scenarios {
			if s.Ungraded > 0 {
				lines = append(lines, fmt.Sprintf("%s: %d runs", s.Name, s.Ungraded))
			}
		}
		return lines
	})
	if len(c.Absent) > 0 {
		fmt.Fprintf(b, "\nIn %s, but without results: %s\n", truthFile, strings.Join(c.Absent, ", "))
	}
	c.newEntries(b, truthFile)
	return b.Flush()
}

// tiers are those that have columns. The third tier, advice, fails nobody.
var tiers = []lab.Tier{lab.Classic, lab.Strict}

// table writes the table: a column for each tier and part, then the counts that the comparison with the truth gave.
func (c Comparison) table(w io.Writer, parts []lab.Part) {
	head := "| checkout |"
	for _, t := range tiers {
		for _, p := range parts {
			head += fmt.Sprintf(" %s %s |", t, p.Name)
		}
	}
	head += " agree | accused | missed |"
	fmt.Fprintf(w, "%s\n|%s\n", head, strings.Repeat("---|", strings.Count(head, "|")-1))
	for _, r := range c.Rows {
		fmt.Fprintf(w, "| %s |", report.Printable(r.Name()))
		for _, t := range tiers {
			for _, p := range parts {
				fmt.Fprintf(w, " %s |", r.cell(t, p.Name))
			}
		}
		if !r.Known {
			fmt.Fprint(w, " ? | ? | ? |\n")
			continue
		}
		fmt.Fprintf(w, " %d | %s | %s |\n", r.Agree, blankIfZero(len(r.Accused)), blankIfZero(len(r.Missed)))
	}
}

// cell returns how many scenarios of a tier and part passed all their runs, and of how many that were played, such as
// "2/3". It returns "-" if none was.
func (r Row) cell(tier lab.Tier, part string) string {
	if r.LoadError != "" || r.GraderError != "" {
		return "-"
	}
	passed, all := 0, 0
	for _, s := range r.Scenarios {
		if s.Tier == tier && s.Part == part && s.played() {
			all++
			if len(s.Failures) == 0 {
				passed++
			}
		}
	}
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", passed, all)
}

func blankIfZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// totals writes the sums over all rows.
func (c Comparison) totals(w io.Writer) {
	known, agree, accused, missed := 0, 0, 0, 0
	for _, r := range c.Rows {
		if r.Known {
			known++
		}
		agree += r.Agree
		accused += len(r.Accused)
		missed += len(r.Missed)
	}
	fmt.Fprintf(w, "\n%d checkouts, %d of them known: %d scenarios agree, %d accusations, %d misses.\n",
		len(c.Rows), known, agree, accused, missed)
}

// section writes a heading and a bullet for each line of each row. It writes nothing if there are no lines.
func section(w io.Writer, title string, rows []Row, lines func(Row) []string) {
	begun := false
	for _, r := range rows {
		for _, line := range lines(r) {
			if !begun {
				fmt.Fprintf(w, "\n## %s\n\n", title)
				begun = true
			}
			fmt.Fprintf(w, "- %s\n", report.Printable(r.Name()+": "+line))
		}
	}
}

// newEntries writes an entry in TOML for each checkout that the truth file lacks. A person checks the entries, corrects
// them, and adds them to the truth file.
func (c Comparison) newEntries(w io.Writer, truthFile string) {
	if truthFile == "" {
		truthFile = "a truth file"
	}
	begun := false
	for _, r := range c.Rows {
		if r.Known || r.GraderError != "" {
			continue
		}
		if !begun {
			fmt.Fprintf(w, "\n## Not in %s\n\nFind out what is true of these checkouts. "+
				"Unchanged, the entries say that the grader is right.\n\n```toml\n", truthFile)
			begun = true
		}
		io.WriteString(w, r.entry())
	}
	if begun {
		fmt.Fprint(w, "```\n")
	}
}

// entry returns the checkout's entry for a truth file, as if the grader were right in everything it reported. Failures
// that [report.Alike] takes for the same become one mistake.
func (r Row) entry() string {
	var b strings.Builder
	fmt.Fprintf(&b, "[%s]\n", quote(r.Name()))
	if r.LoadError != "" {
		fmt.Fprintf(&b, "refused = %s\n", quote(firstLine(r.LoadError)))
	}
	if lacks := slices.Sorted(maps.Keys(r.Lacks)); len(lacks) > 0 {
		fmt.Fprintf(&b, "lacks = [%s]\n", quoted(lacks))
	}
	type group struct {
		example   Failure
		scenarios []string
	}
	groups := make(map[string]*group) // by what report.Alike returns
	var order []*group                // in which they were found
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			alike := report.Alike(cluster.Failure{Kind: f.Kind, Message: f.Message})
			g := groups[alike]
			if g == nil {
				g = &group{example: f}
				groups[alike] = g
				order = append(order, g)
			}
			if !slices.Contains(g.scenarios, s.Name) {
				g.scenarios = append(g.scenarios, s.Name)
			}
		}
	}
	for _, g := range order {
		fmt.Fprintf(&b, "# %s\n[[%s.mistakes]]\nwhy = %s\nin = [%s]\n", g.example.Replay, quote(r.Name()),
			quote(firstLine(g.example.Message)), quoted(g.scenarios))
	}
	return b.String() + "\n"
}

// quote returns s as a basic string of TOML. Of the escapes that strconv.Quote writes, Printable leaves a need for \",
// \\, \n and \t only, and TOML has these.
func quote(s string) string { return strconv.Quote(report.Printable(s)) }

// quoted returns the elements of an array in TOML.
func quoted[S ~string](list []S) string {
	var all []string
	for _, s := range list {
		all = append(all, quote(string(s)))
	}
	return strings.Join(all, ", ")
}

// firstLine returns the first line of a text, and of that at most 300 characters.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if runes := []rune(line); len(runes) > 300 {
		line = string(runes[:300]) + "…"
	}
	return line
}
