package topology

import (
	"fmt"

	"github.com/heddle-nos/heddle/platform/board"
)

// Board describes the switch's front panel to its commands: what its sockets can be broken out into. Ports that take no part, by their
// name or number of lanes, are left out.
func (s Switch) Board() (board.Model, error) {
	m, err := board.SoftwareModel()
	if err != nil {
		return m, fmt.Errorf("board of %s: %w", s.Name, err)
	}
	for _, p := range s.Ports {
		kind, known := board.SoftwareKinds()[len(p.Lanes)]
		if _, named := portNumber(p.Name); !known || !named {
			continue
		}
		socket := board.ModelSocket{Name: p.Name, Kind: kind, Index: p.Index, Alias: p.Alias}
		for _, lane := range p.Lanes {
			socket.Lanes = append(socket.Lanes, uint32(lane))
		}
		m.Sockets = append(m.Sockets, socket)
	}
	return m, nil
}

// breakoutModes tells the configuration the modes that the sockets are in.
func breakoutModes(config configDB, s Switch) error {
	m, err := s.Board()
	if err != nil {
		return err
	}
	for _, socket := range m.Sockets {
		setDefault(row(config, "BREAKOUT_CFG", socket.Name), "brkout_mode", m.Kinds[socket.Kind].Default)
	}
	return nil
}
