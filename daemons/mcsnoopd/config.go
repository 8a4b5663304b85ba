package mcsnoopd

import (
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/paths"
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "mcsnoopd"

// Config is what the command line says.
type Config struct{ resident.Config }

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config { return Config{resident.DefaultConfig(p, Name)} }
