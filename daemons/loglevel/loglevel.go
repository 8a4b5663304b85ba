package loglevel

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Table is where levels are configured, in CONFIG_DB: a row for each daemon.
const Table = "LOGGER"

// Field of a row of Table.
const Field = "LOGLEVEL"

// severe is above all that our daemons log: for levels that only leave out.
const severe = slog.LevelError + 4

// level is a word for a level.
type level struct {
	word string
	of   slog.Level
}

// levels lists SONiC's, most severe first (those of RFC 5424 section 6.2.1). Our daemons have four: what an operator cares about is NOTICE there.
func levels() []level {
	return []level{
		{"EMERG", severe}, {"ALERT", severe}, {"CRIT", severe}, {"ERROR", slog.LevelError}, {"WARN", slog.LevelWarn},
		{"NOTICE", slog.LevelInfo}, {"INFO", slog.LevelInfo}, {"DEBUG", slog.LevelDebug},
	}
}

// Words are the levels, most severe first.
func Words() []string {
	var out []string
	for _, l := range levels() {
		out = append(out, l.word)
	}
	return out
}

// Parse reads a level.
func Parse(word string) (slog.Level, error) {
	i := slices.IndexFunc(levels(), func(l level) bool { return l.word == word })
	if i < 0 {
		return 0, fmt.Errorf("%q is none of %s", word, strings.Join(Words(), ", "))
	}
	return levels()[i].of, nil
}

// Follow has the log follow its daemon's row until the function that comes back is called. Without a row the log has the level that it has
// now, of the command line. A log that is not made by process.Log keeps its level.
func Follow(ctx context.Context, client *statedb.Client, log *slog.Logger) (stop func()) {
	daemon, current, ok := process.Level(log)
	if !ok {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	unset, done := current.Level(), make(chan struct{})
	go func() {
		defer close(done)
		err := statedb.NewSubscriber(client.DB(statedb.ConfigDB), Table).Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
			for _, op := range ops {
				if op.Key == daemon {
					take(log, current, unset, op)
				}
			}
			return nil
		})
		if ctx.Err() == nil {
			log.Error("follow log level", "err", err)
		}
	}()
	return func() { cancel(); <-done }
}

// take sets the level that a row says. A word that is none leaves it as it is.
func take(log *slog.Logger, current *slog.LevelVar, unset slog.Level, op statedb.KeyOp) {
	next := unset
	if word := op.Map()[Field]; op.Op == statedb.OpSet && word != "" {
		var err error
		if next, err = Parse(word); err != nil {
			log.Error("keep log level", "table", Table, "key", op.Key, "err", err)
			return
		}
	}
	if before := current.Level(); before != next {
		current.Set(next)
		log.Info("log level changed", "from", before, "to", next)
	}
}
