package submission

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"

	"raftlab/grader/internal/checkout"
	"raftlab/src/lab/checkouts"
)

// What the lab's persister does, in all its editions: each method in the form of doings.
var labsPersister = map[string]string{
	"Save":                 "raftstate = 1; snapshot = 2",
	"SaveStateAndSnapshot": "raftstate = 1; snapshot = 2",
	"SaveRaftState":        "raftstate = 1",
	"SaveSnapshot":         "snapshot = 1",
	"ReadRaftState":        "return raftstate",
	"ReadSnapshot":         "return snapshot",
	"RaftStateSize":        "return len(raftstate)",
	"SnapshotSize":         "return len(snapshot)",
}

// A persister is that of the package itself, where it has one.
type persister struct {
	taken   bool // the constructor takes one of the package's own type
	strct   *ast.StructType
	methods map[string]*ast.FuncDecl
	makes   bool     // there is a MakePersister
	differs []string // in what it is not the lab's, a few words each
	kept    bool     // it is used, over ours, since it is not the lab's
}

// ownPersister looks at the persister in the package, if there is one, and decides whether it is to be used.
func (p *pkg) ownPersister() persister {
	own := persister{methods: make(map[string]*ast.FuncDecl)}
	if d, _ := p.constructor(); d == nil {
		_, t := p.typeOf("Persister")
		own.taken = t != nil // by a function that is called otherwise
	}
	for _, d := range p.decls() {
		names, receiver := declared(d)
		fn, isFunc := d.(*ast.FuncDecl)
		if c := p.lab.Constructor; checkout.IsConstructor(d, c) {
			own.taken = types.ExprString(flatten(fn.Type.Params)[c.Persister]) == "*Persister"
		}
		switch {
		case isFunc && receiver == "Persister":
			own.methods[fn.Name.Name] = fn
		case isFunc && slices.Contains(names, "MakePersister"):
			own.makes = true
			if says := doings(fn); says != "return &Persister{}" && says != "return new(Persister)" &&
				says != "1 := &Persister{}; return 1" {
				own.differs = append(own.differs, "MakePersister differs")
			}
		case isType(d) && slices.Contains(names, "Persister"):
			_, t := p.typeOf("Persister")
			own.strct, _ = t.(*ast.StructType)
		}
	}
	if own.strct == nil || !own.taken {
		return persister{taken: own.taken}
	}
	for _, field := range own.strct.Fields.List {
		for _, name := range field.Names {
			if !slices.Contains([]string{"mu", "raftstate", "snapshot"}, name.Name) {
				own.differs = append(own.differs, "the field "+name.Name+" is added")
			}
		}
	}
	for name, fn := range own.methods {
		switch says := labsPersister[name]; {
		case name == "Copy": // the tester's
		case says == "":
			own.differs = append(own.differs, name+" is added")
		case says != doings(fn):
			own.differs = append(own.differs, name+" differs")
		}
	}
	slices.Sort(own.differs)
	own.kept = len(own.differs) > 0 && own.usable()
	return own
}

// persisterFor is what the main program passes to the constructor, of the type of its parameter for that. The error
// says that this type is none that an edition has.
func (s *Submission) persisterFor(t checkouts.Type) (checkouts.Expr, error) {
	s.main.persisterType = t.Text
	for _, rel := range slices.Sorted(maps.Keys(s.local)) {
		p := s.local[rel]
		at := path.Join(stagedModule, p.rel)
		if p.persister.taken && t.Text == "*"+s.nameOf(at)+".Persister" {
			s.main.persisterType = checkouts.OwnPersister
			t.Expr.Text = s.nameOf(at) + ".RaftlabPersister(persister)"
			return t.Expr, nil
		}
	}
	if !slices.ContainsFunc(s.lab.Table, func(e checkouts.Edition) bool { return e.Persister == t.Text }) {
		c := s.lab.Constructor
		return t.Expr, fmt.Errorf("%s: %s's %s parameter is %s; it must be the lab's *Persister", s.at, c.Name,
			[]string{"first", "second", "third", "fourth", "fifth"}[c.Persister], t.Written)
	}
	return checkouts.Expr{Text: "persister"}, nil
}

// usable reports whether the persister can stand on ours: what it saves can be read back, and written again.
func (own persister) usable() bool {
	for _, read := range []string{"ReadRaftState", "ReadSnapshot"} {
		if fn := own.methods[read]; fn == nil || signature(fn) != "() []byte" {
			return false
		}
	}
	if own.restore() == "" {
		return false
	}
	for _, fn := range own.writers() {
		if !writable(fn) {
			return false
		}
	}
	return true
}

// writers are the methods that may write, by name.
func (own persister) writers() []*ast.FuncDecl {
	var list []*ast.FuncDecl
	for name, fn := range own.methods {
		if fn.Body != nil && name != "Copy" && !strings.HasPrefix(labsPersister[name], "return ") {
			list = append(list, fn)
		}
	}
	slices.SortFunc(list, func(a, b *ast.FuncDecl) int { return strings.Compare(a.Name.Name, b.Name.Name) })
	return list
}

// writable reports whether a method can be called from a file that imports nothing of its file's.
func writable(fn *ast.FuncDecl) bool {
	plain := true
	ast.Inspect(fn.Type, func(n ast.Node) bool {
		_, selects := n.(*ast.SelectorExpr)
		plain = plain && !selects
		return plain
	})
	_, pointer := fn.Recv.List[0].Type.(*ast.StarExpr)
	return plain && pointer && fn.Type.TypeParams == nil
}

// restore is the code that puts state and snapshot into ps, "" if there is none.
func (own persister) restore() string {
	takes := func(name, want string) bool { return own.methods[name] != nil && signature(own.methods[name]) == want }
	for _, name := range []string{"Save", "SaveStateAndSnapshot"} {
		if takes(name, "([]byte, []byte)") {
			return "ps." + renamed(name) + "(state, snapshot)"
		}
	}
	if takes("SaveRaftState", "([]byte)") && takes("SaveSnapshot", "([]byte)") {
		return "ps." + renamed("SaveRaftState") + "(state)\n\t\tps." + renamed("SaveSnapshot") + "(snapshot)"
	}
	return ""
}

// signature is the types of a function's parameters and results.
func signature(fn *ast.FuncDecl) string {
	return strings.TrimRight("("+typesOf(fn.Type.Params)+") "+typesOf(fn.Type.Results), " ")
}

// typesOf are the types of parameters.
func typesOf(list *ast.FieldList) string {
	var all []string
	for _, t := range flatten(list) {
		all = append(all, types.ExprString(t))
	}
	return strings.Join(all, ", ")
}

// renamed is what a method of the persister is called behind the one that stands for it.
func renamed(name string) string { return "raftlabOwn" + name }

// note says that the persister is not the lab's, "" if it is.
func (own persister) note() string {
	switch words := strings.Join(own.differs, ", "); {
	case words == "":
		return ""
	case own.kept:
		return "its own persister is used on top of the grader's, because it differs from the lab's: " + words
	default:
		return "its own persister is replaced by the lab's although they differ, which may change what is on disk " +
			"after a restart: " + words
	}
}

// edits make the persister tell ours of what it writes. Each is a position in its file and what takes the place of so
// much.
func (own persister) edits(d ast.Decl) (list []edit) {
	if g, ok := d.(*ast.GenDecl); ok {
		for _, spec := range g.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok && t.Type == own.strct {
				at := own.strct.Fields.Opening + 1
				list = append(list, edit{at, at, " raftlab raftlabDisk; "})
			}
		}
		return list
	}
	fn, ok := d.(*ast.FuncDecl)
	if !ok || receiverOf(fn) != "Persister" {
		return nil
	}
	writers := own.writers()
	writes := func(name string) bool {
		return slices.ContainsFunc(writers, func(fn *ast.FuncDecl) bool { return fn.Name.Name == name })
	}
	rename := func(id *ast.Ident) { list = append(list, edit{id.Pos(), id.End(), renamed(id.Name)}) }
	if writes(fn.Name.Name) {
		rename(fn.Name)
	}
	if len(fn.Recv.List[0].Names) == 0 || fn.Body == nil {
		return list
	}
	self := fn.Recv.List[0].Names[0].Name
	ast.Inspect(fn.Body, func(n ast.Node) bool { // one that calls another writes once
		if sel, ok := n.(*ast.SelectorExpr); ok && writes(sel.Sel.Name) {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == self {
				rename(sel.Sel)
			}
		}
		return true
	})
	return list
}

// source is the file of a package of this name that has ours instead of its persister or, if that is kept, stands
// between the two.
func (own persister) source(name string) string {
	if !own.kept {
		return fmt.Sprintf(persisterSource, name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, persisterShim, name,
		map[bool]string{true: "MakePersister()", false: "new(Persister)"}[own.makes], own.restore())
	for _, fn := range own.writers() {
		var params, args []string
		for i, t := range flatten(fn.Type.Params) {
			params = append(params, fmt.Sprintf("a%d %s", i, types.ExprString(t)))
			args = append(args, fmt.Sprintf("a%d", i))
			if _, variadic := t.(*ast.Ellipsis); variadic {
				args[i] += "..."
			}
		}
		call := fmt.Sprintf("ps.%s(%s)", renamed(fn.Name.Name), strings.Join(args, ", "))
		results := typesOf(fn.Type.Results)
		if results != "" {
			call = "return " + call
		}
		fmt.Fprintf(&b, "\nfunc (ps *Persister) %s(%s) (%s) {\n\tdefer ps.raftlab.saves(ps, %v)()\n\t%s\n}\n",
			fn.Name.Name, strings.Join(params, ", "), results, labsPersister[fn.Name.Name] != "", call)
	}
	return b.String()
}

// persisterSource replaces the persister of editions that had it in package raft, where it is the lab's. It has the
// methods of all years, and the fields that a Raft in the same package may look at.
const persisterSource = `package %s

import (
	"bytes"
	"sync"

	lab "raftlab/src/raft"
)

type Persister struct {
	mu        sync.Mutex
	raftstate []byte
	snapshot  []byte
	disk      *lab.Persister
}

func RaftlabPersister(disk *lab.Persister) *Persister {
	return &Persister{raftstate: disk.ReadRaftState(), snapshot: disk.ReadSnapshot(), disk: disk}
}

func MakePersister() *Persister { return RaftlabPersister(lab.MakePersister()) }

func (ps *Persister) Copy() *Persister { return RaftlabPersister(ps.disk.Copy()) }

func (ps *Persister) Save(state, snapshot []byte) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.raftstate, ps.snapshot = bytes.Clone(state), bytes.Clone(snapshot)
	ps.disk.Save(state, snapshot)
}

func (ps *Persister) SaveStateAndSnapshot(state, snapshot []byte) { ps.Save(state, snapshot) }

func (ps *Persister) SaveRaftState(state []byte) { ps.Save(state, ps.ReadSnapshot()) }

func (ps *Persister) SaveSnapshot(snapshot []byte) { ps.Save(ps.ReadRaftState(), snapshot) }

func (ps *Persister) ReadRaftState() []byte { return ps.disk.ReadRaftState() }

func (ps *Persister) ReadSnapshot() []byte { return ps.disk.ReadSnapshot() }

func (ps *Persister) RaftStateSize() int { return ps.disk.RaftStateSize() }

func (ps *Persister) SnapshotSize() int { return ps.disk.SnapshotSize() }
`

const persisterShim = `package %s

import (
	"bytes"
	"sync"

	lab "raftlab/src/raft"
)

// A raftlabDisk is what a Persister writes to besides.
type raftlabDisk struct {
	mu   sync.Mutex
	disk *lab.Persister
}

// saves is called before ps may write, and what it returns afterwards. A method that the lab does not have writes if
// something has changed.
func (d *raftlabDisk) saves(ps *Persister, always bool) (saved func()) {
	if d.disk == nil {
		return func() {}
	}
	d.mu.Lock()
	return func() {
		defer d.mu.Unlock()
		state, snapshot := ps.ReadRaftState(), ps.ReadSnapshot()
		if always || !bytes.Equal(state, d.disk.ReadRaftState()) || !bytes.Equal(snapshot, d.disk.ReadSnapshot()) {
			d.disk.Save(state, snapshot)
		}
	}
}

func RaftlabPersister(disk *lab.Persister) *Persister {
	ps := %s
	if state, snapshot := disk.ReadRaftState(), disk.ReadSnapshot(); len(state)+len(snapshot) > 0 {
		%s
	}
	ps.raftlab.disk = disk
	return ps
}
`

// doings is what a function does, without locks and copies: what it assigns to its receiver's fields and what it
// returns. Parameters are numbers.
func doings(fn *ast.FuncDecl) string {
	if fn.Body == nil {
		return ""
	}
	self := ""
	if fn.Recv != nil && len(fn.Recv.List[0].Names) > 0 {
		self = fn.Recv.List[0].Names[0].Name
	}
	numbers := make(map[string]string)
	for _, field := range fn.Type.Params.List {
		for _, name := range field.Names {
			numbers[name.Name] = fmt.Sprint(len(numbers) + 1)
		}
	}
	var say func(e ast.Expr) string
	say = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.Ident:
			if n := numbers[e.Name]; n != "" {
				return n
			}
			return e.Name
		case *ast.SelectorExpr:
			if x, ok := e.X.(*ast.Ident); ok && x.Name == self {
				return e.Sel.Name
			}
		case *ast.CallExpr:
			name := types.ExprString(e.Fun)
			if len(e.Args) == 1 && (name == "clone" || name == "bytes.Clone" || name == "slices.Clone") {
				return say(e.Args[0])
			}
			if len(e.Args) == 1 && name == "len" {
				return "len(" + say(e.Args[0]) + ")"
			}
		}
		return types.ExprString(e)
	}
	var all []string
	for _, stmt := range fn.Body.List {
		switch stmt := stmt.(type) {
		case *ast.ExprStmt:
			if text := types.ExprString(stmt.X); text == self+".mu.Lock()" || text == self+".mu.Unlock()" {
				continue
			}
		case *ast.DeferStmt:
			if types.ExprString(stmt.Call) == self+".mu.Unlock()" {
				continue
			}
		case *ast.AssignStmt:
			if len(stmt.Lhs) == 1 && len(stmt.Rhs) == 1 {
				if x, ok := stmt.Lhs[0].(*ast.Ident); ok && stmt.Tok == token.DEFINE {
					numbers[x.Name] = fmt.Sprint(len(numbers) + 1)
				}
				all = append(all, say(stmt.Lhs[0])+" "+stmt.Tok.String()+" "+say(stmt.Rhs[0]))
				continue
			}
		case *ast.ReturnStmt:
			if len(stmt.Results) == 1 {
				all = append(all, "return "+say(stmt.Results[0]))
				continue
			}
		}
		return "something else"
	}
	return strings.Join(all, "; ")
}
