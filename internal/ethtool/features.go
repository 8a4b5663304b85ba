package ethtool

import (
	"fmt"
	"strings"
)

// Feature is an offload by the short name that the ethtool program uses, or a
// kernel feature by its full name ("rx-gro").
type Feature string

// Features that this project switches.
const (
	TxChecksum Feature = "tx"     // checksums filled in by the device
	GRO        Feature = "gro"    // merging of received packets; on veth: NAPI
	RxVLAN     Feature = "rxvlan" // tags taken out of received frames
	TxVLAN     Feature = "txvlan" // tags put into sent frames
	TSO        Feature = "tso"    // segmentation of TCP
)

// kernel lists the kernel features that one short name stands for. A trailing
// star matches any rest.
func (f Feature) kernel() []string {
	switch f {
	case TxChecksum:
		return []string{"tx-checksum-*"}
	case GRO:
		return []string{"rx-gro"}
	case RxVLAN:
		return []string{"rx-vlan-hw-parse", "rx-vlan-stag-hw-parse"}
	case TxVLAN:
		return []string{"tx-vlan-hw-insert", "tx-vlan-stag-hw-insert"}
	case TSO:
		return []string{"tx-tcp*"}
	}
	return []string{string(f)}
}

func (f Feature) matches(kernel string) bool {
	for _, p := range f.kernel() {
		if prefix, any := strings.CutSuffix(p, "*"); any && strings.HasPrefix(kernel, prefix) || p == kernel {
			return true
		}
	}
	return false
}

// Enable switches features on. A feature that the device cannot change stays as
// it is; one that no device knows is an error.
func Enable(device string, features ...Feature) error { return set(device, true, features) }

// Disable switches features off, in the same way.
func Disable(device string, features ...Feature) error { return set(device, false, features) }

func set(device string, on bool, features []Feature) error {
	d, err := open(device)
	if err != nil {
		return fmt.Errorf("offloads of %s: %w", device, err)
	}
	defer d.close()
	if err := d.change(on, features); err != nil {
		return fmt.Errorf("offloads of %s: %w", device, err)
	}
	return nil
}

// Enabled tells whether every kernel feature that f stands for and the device
// supports is on.
func Enabled(device string, f Feature) (bool, error) {
	d, err := open(device)
	if err != nil {
		return false, fmt.Errorf("offloads of %s: %w", device, err)
	}
	defer d.close()
	states, err := d.features()
	if err != nil {
		return false, fmt.Errorf("offloads of %s: %w", device, err)
	}
	found := false
	for _, s := range states {
		if !f.matches(s.name) || !s.available && !s.active {
			continue
		}
		if !s.active {
			return false, nil
		}
		found = true
	}
	return found, nil
}
