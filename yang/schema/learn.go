package schema

// LearnMode says what a port does with source addresses.
type LearnMode string

// The ways of learning. With LearnDrop, frames of unknown sources are dropped.
const (
	LearnHardware     LearnMode = "hardware"
	LearnDisable      LearnMode = "disable"
	LearnDrop         LearnMode = "drop"
	LearnCPUTrap      LearnMode = "cpu_trap"
	LearnCPULog       LearnMode = "cpu_log"
	LearnNotification LearnMode = "notification"
)

// UnmarshalText accepts SONiC's six ways.
func (m *LearnMode) UnmarshalText(b []byte) error {
	if err := oneOf("learn mode", b, string(LearnHardware), string(LearnDisable), string(LearnDrop),
		string(LearnCPUTrap), string(LearnCPULog), string(LearnNotification)); err != nil {
		return err
	}
	*m = LearnMode(b)
	return nil
}
