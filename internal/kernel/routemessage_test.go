package kernel

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"
)

// FuzzParseRoute: whatever the bytes are, they are read or refused.
func FuzzParseRoute(f *testing.F) {
	header := make([]byte, unix.SizeofRtMsg)
	header[0] = unix.AF_INET
	attribute := func(kind uint16, value ...byte) []byte {
		b := binary.NativeEndian.AppendUint16(append([]byte(nil), header...), uint16(4+len(value)))
		return append(binary.NativeEndian.AppendUint16(b, kind), value...)
	}
	f.Add(header)
	f.Add(attribute(unix.RTA_OIF, 1))
	f.Add(attribute(unix.RTA_DST, 10, 0, 0, 0))
	f.Add(attribute(unix.RTA_VIA, 10, 0, 0xfe))
	f.Add(attribute(unix.RTA_MULTIPATH, 8, 0, 0, 0, 1, 0, 0, 0))
	f.Add(attribute(unix.RTA_MULTIPATH, 4, 0, 0, 0, 1, 0, 0, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parseRoute(data)
		if err == nil && len(data) < unix.SizeofRtMsg {
			t.Errorf("%d bytes were read as %+v", len(data), r)
		}
	})
}
