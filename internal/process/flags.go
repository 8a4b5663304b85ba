package process

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
)

// Log is the flag set of a daemon's logging.
type Log struct {
	Level  slog.Level
	Format string // "text" or "json"
}

// Register adds --log-level and --log-format.
func (l *Log) Register(fs *flag.FlagSet) {
	l.Format = "text"
	fs.TextVar(&l.Level, "log-level", slog.LevelInfo, "lowest level logged: debug, info, warn or error")
	fs.Func("log-format", "text or json (default text)", func(s string) error {
		if s != "text" && s != "json" {
			return fmt.Errorf("%q is neither text nor json", s)
		}
		l.Format = s
		return nil
	})
}

// Logger writes to w, each line marked with the daemon's name.
func (l *Log) Logger(w io.Writer, daemon string) *slog.Logger {
	o := &slog.HandlerOptions{Level: l.Level}
	var h slog.Handler = slog.NewTextHandler(w, o)
	if l.Format == "json" {
		h = slog.NewJSONHandler(w, o)
	}
	return slog.New(h).With("daemon", daemon)
}
