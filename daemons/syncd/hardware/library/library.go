package library

import (
	"log/slog"

	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/sai/libsai"
)

// Open loads a library; profile is what it can ask for by key.
func Open(path string, profile map[string]string, log *slog.Logger) (hardware.ASIC, func() error, error) {
	l, err := libsai.Open(path, profile, log)
	if err != nil {
		return hardware.ASIC{}, nil, err
	}
	log.Info("library loaded", "path", path, "version", l.Version())
	closer := func() error {
		err := l.Close() // ends the notifications
		for range l.Notifications() {
		}
		return err
	}
	return hardware.ASIC{Driver: l, Types: l, List: l, Bulk: l, Count: l, Can: l, Log: l, Events: l.Notifications()}, closer, nil
}
