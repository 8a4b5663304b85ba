package firstboot

import (
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/platform/board"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableDevice   = "DEVICE_METADATA"
	keyDevice     = "localhost"
	tableBreakout = "BREAKOUT_CFG"
	hostname      = "heddle"
	portMTU       = "9100"
)

// describe gives a configuration that says nothing of the switch what the switch knows of itself.
func describe(c *commit.Candidate, id Identity) {
	if c.Has(tableDevice, keyDevice) {
		return
	}
	row := commit.Row{"hostname": hostname}
	for field, value := range map[string]string{"platform": id.Platform, "hwsku": id.HwSKU, "mac": id.MAC} {
		if value != "" {
			row[field] = value
		}
	}
	c.Set(tableDevice, keyDevice, row)
}

// complete adds the ports and breakout modes of a board. A configuration with ports keeps them, and gets the modes that they tell.
func complete(c *commit.Candidate, b board.Board) error {
	if len(c.Keys(tableBreakout)) > 0 {
		return nil
	}
	bare := len(c.Keys(schema.TablePort)) == 0
	for _, s := range b.Sockets {
		mode, ok := s.Default, true
		if mode == "" {
			mode = s.Modes[0].Name
		}
		if bare {
			if err := addPorts(c, s, mode); err != nil {
				return err
			}
		} else {
			mode, ok = s.Current(c.Config()[schema.TablePort])
		}
		if ok {
			c.Set(tableBreakout, s.Name, commit.Row{"brkout_mode": mode})
		}
	}
	return nil
}

func addPorts(c *commit.Candidate, s board.Socket, mode string) error {
	ports, err := s.Ports(mode)
	if err != nil {
		return err
	}
	for _, p := range ports {
		row := p.Row()
		row["admin_status"], row["mtu"] = "up", portMTU
		c.Set(schema.TablePort, p.Name, row)
	}
	return nil
}
