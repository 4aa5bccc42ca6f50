package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/urfave/cli/v3"

	"raftlab/grader/internal/report"
	"raftlab/grader/internal/sources"
)

// release is the version of the grader. It changes when results may.
const release = "0.12"

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "say what version this is, of which commit, and by which Go it was built",
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Present() {
				return fmt.Errorf("grader version takes no arguments, got %q", cmd.Args().First())
			}
			_, err := io.WriteString(cmd.Root().Writer, version()+"\n")
			return err
		},
	}
}

// version is what grader version prints.
func version() string {
	return fmt.Sprintf("grader %s, %s, built by %s for %s/%s", release, revision(), runtime.Version(), runtime.GOOS,
		runtime.GOARCH)
}

// revision is the commit that this program was built from, as far as the go command has noted it, and the fingerprint
// of the sources, which tells apart what has no commit.
func revision() string {
	text := "sources " + sources.Fingerprint()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return text
	}
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if commit := settings["vcs.revision"]; len(commit) >= 12 {
		if settings["vcs.modified"] == "true" {
			return "commit " + commit[:12] + " with changes, " + text
		}
		return "commit " + commit[:12] + ", " + text
	}
	return text
}

// origin is what results carry, so that whoever reads them can tell where they come from: servers are built by this
// version of Go, and the first run has this seed.
func (s self) origin(goVersion string, firstSeed uint64, began time.Time) report.Origin {
	return report.Origin{
		Grader:    release,
		Revision:  revision(),
		Go:        goVersion,
		Flags:     s.args,
		FirstSeed: firstSeed,
		Time:      began,
	}
}

// goVersion is the version of Go that servers are built with.
func (b builder) goVersion() string {
	if b.clock == "sim" && b.kit.Go != nil {
		return b.kit.Go.Version
	}
	return runtime.Version()
}

// now is the time as results have it.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }
