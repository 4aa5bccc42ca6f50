package editions_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"raftlab/src/raft"
	"raftlab/src/raft/editions"
)

// Every checkout is of some edition, and what the table names is there.
func TestTable(t *testing.T) {
	applyMsg := make(map[string]string)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[raft.ApplyMsg]()) {
		applyMsg[f.Name] = map[string]string{"interface {}": "any", "[]uint8": "[]byte"}[f.Type.String()]
		if applyMsg[f.Name] == "" {
			applyMsg[f.Name] = f.Type.String()
		}
	}
	names, left := make(map[string]bool), make(map[string]string)
	for _, l := range editions.All() {
		if names[l.Name] || l.Name == "" || l.Words == "" {
			t.Errorf("two editions are called %q, or one has no words", l.Name)
		}
		names[l.Name] = true
		if rules, _ := l.Rules.(editions.Rules); editions.RulesOf(l.Name) != rules {
			t.Errorf("by the name %q there are the rules %+v, want %+v", l.Name, editions.RulesOf(l.Name), rules)
		}
		if before := left[l.Persister]; before != "" {
			t.Errorf("%s comes after %s, which has no signs: no checkout is of it", l.Name, before)
		}
		if left[l.Persister] = ""; len(l.Signs) == 0 {
			left[l.Persister] = l.Name
		}
		for _, p := range l.Packages {
			if own := p.Structs["ApplyMsg"]; own != nil && !maps.Equal(own, applyMsg) {
				t.Errorf("%s has an ApplyMsg with %v, want %v", p.Path, own, applyMsg)
			}
			if p.Stands == "" {
				p.Stands = p.Path
			}
			dir := filepath.Join("../../..", filepath.FromSlash(strings.TrimPrefix(p.Stands, "raftlab/")))
			if files, err := os.ReadDir(dir); err != nil || len(files) == 0 {
				t.Errorf("%s: %s stands for %s, but: %v", l.Name, p.Stands, p.Path, err)
			}
		}
		for _, s := range l.Signs {
			for _, pattern := range s.Harness {
				if _, err := regexp.Compile(pattern); err != nil {
					t.Errorf("%s: %v", l.Name, err)
				}
			}
		}
	}
	for persister, name := range left {
		if name == "" {
			t.Errorf("there is no edition for every checkout whose Make takes a %s", persister)
		}
	}
}
