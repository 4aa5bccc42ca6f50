package checkouts

// Found is what was found in a checkout: the package that is graded, which the main program calls implementation, and
// what else it has to know.
type Found struct {
	Source
	Below []Source // what it imports of the labs below its own, in their order

	Table     Table   // of the lab
	Edition   Edition // of the checkout
	Persister Expr    // one of the kind that the constructor takes, made of package raft's, which is called persister

	// Base is what it is to stand on, instead of what it brings along; nil if it is to stand on that.
	Base *Base

	// Harness reports whether all patterns match in one file of the course's own that lies beside the code.
	Harness func(patterns ...string) bool

	// Registers are values that the checkout's packages register with gob somewhere, of types that can be named from
	// outside: for nodes on which that code does not run.
	Registers []Expr

	Debug    string   // the version of Go whose defaults for GODEBUG it gets, such as go1.21
	Deadlock string   // the import path of go-deadlock; "" if it is not used
	Handlers []string // the names of methods among which are the handlers of all its services; none if they are not known
	Test     string   // what the test is called that is a worker
}

// A Base is an implementation of this project that a submission can stand on.
type Base struct {
	Name        string   // for people
	Root        string   // of this project's module, absolute
	Dir         string   // below it in impls, absolute
	Path        string   // to import it by
	Constructor string   // the name of its constructor
	Type        string   // of what that makes, "" if the package does not declare it
	Handlers    []string // as in Found
}

// A Source is a package of a checkout as it is built.
type Source struct {
	Dir     string // in the checkout, for sentences
	Path    string // to import it by
	Name    string // as the main program calls it
	Package string // as it calls itself
	Saves   bool   // it calls a method that saves to a persister

	Funcs map[string]Func // those that are exported, by name

	// Types are those of Lab.Types that the package declares, by name.
	Types map[string]Declared
}

// A Declared is a type as its package declares it.
type Declared struct {
	Fields  map[string]string // of a struct, with their types as they are written there
	Methods map[string]Func
}

// A Func is a function or a method.
type Func struct {
	Place           string // where it is declared, as file:line:column
	Params, Results []Type
	Variadic        bool

	Empty     bool // its body is
	Untouched bool // it never uses its receiver
}

// A Type is one that a function takes or returns.
type Type struct {
	Expr
	Written string // as it is written where it stands

	Elem   *Type             // of a channel
	Fields map[string]string // of a struct that the checkout or the course has, with their types; pointers are followed
}

// An Expr is a piece of the main program's source.
type Expr struct {
	Text    string
	Imports map[string]string // what it needs imported, by path: what that is called in it
}
