package submission

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"text/template"

	"raftlab/grader/internal/build"
	"raftlab/src/sim"
)

// A form is what a submission is made into.
type form string

const (
	forBox    form = "box"    // a program for the sandbox
	forBubble form = "bubble" // a worker whose servers are goroutines in virtual time
	forWall   form = "wall"   // likewise, in real time
)

// program is the main package: it makes of a Raft of any edition one of the
// contract's.
var program = template.Must(template.New("").Parse(`//go:debug default=go{{.Go}}
{{- if eq .Form "bubble"}}
//go:debug asynctimerchan=0
{{- end}}
package main

import (
{{- range .Imports}}
	{{printf "%q" .}}
{{- end}}

	implementation {{printf "%q" .Implementation}}
{{- range $path, $name := .Theirs}}
	{{$name}} {{printf "%q" $path}}
{{- end}}
)
{{if eq .Form "box"}}
func main() {
{{- if .Raft}}
	node.Warm[implementation.Raft](methods)
{{- end}}
{{- if .Deadlock}}
	deadlock.Opts.Disable = true
{{- end}}
	node.MainOf(raftnode.ProgramOf(edition(), methods))
}

{{.Methods}}
{{else}}
func {{.WorkerTest}}(t *testing.T) { labtest.Work(t, rafttest.Lab(), raftnode.ProgramOf(edition(), nil), {{printf "%q" .Edition}}) }
{{end}}
func edition() editions.Edition[{{.Message}}] {
	return editions.Edition[{{.Message}}]{
		Make:    start,
		Message: message,
{{- if .Install}}
		Install: install,
{{- end}}
	}
}

func start(peers []*labrpc.ClientEnd, me int, persister *raft.Persister, applyCh chan {{.Message}}) (raft.Raft, any) {
	rf := implementation.Make(peers, me, {{.Disk}}, applyCh)
	return server{rf}, rf
}

func message(m {{.Message}}) raft.ApplyMsg {
	return raft.ApplyMsg{
{{- range .Fields}}
		{{.}},
{{- end}}
	}
}
{{if .Install}}
func install(rf any, m raft.ApplyMsg) bool {
	return rf.({{.Result}}).CondInstallSnapshot(m.SnapshotTerm, m.SnapshotIndex, m.Snapshot)
}
{{end}}
type server struct{ rf {{.Result}} }

func (s server) Start(command any) (int, int, bool) { return s.rf.Start(command) }
func (s server) GetState() (int, bool)              { return s.rf.GetState() }
func (s server) Snapshot(index int, data []byte)    { {{if .Snapshot}}s.rf.Snapshot(index, data){{end}} }

func (s server) Kill() {
	if rf, ok := any(s.rf).(interface{ Kill() }); ok {
		rf.Kill()
	}
}
`))

// program is the source of the main package, and the name of its file.
func (s *Submission) program(form form) (source, name string, err error) {
	sh := s.shape
	data := map[string]any{
		"Form":           form,
		"WorkerTest":     build.WorkerTest,
		"Go":             godebug(s.tree.goLine),
		"Implementation": path.Join(stagedModule, s.raft.rel),
		"Raft":           sh.raftType,
		"Theirs":         sh.theirs,
		"Message":        sh.message,
		"Disk":           "persister",
		"Result":         sh.result,
		"Install":        s.asks,
		"Edition":        s.Lab.Name,
		"Snapshot":       sh.methods["Snapshot"] != nil || sh.result != "*implementation.Raft",
	}
	imports := []string{ours["labrpc"], ourModule + "/src/raft", ourModule + "/src/raft/editions", ourModule + "/src/raft/rafttest/raftnode"}
	if name = "main.go"; form != forBox {
		name = "main_test.go"
		imports = append(imports, "testing", ourModule+"/src/lab/labtest", ourModule+"/src/raft/rafttest")
	} else {
		imports = append(imports, "reflect", ourModule+"/src/sim/node")
		data["Methods"] = sim.Methods(sh.handlers)
		if s.builtImports()[goDeadlock] {
			data["Deadlock"] = true
			imports = append(imports, goDeadlock)
		}
	}
	if sh.own {
		data["Disk"] = "implementation.RaftlabPersister(persister)"
	}
	if strings.Contains(sh.message+sh.result, "raftapi.") {
		imports = append(imports, ours["raftapi"])
	}
	data["Imports"] = imports
	data["Fields"] = sh.conversions()
	var text strings.Builder
	if err := program.Execute(&text, data); err != nil {
		return "", "", err
	}
	return text.String(), name, nil
}

// conversions are the fields of the contract's ApplyMsg, of those that this
// edition's has.
func (s shape) conversions() []string {
	has := func(name string) bool { return s.fields[name] != "" }
	var list []string
	set := func(field, value string) { list = append(list, field+": "+value) }
	switch {
	case has("CommandValid"):
		set("CommandValid", "m.CommandValid")
	case has("UseSnapshot"):
		set("CommandValid", "!m.UseSnapshot")
	default:
		set("CommandValid", "true")
	}
	if has("Command") {
		set("Command", "m.Command")
	}
	if at := s.indexField(); at != "" {
		set("CommandIndex", "int(m."+at+")")
	}
	if at := s.snapshotField(); has("SnapshotValid") && has("Snapshot") && at != "" {
		set("SnapshotValid", "m.SnapshotValid")
		set("Snapshot", "m.Snapshot")
		set("SnapshotIndex", "int(m."+at+")")
		if has("SnapshotTerm") {
			set("SnapshotTerm", "int(m.SnapshotTerm)")
		}
	}
	return list
}

// godebug is the version whose defaults for GODEBUG go with a go line. There
// are none before 1.20.
func godebug(goLine string) string {
	_, rest, _ := strings.Cut(goLine, ".")
	minor, _, _ := strings.Cut(rest, ".")
	digits := strings.IndexFunc(minor, func(r rune) bool { return r < '0' || r > '9' })
	if digits >= 0 {
		minor = minor[:digits]
	}
	n, err := strconv.Atoi(minor)
	if err != nil {
		n = 20
	}
	return fmt.Sprintf("1.%d", max(n, 20))
}
