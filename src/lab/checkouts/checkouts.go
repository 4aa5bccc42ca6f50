// Package checkouts is how the checkouts of a lab look, as data: the table of its editions, the function that a
// checkout is known by, and how the main program is written that calls it. It knows no lab: a lab that is a course's
// says what its checkouts look like, and the grader finds, cleans and builds them by that.
package checkouts

// A Lab is what is to be known of a lab's checkouts.
type Lab struct {
	What        string // what is graded, in sentences: Raft
	Constructor Constructor

	// Types are those that matter in the package that has the constructor, above all what that makes.
	Types []string

	// Methods of these types do nothing in what the course hands out. Of several packages in a checkout the one is meant
	// in which most of them do something.
	Methods []string

	Table Table

	// Below are the labs on whose code this one's stands. Their packages in the same checkout are the submission's, too,
	// and cleaned of the course's files in the same way.
	Below []*Lab

	// Program says how what was found is called. The error is a sentence for whoever handed it in.
	Program func(Found) (Program, error)
}

// A Constructor is a function by which the package to grade is known.
type Constructor struct {
	Name      string
	Params    []string // the types of its first parameters, without the packages that they are from: []*ClientEnd
	Least     int      // how many parameters it has at least
	Persister int      // which of them is the persister, from 0

	Takes string // in words, what it takes
	Whole string // as Go has it, for whoever forgot it

	// Message is what signs call the type that comes by a parameter that is a channel, whatever it is called; "" if
	// there is none.
	Message string
}

// A Form is what a submission is made into.
type Form string

const (
	Box    Form = "box"    // a program for the sandbox
	Bubble Form = "bubble" // a worker whose nodes are goroutines in virtual time
	Wall   Form = "wall"   // likewise, in real time
)

// A Program is how a submission is called.
type Program struct {
	// Source writes the main package in this form, and says what its file is called.
	Source func(Form) (source, file string, err error)

	// Added are files that are added to the package that is graded, by name: for what can be seen only from there.
	Added map[string]string

	// Instead are packages that take the place of the checkout's, by import path: the text of their only file.
	Instead map[string]string

	Notes   []string          // what a reader of results should know
	Missing map[string]string // by part, why it cannot be what it should be
}
