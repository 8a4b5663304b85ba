package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
)

func newStatus(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:   "status [lab|topology.yaml]",
		Short: "list the labs, or the nodes and daemons of one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listLabs(f.streams.Out)
			}
			l, err := f.find(args[0])
			if err != nil {
				return err
			}
			return printStatus(cmd.Context(), f.streams.Out, l)
		},
	}
}

func listLabs(out io.Writer) error {
	names, err := lab.List()
	for _, name := range names {
		fmt.Fprintln(out, name)
	}
	return err
}

func printStatus(ctx context.Context, out io.Writer, l *lab.Lab) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, h := range l.Topology.Hosts {
		fmt.Fprintf(w, "host %s\tnamespace %s\n", h.Name, l.Namespace(h.Name))
	}
	for _, s := range l.Topology.Switches {
		fmt.Fprintf(w, "switch %s\tnamespace %s, silicon %s\n", s.Name, l.Namespace(s.Name), l.Silicon(s.Name))
		programs, err := l.Supervisor(s.Name).Status(ctx)
		if err != nil {
			return fmt.Errorf("switch %s: %w", s.Name, err)
		}
		for _, p := range programs {
			fmt.Fprintf(w, "  %s\t%s%s\tpid %d\tstarts %d\tsince %s\t%s\n", p.Name, p.State, readiness(p), p.PID, p.Starts,
				p.Since.Format(time.TimeOnly), supervise.LogFile(l.Paths(s.Name).RunDir, p.Name))
		}
	}
	return w.Flush()
}

func readiness(s supervise.Status) string {
	if s.State == supervise.Running && !s.Ready {
		return ", not ready"
	}
	return ""
}

func newLogs(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:   "logs <lab|topology.yaml> <switch> <program>",
		Short: "print what a program of a switch has logged",
		Args:  cobra.ExactArgs(3),
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := f.find(args[0])
			if err != nil {
				return err
			}
			file, err := os.Open(supervise.LogFile(l.Paths(args[1]).RunDir, args[2]))
			if err != nil {
				return fmt.Errorf("no log: %w", err)
			}
			defer file.Close()
			_, err = io.Copy(f.streams.Out, file)
			return err
		},
	}
}

func newExec(f *factory) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exec <lab|topology.yaml> <node> [--] [program [argument...]]",
		Short: "run a program on a host or switch, a shell if none is named",
		Args:  cobra.MinimumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := f.find(args[0])
			if err != nil {
				return err
			}
			program := args[2:]
			if len(program) > 0 && program[0] == "--" {
				program = program[1:]
			}
			if len(program) == 0 {
				program = []string{"bash", "--norc"}
			}
			return l.Become(args[1], program[0], program[1:]...)
		},
	}
	cmd.Flags().SetInterspersed(false)
	return cmd
}

func newRestart(f *factory) *cobra.Command {
	var kill bool
	cmd := &cobra.Command{
		Use:   "restart <lab|topology.yaml> <switch> <program>",
		Short: "restart a daemon of a switch",
		Args:  cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := f.find(args[0])
			if err != nil {
				return err
			}
			sig := syscall.SIGTERM
			if kill {
				sig = syscall.SIGKILL
			}
			return l.Supervisor(args[1]).Restart(cmd.Context(), args[2], sig)
		},
	}
	cmd.Flags().BoolVar(&kill, "kill", false, "as a crash does, with SIGKILL")
	return cmd
}
