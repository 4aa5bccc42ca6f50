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

// Markdown writes a comparison: a row for each checkout with the scenarios that passed all their runs, then what is
// wrong with the grader, then what a truth file lacks, in its form. truthFile is its name, empty if there is none.
func (c Comparison) Markdown(w io.Writer, truthFile string, l *lab.Lab) error {
	b := bufio.NewWriter(w)
	c.table(b, l.Parts)
	c.totals(b)
	list(b, "Accusations", c.Rows, func(r Row) (lines []string) {
		for _, a := range r.Accused {
			line := strings.TrimPrefix(a.Where+": ", ": ") + firstLine(a.Says)
			if a.Replay != "" {
				line += "\n  `" + a.Replay + "`"
			}
			lines = append(lines, line)
		}
		return lines
	})
	list(b, "Misses", c.Rows, func(r Row) []string { return r.Missed })
	list(b, "Not graded: grader error", c.Rows, func(r Row) (lines []string) {
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
	c.unknown(b, truthFile)
	return b.Flush()
}

var tiers = []lab.Tier{lab.Classic, lab.Strict}

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
		fmt.Fprintf(w, " %d | %s | %s |\n", r.Agree, some(len(r.Accused)), some(len(r.Missed)))
	}
}

// cell says how many scenarios of a part passed all their runs.
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

// some is a number that is worth a look unless it is 0.
func some(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

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

// list writes a section with a point for each line, unless there are none.
func list(w io.Writer, title string, rows []Row, lines func(Row) []string) {
	for _, r := range rows {
		for _, line := range lines(r) {
			if title != "" {
				fmt.Fprintf(w, "\n## %s\n\n", title)
				title = ""
			}
			fmt.Fprintf(w, "- %s\n", report.Printable(r.Name()+": "+line))
		}
	}
}

// unknown writes entries for the checkouts that the truth file does not have, to be judged and completed.
func (c Comparison) unknown(w io.Writer, truthFile string) {
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

// entry is a checkout as a truth file has it if the grader is right. Failures that are alike are taken for one mistake.
func (r Row) entry() string {
	var b strings.Builder
	fmt.Fprintf(&b, "[%s]\n", quote(r.Name()))
	if r.LoadError != "" {
		fmt.Fprintf(&b, "refused = %s\n", quote(firstLine(r.LoadError)))
	}
	if lacks := slices.Sorted(maps.Keys(r.Lacks)); len(lacks) > 0 {
		fmt.Fprintf(&b, "lacks = [%s]\n", quoted(lacks))
	}
	where := make(map[string][]string) // the scenarios of failures that are alike
	first := make(map[string]Failure)
	var kinds []string
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			alike := report.Alike(cluster.Failure{Kind: f.Kind, Message: f.Message})
			if where[alike] == nil {
				kinds = append(kinds, alike)
				first[alike] = f
			}
			if !slices.Contains(where[alike], s.Name) {
				where[alike] = append(where[alike], s.Name)
			}
		}
	}
	for _, alike := range kinds {
		fmt.Fprintf(&b, "# %s\n[[%s.mistakes]]\nwhy = %s\nin = [%s]\n", first[alike].Replay, quote(r.Name()),
			quote(firstLine(first[alike].Message)), quoted(where[alike]))
	}
	return b.String() + "\n"
}

// quote makes a string of TOML's, which has fewer escapes than Go.
func quote(s string) string { return strconv.Quote(report.Printable(s)) }

func quoted[S ~string](list []S) string {
	var all []string
	for _, s := range list {
		all = append(all, quote(string(s)))
	}
	return strings.Join(all, ", ")
}

// firstLine cuts a text to what fits into a list.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if runes := []rune(line); len(runes) > 300 {
		line = string(runes[:300]) + "…"
	}
	return line
}
