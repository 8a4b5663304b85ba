package speaker

import (
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/osrg/gobgp/v3/pkg/log"
)

// logger lets GoBGP write to the daemon's log. Its Fatal ends no process: nothing but main does. What GoBGP logs as info is of interest only to
// those who look for a fault in it.
type logger struct{ log *slog.Logger }

func newLogger(l *slog.Logger) logger { return logger{l.With("from", "gobgp")} }

func attributes(fields log.Fields) []any {
	out := make([]any, 0, 2*len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != log.FieldFacility {
			out = append(out, name, fields[name])
		}
	}
	return out
}

func (l logger) Panic(msg string, f log.Fields) { l.log.Error(msg, attributes(f)...) }
func (l logger) Fatal(msg string, f log.Fields) { l.log.Error(msg, attributes(f)...) }
func (l logger) Info(msg string, f log.Fields)  { l.log.Debug(msg, attributes(f)...) }

// Error leaves out that a cache was taken away before its connection ended: so it is with every one.
func (l logger) Error(msg string, f log.Fields) {
	if msg != "Can't find ROA server configuration" {
		l.log.Error(msg, attributes(f)...)
	}
}

// Warn leaves out that there was nothing to withdraw: so it is with every path that a policy keeps out.
func (l logger) Warn(msg string, f log.Fields) {
	if !strings.HasPrefix(msg, "No matching path for withdraw") {
		l.log.Warn(msg, attributes(f)...)
	}
}

// Debug drops: GoBGP has a line for every path.
func (l logger) Debug(string, log.Fields) {}

func (l logger) SetLevel(log.LogLevel)  {}
func (l logger) GetLevel() log.LogLevel { return log.InfoLevel }
