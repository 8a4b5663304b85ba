package firstboot

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Identity is what a switch knows of itself before it has a configuration. What is not known is empty.
type Identity struct {
	Platform string
	HwSKU    string
	MAC      string
}

// identify reads the platform from the file that the installer left, the HWSKU from the platform's, and the base MAC address from the management port.
func identify(machine, deviceDir, management string) (Identity, error) {
	var id Identity
	var err error
	if id.Platform, err = platformOf(machine); err != nil {
		return id, err
	}
	if id.HwSKU, err = defaultHwSKU(deviceDir, id.Platform); err != nil {
		return id, err
	}
	if port, err := net.InterfaceByName(management); err == nil && hasMAC(*port) {
		id.MAC = port.HardwareAddr.String()
	}
	return id, nil
}

func hasMAC(i net.Interface) bool {
	return len(i.HardwareAddr) == 6 && !bytes.Equal(i.HardwareAddr, make([]byte, 6))
}

// platformOf reads machine.conf, of ONIE or of Aboot.
func platformOf(file string) (string, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read platform: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), "=")
		if name == "onie_platform" || name == "aboot_platform" {
			return plainName(file, strings.Trim(value, `"'`))
		}
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("read platform: %s: %w", file, err)
	}
	return "", nil
}

// defaultHwSKU reads the first word of the platform's file default_sku; the second one, a preset, is not used.
func defaultHwSKU(deviceDir, platform string) (string, error) {
	if platform == "" {
		return "", nil
	}
	file := filepath.Join(deviceDir, platform, "default_sku")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read hwsku: %w", err)
	}
	words := strings.Fields(string(text))
	if len(words) == 0 {
		return "", fmt.Errorf("read hwsku: %s is empty", file)
	}
	return plainName(file, words[0])
}

// plainName refuses what would lead out of the folder that it names.
func plainName(file, name string) (string, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00") {
		return "", fmt.Errorf("%s: %q is no name of a folder", file, name)
	}
	return name, nil
}
