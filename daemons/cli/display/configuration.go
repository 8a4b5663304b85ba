package display

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// newConfiguration makes `show configuration`: what was committed, by whom, and
// what differs from what.
func newConfiguration(s *session.Session) *cobra.Command {
	return click.Group("configuration", "Show commits and what they changed",
		newHistory(s),
		command(s, "commit <number>", "Show one commit and what it changed", click.Args("<number>"), showCommit),
		command(s, "denied", "Show attempts that were refused", click.Args(), showDenied),
		command(s, "pending", "Show the commit that waits for a confirmation", click.Args(), showPending),
		command(s, "sessions", "Show the configuration sessions", click.Args(), showSessions),
		command(s, "diff [<number>]", "Show what differs from the saved configuration, or from what was there so many commits ago",
			click.Args("[<number>]"), showConfigDiff))
}

// newHistory makes `history`, which is also there without `configuration` before it.
func newHistory(s *session.Session) *cobra.Command {
	return command(s, "history [<count>]", "Show the last commits", click.Args("[<count>]"), showHistory)
}

func showHistory(_ context.Context, v *view, args []string) error {
	list, err := v.Journal().List()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		n, err := click.IntRange(v.cmd, "<count>", args[0], 1, len(list)+1<<20)
		if err != nil {
			return err
		}
		list = list[:min(n, len(list))]
	}
	t := table{headers: []string{"Commit", "Time", "By", "Kind", "Rows", "Comment"}}
	t.layout.AllText = true
	for _, r := range list {
		t.rows = append(t.rows, []string{strconv.FormatUint(r.Number, 10), r.Time.Local().Format(time.DateTime), r.Author.String(),
			string(r.Kind), strconv.Itoa(r.Rows), r.Comment})
	}
	return v.print(t)
}

func showCommit(_ context.Context, v *view, args []string) error {
	n, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return click.Fail(v.cmd, "Invalid value for '<number>': '%s' is not a valid integer.", args[0])
	}
	r, err := v.Journal().Commit(n)
	if err != nil {
		return err
	}
	if v.json {
		return v.printRecord(r)
	}
	v.about(r)
	v.Printf("\n%s", commit.Text(r.Changes))
	return nil
}

// printRecord gives a commit with its rows as one object.
func (v *view) printRecord(r commit.Record) error {
	return v.printJSON(struct {
		commit.Record
		Changes []commit.Change `json:"changes"`
	}{r, r.Changes})
}

func (v *view) about(r commit.Record) {
	lines := [][2]string{{"Commit", strconv.FormatUint(r.Number, 10)}, {"Time", r.Time.Local().Format(time.RFC3339)}, {"By", r.Author.String()},
		{"As", r.Author.As}, {"Program", r.Author.Program}, {"Command", r.Author.Command}, {"Kind", string(r.Kind)}, {"Comment", r.Comment}}
	for _, l := range lines {
		if l[1] != "" {
			v.Printf("%-8s %s\n", l[0]+":", l[1])
		}
	}
}

func showDenied(_ context.Context, v *view, _ []string) error {
	list, err := v.Journal().Denied()
	if err != nil {
		return err
	}
	t := table{headers: []string{"Time", "By", "Command", "Reason"}}
	t.layout.AllText = true
	for _, r := range list {
		reason := strings.Split(r.Refused, "\n")
		if len(reason) > 1 {
			reason[0] += ": " + strings.TrimSpace(reason[1])
		}
		t.rows = append(t.rows, []string{r.Time.Local().Format(time.DateTime), r.Author.String(), r.Author.Command, reason[0]})
	}
	return v.print(t)
}

func showPending(_ context.Context, v *view, _ []string) error {
	a, waits, err := v.Journal().Awaiting()
	if err != nil {
		return err
	}
	t := table{headers: []string{"Commit", "By", "Taken back at", "Left"}}
	t.layout.AllText = true
	if waits {
		left := max(0, a.Deadline.Sub(v.Now())).Round(time.Second)
		t.rows = append(t.rows, []string{strconv.FormatUint(a.Number, 10), a.Author.String(), a.Deadline.Local().Format(time.DateTime), left.String()})
	} else if !v.json {
		v.Printf("No commit waits for a confirmation.\n")
		return nil
	}
	return v.print(t)
}

func showSessions(_ context.Context, v *view, _ []string) error {
	list, err := v.Drafts().List()
	if err != nil {
		return err
	}
	t := table{headers: []string{"Session", "Begun by", "Begun", "Commands", "Rows changed"}}
	t.layout.AllText = true
	for _, d := range list {
		t.rows = append(t.rows, []string{d.Name, d.Author.String(), d.Began.Local().Format(time.DateTime), strconv.Itoa(len(d.Commands)), strconv.Itoa(len(d.Changes()))})
	}
	return v.print(t)
}

// showConfigDiff compares the running configuration with an older one.
func showConfigDiff(ctx context.Context, v *view, args []string) error {
	running, err := v.Running(ctx)
	if err != nil {
		return err
	}
	var old commit.Config
	if len(args) == 0 {
		old, err = commit.ReadFile(v.Paths.ConfigFile())
	} else {
		var n int
		if n, err = click.Int(v.cmd, "<number>", args[0]); err == nil {
			old, _, err = v.Journal().Back(n)
		}
	}
	if err != nil {
		return err
	}
	changes := commit.Diff(old, running)
	if v.json {
		return v.printJSON(changes)
	}
	v.Printf("%s", commit.Text(changes))
	return nil
}
