package techsupport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// Show runs a command of show and writes its output.
type Show func(ctx context.Context, args []string, out io.Writer) error

// options are those of `show techsupport`.
type options struct {
	session *session.Session
	show    Show
	root    string // of the file system

	since         string
	globalTimeout int // minutes
	cmdTimeout    int // minutes
	silent        bool
}

// New makes the command.
func New(s *session.Session, show Show) *cobra.Command {
	return (&options{session: s, show: show, root: "/"}).command()
}

func (o *options) command() *cobra.Command {
	cmd := click.Command("techsupport", "Gather information for troubleshooting", click.Args(), func(cmd *cobra.Command, _ []string) error {
		return o.run(cmd)
	})
	flags := cmd.Flags()
	flags.StringVar(&o.since, "since", "", "Collect logs and core files since given date")
	flags.IntVarP(&o.globalTimeout, "global-timeout", "g", 30, "Global timeout in minutes")
	flags.IntVarP(&o.cmdTimeout, "cmd-timeout", "c", 5, "Timeout of one file in minutes")
	flags.BoolVar(&o.silent, "silent", false, "Print the name of the archive only")
	flags.Bool("verbose", false, "Enable verbose output")
	flags.Bool("allow-process-stop", false, "Accepted; nothing is stopped")
	flags.Bool("debug-dump", false, "Accepted; the dumps are always complete")
	flags.BoolP("redirect-stderr", "r", false, "Accepted; errors are in the archive")
	return cmd
}

func (o *options) run(cmd *cobra.Command) error {
	since, err := parseSince(o.since, o.session.Now())
	if err != nil {
		return click.Fail(cmd, "Invalid value for '--since': %s", err)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), time.Duration(o.globalTimeout)*time.Minute)
	defer cancel()
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	root := fmt.Sprintf("sonic_dump_%s_%s", host, o.session.Now().Format("20060102_150405"))
	a, err := create(o.dir(), root, o.session.Now)
	if err != nil {
		return fmt.Errorf("begin the archive: %w", err)
	}
	if err := o.pack(ctx, a, since); err != nil {
		return errors.Join(err, a.abandon())
	}
	if err := a.finish(); err != nil {
		return fmt.Errorf("finish the archive: %w", err)
	}
	o.session.Printf("%s\n", a.name)
	return nil
}

// dir is where archives are kept.
func (o *options) dir() string {
	if dir := o.session.Getenv("HEDDLE_DUMP_DIR"); dir != "" {
		return dir
	}
	return "/var/dump"
}

// pack fills the archive. What cannot be had is told in errors.txt.
func (o *options) pack(ctx context.Context, a *archive, since time.Time) error {
	bar := o.progress()
	var missing strings.Builder
	list := o.items(since)
	for i, it := range list {
		bar.show(i, len(list), it.name)
		err := o.one(ctx, a, it)
		var broken brokenError
		switch {
		case errors.As(err, &broken):
			return err
		case ctx.Err() != nil:
			return fmt.Errorf("pack %s: %w", it.name, ctx.Err())
		case err != nil:
			fmt.Fprintf(&missing, "%s: %s\n", it.name, err)
		}
	}
	bar.show(len(list), len(list), "")
	return a.add("errors.txt", func(w io.Writer) error {
		_, err := io.WriteString(w, missing.String())
		return err
	})
}

// one packs one file within its time.
func (o *options) one(ctx context.Context, a *archive, it item) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(o.cmdTimeout)*time.Minute)
	defer cancel()
	return a.add(it.name, func(w io.Writer) error { return it.fill(ctx, w) })
}

// bar shows on a terminal how far the work is.
type bar struct{ out io.Writer }

// progress gives the bar, which shows nothing where nobody looks.
func (o *options) progress() bar {
	file, ok := o.session.Err.(*os.File)
	if !ok || o.silent || !term.IsTerminal(int(file.Fd())) {
		return bar{io.Discard}
	}
	return bar{file}
}

func (b bar) show(done, all int, name string) {
	const width = 30
	filled := width * done / all
	fmt.Fprintf(b.out, "\r[%s%s] %3d%% %-40.40s", strings.Repeat("#", filled), strings.Repeat(".", width-filled), 100*done/all, name)
	if done == all {
		fmt.Fprintln(b.out)
	}
}
