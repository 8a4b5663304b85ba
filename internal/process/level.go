package process

import "log/slog"

// leveled is a handler whose lowest level can be changed while others log through it, and that knows whose log it is.
type leveled struct {
	slog.Handler
	daemon string
	level  *slog.LevelVar
}

// WithAttrs keeps the level with the logger that it gives.
func (h leveled) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.Handler = h.Handler.WithAttrs(attrs)
	return h
}

// WithGroup is WithAttrs for a group.
func (h leveled) WithGroup(name string) slog.Handler {
	h.Handler = h.Handler.WithGroup(name)
	return h
}

// Level gives the daemon that a logger of ours belongs to, and its lowest level, to be changed at any time. A logger of others has none.
func Level(log *slog.Logger) (daemon string, level *slog.LevelVar, ok bool) {
	h, ok := log.Handler().(leveled)
	return h.daemon, h.level, ok
}
