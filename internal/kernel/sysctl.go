package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Sysctl sets a value of this namespace, named as in sysctl(8) but with '/': "net/ipv4/ip_forward". A value that is right already is
// not written. The name must not come from outside: it is a path.
func (k *Kernel) Sysctl(name, value string) error {
	return k.Inside(func() error {
		file := filepath.Join("/proc/sys", name)
		now, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read sysctl %s: %w", name, err)
		}
		if strings.TrimSpace(string(now)) == value {
			return nil
		}
		if err := os.WriteFile(file, []byte(value), 0o644); err != nil {
			return fmt.Errorf("set sysctl %s = %s: %w", name, value, err)
		}
		return nil
	})
}
