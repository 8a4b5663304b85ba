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

// Logger writes to w, each line marked with the daemon's name. Its level can be changed later: see [Level].
func (l *Log) Logger(w io.Writer, daemon string) *slog.Logger {
	level := new(slog.LevelVar)
	level.Set(l.Level)
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(w, o)
	if l.Format == "json" {
		h = slog.NewJSONHandler(w, o)
	}
	return slog.New(leveled{Handler: h, daemon: daemon, level: level}).With("daemon", daemon)
}
