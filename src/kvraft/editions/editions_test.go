package editions_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftlab/src/kvraft/editions"
	"raftlab/src/lab/checkouts"
)

// Every checkout is of some edition, and what the tables name is there.
func TestTables(t *testing.T) {
	for _, table := range []checkouts.Table{
		editions.Classic(), editions.Since2025(), editions.RSM(), editions.Single(),
	} {
		for i, l := range table {
			if last := i == len(table)-1; last != (len(l.Signs) == 0) {
				t.Errorf("%s: it is the last: %v, and has the signs %v", l.Name, last, l.Signs)
			}
			for _, p := range l.Packages {
				dir := filepath.Join("../../..", filepath.FromSlash(strings.TrimPrefix(p.Stands, "raftlab/")))
				if files, err := os.ReadDir(dir); err != nil || len(files) == 0 {
					t.Errorf("%s: %s stands for %s, but: %v", l.Name, p.Stands, p.Path, err)
				}
			}
		}
	}
}
