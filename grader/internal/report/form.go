package report

import "io"

// A Form is a format in which the report is written to a file, for programs or for a system that displays it.
type Form struct {
	Flag   string // the name of the command-line flag that asks for it
	Usage  string // of the flag, with the name of its value in backquotes
	Render func(*Report, io.Writer) error
	Append bool // appended to its file when all runs are done; other files are rewritten while runs go on
	Single bool // it can be written only if a single implementation is graded
}

// Forms returns the formats in the order in which help lists them.
func Forms() []Form {
	return []Form{
		{Flag: "json", Usage: "write the results to this `file`", Render: (*Report).JSON},
		{Flag: "junit", Usage: "write the results as JUnit XML to this `file`", Render: (*Report).JUnit},
		{
			Flag:   "gradescope",
			Usage:  "write the results of a single submission to this `file` as Gradescope's results.json",
			Render: (*Report).Gradescope,
			Single: true,
		},
		{
			Flag: "html",
			Usage: "write a page for a browser to this `file`: who passes what, each kind of failure, and how the " +
				"first run of each came to fail (sim)",
			Render: (*Report).HTML,
		},
		{
			Flag:   "summary",
			Usage:  "append a summary in Markdown to this `file`, such as $GITHUB_STEP_SUMMARY",
			Render: (*Report).Markdown,
			Append: true,
		},
	}
}
