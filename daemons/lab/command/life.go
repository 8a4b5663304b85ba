package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
)

// readyTime is how long a lab may take until it serves.
const readyTime = 90 * time.Second

func newUp(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:   "up <topology.yaml>",
		Short: "bring a lab up and wait until it serves",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := f.fromFile(args[0])
			if err != nil {
				return err
			}
			if err := l.Up(cmd.Context()); err != nil {
				return err
			}
			return waitReady(cmd.Context(), l)
		},
	}
}

func waitReady(ctx context.Context, l *lab.Lab) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	return l.Wait(ctx)
}

func newDown(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:   "down <lab|topology.yaml>",
		Short: "take a lab away without a trace",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := f.find(args[0])
			if errors.Is(err, lab.ErrNotUp) {
				fmt.Fprintln(f.streams.Out, err)
				return f.sweep(cmd.Context(), args[0])
			}
			if err != nil {
				return err
			}
			return l.Down(cmd.Context())
		},
	}
}

// sweep takes away what a lab left that ended before it was up.
func (f *factory) sweep(ctx context.Context, nameOrFile string) error {
	if isName(nameOrFile) {
		return nil
	}
	l, err := f.fromFile(nameOrFile)
	if err != nil {
		return err
	}
	return l.Down(ctx)
}

func newWait(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:   "wait <lab|topology.yaml>",
		Short: "wait until every switch of a lab serves",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := f.find(args[0])
			if err != nil {
				return err
			}
			return waitReady(cmd.Context(), l)
		},
	}
}

// newSupervise is the background process of a switch; the lab starts it.
func newSupervise(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:    "supervise <run directory>",
		Short:  "keep the programs of one switch running",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			log := slog.New(slog.NewTextHandler(f.streams.Err, nil))
			return supervise.Run(cmd.Context(), args[0], log)
		},
	}
}
