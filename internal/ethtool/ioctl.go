package ethtool

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Numbers of linux/ethtool.h.
const (
	cmdGetLink     = 0x0a
	cmdGetStrings  = 0x1b
	cmdGetSetInfo  = 0x37
	cmdGetFeatures = 0x3a
	cmdSetFeatures = 0x3b
	setFeatures    = 4 // ETH_SS_FEATURES
	stringLen      = 32
)

type device struct {
	fd   int
	name string
}

// state is one feature of the device.
type state struct {
	name              string
	available, active bool
}

func open(name string) (*device, error) {
	if len(name) == 0 || len(name) >= unix.IFNAMSIZ {
		return nil, fmt.Errorf("bad device name %q", name)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	return &device{fd: fd, name: name}, nil
}

func (d *device) close() { _ = unix.Close(d.fd) }

// ioctl hands buf, a structure that starts with its command, to the kernel.
func (d *device) ioctl(buf []byte) error {
	var req struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [16]byte
	}
	copy(req.name[:], d.name)
	req.data = unsafe.Pointer(unsafe.SliceData(buf))
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(d.fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&req)))
	runtime.KeepAlive(buf)
	if errno != 0 {
		return errno
	}
	return nil
}

// names reads the kernel's feature names, whose order numbers the features.
func (d *device) names() ([]string, error) {
	ne := binary.NativeEndian
	info := make([]byte, 20) // cmd, reserved, sset_mask u64, count
	ne.PutUint32(info, cmdGetSetInfo)
	ne.PutUint64(info[8:], 1<<setFeatures)
	if err := d.ioctl(info); err != nil {
		return nil, fmt.Errorf("count features: %w", err)
	}
	n := ne.Uint32(info[16:])
	buf := make([]byte, 12+int(n)*stringLen) // cmd, set, len, strings
	ne.PutUint32(buf, cmdGetStrings)
	ne.PutUint32(buf[4:], setFeatures)
	ne.PutUint32(buf[8:], n)
	if err := d.ioctl(buf); err != nil {
		return nil, fmt.Errorf("name features: %w", err)
	}
	out := make([]string, n)
	for i := range out {
		s := buf[12+i*stringLen:][:stringLen]
		if end := bytes.IndexByte(s, 0); end >= 0 {
			s = s[:end]
		}
		out[i] = string(s)
	}
	return out, nil
}

// features reads the state of all features.
func (d *device) features() ([]state, error) {
	names, err := d.names()
	if err != nil {
		return nil, err
	}
	ne := binary.NativeEndian
	blocks := (len(names) + 31) / 32
	buf := make([]byte, 8+16*blocks) // cmd, size, {available, requested, active, never_changed}
	ne.PutUint32(buf, cmdGetFeatures)
	ne.PutUint32(buf[4:], uint32(blocks))
	if err := d.ioctl(buf); err != nil {
		return nil, fmt.Errorf("read features: %w", err)
	}
	out := make([]state, len(names))
	for i, n := range names {
		block := buf[8+16*(i/32):]
		bit := uint32(1) << (i % 32)
		out[i] = state{n, ne.Uint32(block)&bit != 0, ne.Uint32(block[8:])&bit != 0}
	}
	return out, nil
}

// change asks for the features that can be changed and are not yet as wanted.
func (d *device) change(on bool, features []Feature) error {
	states, err := d.features()
	if err != nil {
		return err
	}
	ne := binary.NativeEndian
	blocks := (len(states) + 31) / 32
	buf := make([]byte, 8+8*blocks) // cmd, size, {valid, requested}
	ne.PutUint32(buf, cmdSetFeatures)
	ne.PutUint32(buf[4:], uint32(blocks))
	changed := false
	for _, f := range features {
		known := false
		for i, s := range states {
			if !f.matches(s.name) {
				continue
			}
			known = true
			if s.active == on || !s.available {
				continue
			}
			changed = true
			block, bit := buf[8+8*(i/32):], uint32(1)<<(i%32)
			ne.PutUint32(block, ne.Uint32(block)|bit)
			if on {
				ne.PutUint32(block[4:], ne.Uint32(block[4:])|bit)
			}
		}
		if !known {
			return fmt.Errorf("feature %q: %w", f, errUnknown)
		}
	}
	if !changed {
		return nil
	}
	return d.ioctl(buf)
}

var errUnknown = errors.New("unknown to the kernel")
