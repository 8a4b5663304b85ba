package ethtool

import (
	"encoding/binary"
	"fmt"
)

// Carrier tells whether a device is up and has carrier at this moment. The
// kernel's link messages may come up to a second later (its linkwatch delays
// them).
func Carrier(device string) (bool, error) {
	d, err := open(device)
	if err != nil {
		return false, fmt.Errorf("carrier of %s: %w", device, err)
	}
	defer d.close()
	buf := make([]byte, 8) // cmd, data
	binary.NativeEndian.PutUint32(buf, cmdGetLink)
	if err := d.ioctl(buf); err != nil {
		return false, fmt.Errorf("carrier of %s: %w", device, err)
	}
	return binary.NativeEndian.Uint32(buf[4:]) != 0, nil
}
