package export_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"raftlab/src/record"
)

// docs/events.md has each field, and each kind of events and part of stories, in a row of a table.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	has := func(what, name string, found bool) {
		if !found {
			t.Errorf("docs/events.md does not have the %s %s", what, name)
		}
	}
	row := func(name string) bool {
		return strings.Contains(string(text), "\n| `"+name+"` |") || strings.Contains(string(text), "\n| `"+name+"`* |")
	}
	for _, v := range []any{record.Event{}, record.Note{}, record.Finding{}, record.Chapter{}, record.Recording{}} {
		for f := range reflect.TypeOf(v).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "events" && name != "states" { // they are no field of the first line
				has("field", name, row(name))
			}
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../record.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		switch spec.Type.(*ast.Ident).Name {
		case "Kind":
			kinds++
			has("kind", name, row(name))
		case "Part":
			has("part", name, strings.Contains(string(text), "`"+name+"`:"))
		}
		return true
	})
	if kinds < 20 {
		t.Errorf("record.go has %d kinds of events", kinds)
	}
}
