package display

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// baseline is the state of the counters of one kind when this operator last
// cleared them. Clearing is a matter of one operator's view: the counters of the
// ASIC stay.
type baseline struct {
	Time  time.Time                    `json:"time"`
	Names map[string]map[string]string `json:"names"` // counters by the name of their object
}

// The kinds of counters, each cleared by itself.
const (
	savedPorts  = "counters"
	savedRIFs   = "rifs"
	savedQueues = "queues"
	savedWRED   = "wred"
	savedPFC    = "pfc"
	savedDrops  = "drops"
	savedGroups = "pgdrops"
	savedTraps  = "traps"
	savedRoutes = "routes"
	savedTunnel = "tunnels"
)

// savedFile is private to the user and the switch.
func (v *view) savedFile(kind string) string {
	dir := v.Getenv("HEDDLE_CACHE_DIR")
	if cache, err := os.UserCacheDir(); dir == "" && err == nil {
		dir = filepath.Join(cache, "heddle")
	}
	return filepath.Join(dir, v.Paths.Instance, kind+".json")
}

// saved reads what was kept; nothing kept is the zero value.
func (v *view) saved(kind string) baseline {
	var b baseline
	data, err := os.ReadFile(v.savedFile(kind))
	if err == nil && json.Unmarshal(data, &b) != nil {
		return baseline{} // damaged: show the counters as the ASIC has them
	}
	return b
}

// keep remembers counters as the zero point of their kind.
func (v *view) keep(kind string, counters map[string]map[string]string) error {
	data, err := json.Marshal(baseline{Time: v.Now(), Names: counters})
	if err != nil {
		return fmt.Errorf("clear counters: %w", err)
	}
	file := v.savedFile(kind)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("clear counters: %w", err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return fmt.Errorf("clear counters: %w", err)
	}
	return nil
}

// since tells from when on counters are shown, as scripts look for it.
func (v *view) since(b baseline) {
	if !b.Time.IsZero() && !v.json {
		v.Printf("Last cached time was %s\n", b.text())
	}
}

// text is the time of clearing as SONiC writes it.
func (b baseline) text() string {
	if b.Time.IsZero() {
		return "None"
	}
	return b.Time.Format("2006-01-02 15:04:05.000000")
}

func countersOnly(all map[string]portCounters) map[string]map[string]string {
	out := make(map[string]map[string]string, len(all))
	for name, c := range all {
		out[name] = c.counters
	}
	return out
}
