package report

import "io"

// A Form is a form of the report that goes to a file, for programs or for a system that shows it.
type Form struct {
	Flag   string // of the command that writes it
	Usage  string // of the flag, with the name of its value in backquotes
	Render func(*Report, io.Writer) error
	Append bool // appended to its file when all runs are done; other files are rewritten while runs go on
	Single bool // only of a plan with one implementation
}

// Forms returns all forms.
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
			Flag:   "summary",
			Usage:  "append a summary in Markdown to this `file`, such as $GITHUB_STEP_SUMMARY",
			Render: (*Report).Markdown,
			Append: true,
		},
	}
}
