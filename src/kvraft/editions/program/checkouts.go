// Package program is how the checkouts of the KV labs look, and writes the main program for what was found in one: Go
// source that starts a store and makes its clerks.
package program

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"raftlab/src/kvraft/editions"
	"raftlab/src/lab/checkouts"
	raftprogram "raftlab/src/raft/editions/program"
)

// raftFile is added to a classic store's package, which alone can read the field with its Raft.
const raftFile = "package %s\n\nfunc RaftlabRaft(kv *%s) interface{} { return kv.%s }\n"

// Classic is how checkouts of the lab look as it was until 2024.
func Classic() *checkouts.Lab {
	const whole = "(servers []*labrpc.ClientEnd, me int, persister *raft.Persister, maxraftstate int) *KVServer"
	return &checkouts.Lab{
		What: "KV server",
		Constructor: checkouts.Constructor{
			Name: "StartKVServer", Params: []string{"[]*ClientEnd", "int", "*Persister", "int"}, Least: 4, Persister: 2,
			Takes: "servers, me, persister and maxraftstate",
			Whole: "func StartKVServer" + whole,
		},
		Types:   []string{"KVServer", "RaftKV", "Clerk"},
		Methods: []string{"Get"},
		Table:   editions.Classic(),
		Below:   []*checkouts.Lab{raftprogram.Checkouts()},
		Program: classic,
	}
}

// Since2025 is how checkouts of the lab look as it is since.
func Since2025() *checkouts.Lab {
	rsm := &checkouts.Lab{
		What: "replicated state machine",
		Constructor: checkouts.Constructor{
			Name: "MakeRSM", Params: []string{"[]*ClientEnd", "int", "*Persister", "int", "StateMachine"}, Least: 5,
			Persister: 2, Takes: "servers, me, persister, maxraftstate and sm",
		},
		Types: []string{"RSM", "Op"},
		Table: editions.RSM(),
	}
	single := &checkouts.Lab{
		What:        "KV server",
		Constructor: checkouts.Constructor{Name: "MakeClerk", Params: []string{"*Clnt", "string"}, Least: 2},
		Table:       editions.Single(),
	}
	return &checkouts.Lab{
		What: "KV server",
		Constructor: checkouts.Constructor{
			Name: "StartKVServer", Params: []string{"[]*ClientEnd", "Tgid", "int", "*Persister", "int"}, Least: 5,
			Persister: 3, Takes: "servers, gid, me, persister and maxraftstate",
			Whole: "func StartKVServer(servers []*labrpc.ClientEnd, gid tester.Tgid, me int, " +
				"persister *tester.Persister, maxraftstate int) []tester.IService",
		},
		Types:   []string{"KVServer", "Clerk"},
		Methods: []string{"Get"},
		Table:   editions.Since2025(),
		Below:   []*checkouts.Lab{rsm, single, raftprogram.Checkouts()},
		Program: versioned,
	}
}

// hasState returns an error if a store's Raft does not say what it must.
func hasState(f checkouts.Found) error {
	for _, b := range f.Below {
		if get, ok := b.Types["Raft"].Methods["GetState"]; ok && len(get.Results) != 2 {
			return fmt.Errorf("%s: GetState has %d results; it must return the term, and whether the server leads",
				get.Place, len(get.Results))
		}
	}
	return nil
}

// classic is how a store is called that was found.
func classic(f checkouts.Found) (p checkouts.Program, err error) {
	if err := hasState(f); err != nil {
		return p, err
	}
	start, makeClerk := f.Funcs["StartKVServer"], f.Funcs["MakeClerk"]
	if err := takes(f, "StartKVServer", 4); err != nil {
		return p, err
	}
	if err := takes(f, "MakeClerk", len(makeClerk.Params)); err != nil {
		return p, err
	}
	made, own := strings.CutPrefix(start.Results[0].Text, "*implementation.")
	if !own {
		return p, fmt.Errorf("%s: StartKVServer returns a %s; it must return the server, a pointer to a type of its own "+
			"package", start.Place, start.Results[0].Written)
	}
	field := raftField(start.Results[0].Fields)
	if field == "" {
		return p, fmt.Errorf("%s: %s has no field rf, which must be its *raft.Raft", start.Place, made)
	}
	s := server(f, "kvtest")
	for _, t := range makeClerk.Params {
		switch t.Text {
		case "[]*labrpc.ClientEnd":
			s.ClerkArgs = append(s.ClerkArgs, "servers")
		case "int": // numbers clerks, where the checkout's tester does
			s.ClerkArgs = append(s.ClerkArgs, "rand.Int()")
			s.Packages["math/rand/v2"] = "rand"
		default:
			return p, fmt.Errorf("%s: MakeClerk has a parameter of type %s; the grader passes servers, and numbers",
				makeClerk.Place, t.Written)
		}
	}
	s.Clerk = makeClerk.Results[0].Text
	if f.Base != nil {
		if p.Instead, err = s.over(f); err != nil {
			return p, err
		}
	}
	maps.Copy(s.Packages, makeClerk.Results[0].Imports)
	p.Source = s.Source
	p.Added = map[string]string{
		"raftlab_raft.go": fmt.Sprintf(raftFile, f.Package, made, field),
	}
	if f.Types["Clerk"].Methods["Get"].Untouched {
		p.Missing = map[string]string{"3A": "the clerk's Get does nothing", "3B": "the clerk's Get does nothing"}
	}
	return p, nil
}

// raftField is the field of a server that has its Raft: rf, or the only one of such a type.
func raftField(fields map[string]string) string {
	if fields["rf"] != "" {
		return "rf"
	}
	var like []string
	for name, kind := range fields {
		if strings.HasSuffix(kind, ".Raft") {
			like = append(like, name)
		}
	}
	if len(like) == 1 {
		return like[0]
	}
	return ""
}

// versioned is how a store is called that was found.
func versioned(f checkouts.Found) (p checkouts.Program, err error) {
	if err := hasState(f); err != nil {
		return p, err
	}
	if err := takes(f, "StartKVServer", 5); err != nil {
		return p, err
	}
	if err := takes(f, "MakeClerk", 2); err != nil {
		return p, err
	}
	i := slices.IndexFunc(f.Below, func(b checkouts.Source) bool { _, ok := b.Funcs["MakeRSM"]; return ok })
	if i < 0 {
		return p, fmt.Errorf("%s imports no package rsm with a func MakeRSM(servers []*labrpc.ClientEnd, me int, "+
			"persister *tester.Persister, maxraftstate int, sm StateMachine) *RSM; a KV server stands on one", f.Dir)
	}
	rsm := f.Below[i]
	submit, ok := rsm.Types["RSM"].Methods["Submit"]
	rpc := ""
	if ok && len(submit.Results) == 2 {
		rpc, ok = strings.CutSuffix(submit.Results[0].Text, ".Err")
	}
	if !ok || rpc == "" {
		return p, fmt.Errorf("%s has no method Submit of RSM with the results rpc.Err and any", rsm.Dir)
	}
	s := server(f, "rsmtest")
	s.RSM, s.Rpc, s.Dies = rsm.Name, rpc, f.Edition.Name == editions.Processes
	_, s.Op = rsm.Types["Op"]
	s.Packages[rsm.Path] = rsm.Name
	maps.Copy(s.Packages, submit.Results[0].Imports)
	if f.Base != nil {
		if p.Instead, err = s.over(f); err != nil {
			return p, err
		}
	}
	p.Source = s.Source
	p.Missing = make(map[string]string)
	switch {
	case submit.Untouched:
		for _, part := range []string{"4A", "4B", "4C"} {
			p.Missing[part] = "Submit does nothing"
		}
	case f.Types["Clerk"].Methods["Get"].Untouched:
		p.Missing["4B"], p.Missing["4C"] = "the clerk's Get does nothing", "the clerk's Get does nothing"
	}
	return p, nil
}

// takes returns an error if a function is not there, or has not so many parameters and one result.
func takes(f checkouts.Found, name string, params int) error {
	fn, ok := f.Funcs[name]
	switch {
	case !ok:
		return fmt.Errorf("%s: no func %s; a KV server needs one", f.Dir, name)
	case len(fn.Params) != params:
		return fmt.Errorf("%s: %s has %d parameters; the grader passes %d", fn.Place, name, len(fn.Params), params)
	case len(fn.Results) != 1:
		return fmt.Errorf("%s: %s has %d results; it must have one", fn.Place, name, len(fn.Results))
	}
	return nil
}

// server is what is to be known of any store.
func server(f checkouts.Found, lab string) Server {
	s := Server{
		Path:      f.Path,
		Registers: f.Registers,
		Deadlock:  f.Deadlock,
		Handlers:  f.Handlers,
		Test:      f.Test,
		Lab:       lab,
		Edition:   f.Edition.Name,
		Persister: f.Persister.Text,
		Packages:  make(map[string]string),
		Debug:     f.Debug,
	}
	maps.Copy(s.Packages, f.Persister.Imports)
	for _, name := range []string{"KVServer", "RaftKV"} {
		if _, ok := f.Types[name]; ok {
			s.Warm = append(s.Warm, checkouts.Expr{Text: "implementation." + name})
		}
	}
	for _, b := range f.Below {
		if _, ok := b.Types["Raft"]; ok {
			s.Warm = append(s.Warm, checkouts.Expr{Text: b.Name + ".Raft", Imports: map[string]string{b.Path: b.Name}})
		}
	}
	return s
}
