package lab_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"raftlab/src/lab"
)

// Every kind of failure has an explanation.
func TestKindsAreExplained(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../cluster/result.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if is, ok := spec.Type.(*ast.Ident); !ok || is.Name != "Kind" {
			return true
		}
		kinds++
		kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(lab.Failures(), func(e lab.Explanation) bool { return e.Name == kind }) {
			t.Errorf("%s has no explanation", kind)
		}
		return true
	})
	if kinds < 9 {
		t.Errorf("%d kinds are found in result.go of package cluster", kinds)
	}
}
