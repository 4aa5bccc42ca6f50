package monitor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Whatever a monitor may say has an explanation.
func TestPromisesAreExplained(t *testing.T) {
	explained := make(map[string]bool)
	for _, e := range Explanations() {
		if explained[e.Name] {
			t.Errorf("%s is explained twice", e.Name)
		}
		explained[e.Name] = true
		for _, text := range append([]string{e.Rule}, e.Mistakes...) {
			if !strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
				t.Errorf("%s: no sentence: %q", e.Name, text)
			}
		}
	}
	promises := promises(t)
	if len(promises) < 15 {
		t.Fatalf("only the promises %q are found in the source", promises)
	}
	for _, name := range promises {
		if !explained[name] {
			t.Errorf("%s has no explanation", name)
		}
	}
	for _, e := range Explanations() {
		if promise := e.Name != strings.ToLower(e.Name); promise && !slices.Contains(promises, e.Name) {
			t.Errorf("%s is explained, and no monitor speaks of it", e.Name)
		} else if promise && (e.Paper == "" || len(e.Mistakes) == 0) {
			t.Errorf("%s: where is it in the paper, and what are the usual mistakes?", e.Name)
		} else if promise && strings.Count(e.Paper, `"`) < 2 {
			t.Errorf("%s: in which words is it in the paper?", e.Name)
		}
	}
}

// promises finds the names of all promises in the source: the first arguments of violated.
func promises(t *testing.T) []string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if fun, ok := call.Fun.(*ast.SelectorExpr); !ok || fun.Sel.Name != "violated" {
				return true
			}
			literal, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: the name of a promise is no literal", name)
				return true
			}
			promise, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Error(err)
			}
			if !slices.Contains(names, promise) {
				names = append(names, promise)
			}
			return true
		})
	}
	return names
}
