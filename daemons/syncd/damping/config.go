package damping

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Config is how a port's flaps are damped.
type Config struct {
	Enabled     bool
	MaxSuppress time.Duration // longest time that changes are withheld
	Suppress    uint32        // penalty from which on they are
	Reuse       uint32        // penalty below which they are told again
	HalfLife    time.Duration // time in which the penalty halves
	Penalty     uint32        // for each loss of link
}

// Names of a port's settings and their values, as sairedis clients send them.
const (
	attrAlgorithm = "SAI_REDIS_PORT_ATTR_LINK_EVENT_DAMPING_ALGORITHM"
	attrConfig    = "SAI_REDIS_PORT_ATTR_LINK_EVENT_DAMPING_ALGO_AIED_CONFIG"
	algorithmOff  = "SAI_REDIS_LINK_EVENT_DAMPING_ALGORITHM_DISABLED"
	algorithmAIED = "SAI_REDIS_LINK_EVENT_DAMPING_ALGORITHM_AIED"
)

// With returns the configuration after fields, alternating name and value, were
// set. One bad field refuses them all.
func (c Config) With(fields []string) (Config, error) {
	for i := 0; i+1 < len(fields); i += 2 {
		name, value := fields[i], fields[i+1]
		switch name {
		case attrAlgorithm:
			if value != algorithmOff && value != algorithmAIED {
				return c, fmt.Errorf("damping algorithm %.60q", value)
			}
			c.Enabled = value == algorithmAIED
		case attrConfig:
			if err := c.parse(value); err != nil {
				return c, fmt.Errorf("damping configuration %.200q: %w", value, err)
			}
		default:
			return c, fmt.Errorf("damping attribute %.80q", name)
		}
	}
	return c, nil
}

// count is a number in JSON, bare or quoted.
type count uint32

func (n *count) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseUint(strings.Trim(string(b), `"`), 10, 32)
	*n = count(v)
	return err
}

func (c *Config) parse(text string) error {
	var j struct {
		MaxSuppress count `json:"max_suppress_time"` // ms
		Suppress    count `json:"suppress_threshold"`
		Reuse       count `json:"reuse_threshold"`
		HalfLife    count `json:"decay_half_life"` // ms
		Penalty     count `json:"flap_penalty"`
	}
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	c.MaxSuppress, c.HalfLife = time.Duration(j.MaxSuppress)*time.Millisecond, time.Duration(j.HalfLife)*time.Millisecond
	c.Suppress, c.Reuse, c.Penalty = uint32(j.Suppress), uint32(j.Reuse), uint32(j.Penalty)
	return nil
}

// damps tells whether the configuration makes sense; one that does not damps
// nothing.
func (c Config) damps() bool {
	return c.Enabled && c.HalfLife > 0 && c.MaxSuppress >= c.HalfLife && c.Reuse > 0 && c.Suppress > c.Reuse
}
