package rpki

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// bindTo has connections leave through the device of a VRF; empty: the default one.
func bindTo(device string) func(network, address string, c syscall.RawConn) error {
	if device == "" {
		return nil
	}
	return func(_, _ string, c syscall.RawConn) error {
		var bound error
		if err := c.Control(func(fd uintptr) { bound = unix.BindToDevice(int(fd), device) }); err != nil {
			return err
		}
		if bound != nil {
			return fmt.Errorf("VRF %s: %w", device, bound)
		}
		return nil
	}
}
