package display

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// baseline is the state of the counters when this operator last cleared them.
// Clearing is a matter of one operator's view: the counters of the ASIC stay.
type baseline struct {
	Time  time.Time                    `json:"time"`
	Ports map[string]map[string]string `json:"ports"` // by name: the counters of a port and its router interface have different names
}

// keep adds the counters of one table.
func (b *baseline) keep(all map[string]portCounters) {
	for name, c := range countersOnly(all) {
		if b.Ports[name] == nil {
			b.Ports[name] = make(map[string]string)
		}
		maps.Copy(b.Ports[name], c)
	}
}

// baselineFile is private to the user and the switch.
func (v *view) baselineFile() string {
	dir := v.Getenv("HEDDLE_CACHE_DIR")
	if cache, err := os.UserCacheDir(); dir == "" && err == nil {
		dir = filepath.Join(cache, "heddle")
	}
	return filepath.Join(dir, v.Paths.Instance, "counters.json")
}

// baseline reads what was kept; nothing kept is the zero value.
func (v *view) baseline() baseline {
	var b baseline
	data, err := os.ReadFile(v.baselineFile())
	if err == nil && json.Unmarshal(data, &b) != nil {
		return baseline{} // damaged: show the counters as the ASIC has them
	}
	return b
}

// keepBaseline remembers the counters.
func (v *view) keepBaseline(b baseline) error {
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("clear counters: %w", err)
	}
	file := v.baselineFile()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("clear counters: %w", err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return fmt.Errorf("clear counters: %w", err)
	}
	return nil
}

func countersOnly(all map[string]portCounters) map[string]map[string]string {
	out := make(map[string]map[string]string, len(all))
	for name, c := range all {
		out[name] = c.counters
	}
	return out
}
