package main

import (
	"context"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"
)

func cleanCommand() *cli.Command {
	return &cli.Command{
		Name:  "clean",
		Usage: "empty the cache of compiled programs",
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Present() {
				return fmt.Errorf("grader clean takes no arguments, got %q", cmd.Args().First())
			}
			dir := cacheDir()
			if dir == "" {
				return nil
			}
			if err := os.RemoveAll(dir); err != nil {
				return fmt.Errorf("emptying the cache: %w", err)
			}
			fmt.Fprintf(cmd.Root().Writer, "removed %s\n", dir)
			return nil
		},
	}
}
