package wire

import (
	"encoding/binary"
	"fmt"
)

// Decoder takes values off the front of a byte slice. After the first error
// every further value is zero; check Err once at the end.
type Decoder struct {
	b   []byte
	err error
}

// NewDecoder reads from b.
func NewDecoder(b []byte) *Decoder { return &Decoder{b: b} }

// Err tells whether anything read so far was missing or malformed.
func (d *Decoder) Err() error { return d.err }

// Done is Err, and also complains about bytes left over.
func (d *Decoder) Done() error {
	if d.err == nil && len(d.b) != 0 {
		d.fail("%d bytes too many", len(d.b))
	}
	return d.err
}

// Len returns how many bytes are left.
func (d *Decoder) Len() int { return len(d.b) }

func (d *Decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrFrame, fmt.Sprintf(format, args...))
	}
	d.b = nil
}

func (d *Decoder) take(n int) []byte {
	if n < 0 || len(d.b) < n {
		d.fail("%d bytes missing", n-len(d.b))
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

// Bytes takes n bytes, which stay part of the input.
func (d *Decoder) Bytes(n int) []byte { return d.take(n) }

// U8 takes one byte.
func (d *Decoder) U8() uint8 {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

// U16 takes two bytes.
func (d *Decoder) U16() uint16 {
	if b := d.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// U32 takes four bytes.
func (d *Decoder) U32() uint32 {
	if b := d.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// U64 takes eight bytes.
func (d *Decoder) U64() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Count takes a number of items of at least size bytes each, and refuses more
// than can follow.
func (d *Decoder) Count(size int) int {
	n := int(d.U32())
	if n*size > len(d.b) {
		d.fail("%d items announced in %d bytes", n, len(d.b))
		return 0
	}
	return n
}
