package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v3"

	"raftlab/internal/mutants"
	"raftlab/src/lab"
	"raftlab/src/recipe"
	"raftlab/src/record"
	"raftlab/src/script"
)

// A target is one run, as arguments name it: by a scenario and a seed, or by a script.
type target struct {
	dir      string
	mutant   *mutants.Mutant // whose bug is put into what lies in dir; nil for none
	lab      *lab.Lab
	scenario *lab.Scenario
	drawn    recipe.Recipe  // of the script, if there is one
	script   *script.Script // nil for none
	file     string         // of the script
}

// mutantFlag is the flag by which a known bug is put into the implementation that it is for.
func mutantFlag() *cli.StringFlag {
	return &cli.StringFlag{
		Name: "mutant",
		Usage: "in place of DIR: the implementation that this mutant is for, with its bug in it, such as " +
			"raft/any-log-gets-votes; see grader mutants",
	}
}

// parseTarget reads the arguments of a command that plays one run. If scripts may be played, a file can stand for the
// scenario and the seed.
func parseTarget(cmd *cli.Command, scripts bool) (t target, err error) {
	args := cmd.Args().Slice()
	if name := cmd.String("mutant"); name != "" {
		if t.mutant, t.dir, err = mutantNamed(name); err != nil {
			return t, err
		}
		args = append([]string{t.dir}, args...)
	}
	switch {
	case len(args) == 3:
		t.dir = args[0]
		if t.lab, t.scenario, err = byName(cmd, args[1], t.dir); err != nil {
			return t, err
		}
		t.drawn, err = recipe.Parse(args[2])
		return t, err
	case len(args) == 2 && scripts:
		t.dir, t.file = args[0], args[1]
		if err := t.read(cmd); err != nil {
			return t, fmt.Errorf("%s: %w", t.file, err)
		}
		return t, nil
	}
	or := ""
	if scripts {
		or = "; or a directory and a script, which grader shrink writes"
	}
	return t, fmt.Errorf("grader %s takes a directory, the name of a scenario and a seed or a recipe, such as: "+
		"grader %s impls/ticker-timer ReElection 7%s", cmd.Name, cmd.Name, or)
}

// maxScript is how many bytes a script may have: those of the busiest scenarios have a few hundred KB.
const maxScript = 64 << 20

// read reads the script.
func (t *target) read(cmd *cli.Command) error {
	info, err := os.Stat(t.file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("there is no such file; name a script, which grader shrink writes, or a scenario and a seed")
	case err != nil:
		return err
	case !info.Mode().IsRegular() || info.Size() > maxScript:
		return errors.New("it is no script, which grader shrink writes: it is no file, or too large")
	}
	text, err := os.ReadFile(t.file)
	if err != nil {
		return err
	}
	s, err := script.Parse(text)
	if err != nil {
		return err
	}
	var known bool
	if t.lab, known = lab.Find(s.Lab); !known {
		return fmt.Errorf("there is no lab %q; grader list shows all", s.Lab)
	}
	if name := cmd.String("lab"); name != "" && name != s.Lab {
		return fmt.Errorf("it is for the lab %s, and -lab says %s", s.Lab, name)
	}
	if t.scenario, known = t.lab.Scenario(s.Scenario); !known {
		return fmt.Errorf("the lab %s has no scenario %q; grader list shows all", s.Lab, s.Scenario)
	}
	if err := s.Fits(len(t.scenario.Nodes)); err != nil {
		return err
	}
	if s.Instead == script.All && !t.lab.Run(t.scenario, s.Drawn.Seed, "").Scripted() {
		return fmt.Errorf("scripts cannot stand in place of whole scenarios of the lab %s", s.Lab)
	}
	t.script, t.drawn = s, s.Drawn
	return nil
}

// player makes what plays runs of the target's implementation. work is the directory for its files, which build makes.
func (t target) player(ctx context.Context, cmd *cli.Command, work string) (*player, error) {
	impl, err := find(ctx, t.dir, t.lab, cmd.String("raft"))
	if err != nil {
		return nil, err
	}
	if t.mutant != nil {
		impl.overlay = t.mutant.Overlay
	}
	return &player{impl: impl, schedule: true, work: work}, nil
}

// name is how people know what is played.
func (t target) name() string {
	if t.mutant != nil {
		return t.mutant.Name
	}
	return t.dir
}

// title is how a page calls the recorded run.
func (t target) title(rec *record.Recording) string {
	title := fmt.Sprintf("%s %s seed %v", rec.Implementation, t.scenario.Name, t.drawn)
	if t.script != nil {
		title += ", by " + filepath.Base(t.file)
	}
	return title
}

// is reports whether two targets are the same run.
func (t target) is(o target) bool {
	return t.dir == o.dir && t.mutant == o.mutant && t.script == o.script && t.drawn.String() == o.drawn.String()
}

// arguments are those of a command that name the implementation.
func (t target) arguments(self self) string {
	if t.mutant != nil {
		return "-mutant " + t.mutant.Name
	}
	return self.path(t.dir)
}

// run names the run, behind the implementation.
func (t target) run() string {
	if t.script != nil {
		return t.file
	}
	return fmt.Sprintf("%s seed %v", t.scenario.Name, t.drawn)
}

// mutantNamed reads one of the known bugs. dir is that of the implementation into which it is put.
func mutantNamed(name string) (m *mutants.Mutant, dir string, err error) {
	roots := clones()
	if len(roots) == 0 {
		return nil, "", errors.New("-mutant: the mutants are not in this program; use go run ./grader in a clone of this project")
	}
	all, err := mutants.All(roots[0], mutantsDir)
	for _, m := range all {
		if m.Name == name {
			return m, filepath.Join(roots[0], filepath.FromSlash(m.Implementation)), nil
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("-mutant %s: %w", name, err)
	}
	return nil, "", fmt.Errorf("-mutant %s: none of the %d mutants is called so; grader mutants has them in %s", name,
		len(all), mutantsDir)
}
