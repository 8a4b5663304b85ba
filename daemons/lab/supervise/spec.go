package supervise

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Spec says what one supervisor runs.
type Spec struct {
	Dir      string    // run directory: control socket and logs
	Programs []Program // in the order of their start; ended in reverse
}

// Program is one program to keep running.
type Program struct {
	Name      string
	Path      string
	Args      []string
	Env       []string // added to the supervisor's own
	Namespace string   // named network namespace, "" for the supervisor's
	Needs     []string // files that must exist before a start
	Once      bool     // runs to its end once; that is then a success or a failure for good
	Ready     string   // file that exists while the program serves, or after it has run once
}

// State is what a program does at the moment.
type State string

// States of a program.
const (
	Waiting State = "waiting" // for what it needs
	Running State = "running"
	Backoff State = "backoff" // crashed, about to be started again
	Stopped State = "stopped" // by request
	Done    State = "done"    // ran once, with success
	Failed  State = "failed"  // ran once, without success
)

// Status is a program's state with its history.
type Status struct {
	Name   string
	State  State
	Ready  bool
	PID    int       `json:",omitempty"`
	Starts int       // how often it was started
	Since  time.Time // of the state
	Exit   string    `json:",omitempty"` // how it ended last
}

// SpecFile is where the supervisor of a run directory finds its Spec.
func SpecFile(dir string) string { return filepath.Join(dir, "supervise.json") }

// LogFile is where a program's output goes.
func LogFile(dir, program string) string { return filepath.Join(dir, "log", program+".log") }

// socket is where the supervisor listens.
func socket(dir string) string { return filepath.Join(dir, "supervise.sock") }

// Write stores the spec in its run directory.
func (s Spec) Write() error {
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("write supervisor spec: %w", err)
	}
	if err := os.WriteFile(SpecFile(s.Dir), content, 0o644); err != nil {
		return fmt.Errorf("write supervisor spec: %w", err)
	}
	return nil
}

// Read loads the spec of a run directory.
func Read(dir string) (Spec, error) {
	var s Spec
	content, err := os.ReadFile(SpecFile(dir))
	if err != nil {
		return s, fmt.Errorf("read supervisor spec: %w", err)
	}
	if err := json.Unmarshal(content, &s); err != nil {
		return s, fmt.Errorf("read supervisor spec %s: %w", SpecFile(dir), err)
	}
	return s, nil
}
