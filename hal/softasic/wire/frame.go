package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Magic opens a Hello: "HSAI".
const Magic = 0x49415348

// Version is the revision of the language; both sides must have the same.
const Version = 3

// MaxFrame bounds the bytes after a frame's header. A bulk of 8192 objects, the
// most that libsai.so sends at once, stays well below it.
const MaxFrame = 16 << 20

// MaxCount bounds the objects of one request.
const MaxCount = 1 << 16

// MaxCounters bounds the values of one request for counters, so that their reply
// fits a frame.
const MaxCounters = 1 << 20

const headerSize = 16

// FrameKind says what a frame holds.
type FrameKind uint8

// The kinds of frames.
const (
	KindHello FrameKind = iota + 1
	KindWelcome
	KindRequest
	KindReply
	KindNotification
)

// Header precedes the body of every frame.
type Header struct {
	Len  uint32 // of the body
	Kind FrameKind
	Op   Op     // requests and replies
	Seq  uint64 // requests and replies: counted by the client from 1
}

// ErrFrame is the class of all malformed input.
var ErrFrame = errors.New("malformed frame")

// ReadFrame reads one frame. The body is in buf if that is large enough, else
// in a new slice; pass the returned slice again to reuse it.
func ReadFrame(r io.Reader, buf []byte) (Header, []byte, error) {
	var raw [headerSize]byte
	if _, err := io.ReadFull(r, raw[:]); err != nil {
		return Header{}, buf, err
	}
	h := Header{
		Len: binary.LittleEndian.Uint32(raw[0:]), Kind: FrameKind(raw[4]), Op: Op(raw[5]),
		Seq: binary.LittleEndian.Uint64(raw[8:]),
	}
	if h.Len > MaxFrame {
		return h, buf, fmt.Errorf("%w: %d bytes", ErrFrame, h.Len)
	}
	if raw[6] != 0 || raw[7] != 0 || h.Kind < KindHello || h.Kind > KindNotification {
		return h, buf, fmt.Errorf("%w: header % x", ErrFrame, raw)
	}
	if uint32(cap(buf)) < h.Len {
		buf = make([]byte, h.Len)
	}
	buf = buf[:h.Len]
	if _, err := io.ReadFull(r, buf); err != nil {
		return h, buf, fmt.Errorf("%w: cut short", ErrFrame)
	}
	return h, buf, nil
}

// BeginFrame appends a header whose length EndFrame fills in.
func BeginFrame(dst []byte, h Header) []byte {
	dst = append(dst, 0, 0, 0, 0, byte(h.Kind), byte(h.Op), 0, 0)
	return binary.LittleEndian.AppendUint64(dst, h.Seq)
}

// EndFrame completes the frame that begins at start.
func EndFrame(dst []byte, start int) []byte {
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-headerSize))
	return dst
}

// Hello is the client's first frame.
type Hello struct {
	Session [16]byte // chosen at random once per process
}

// AppendHello appends the whole frame.
func AppendHello(dst []byte, h Hello) []byte {
	start := len(dst)
	dst = BeginFrame(dst, Header{Kind: KindHello})
	dst = binary.LittleEndian.AppendUint32(dst, Magic)
	dst = binary.LittleEndian.AppendUint32(dst, Version)
	return EndFrame(append(dst, h.Session[:]...), start)
}

// DecodeHello reads the body of a Hello.
func DecodeHello(body []byte) (Hello, error) {
	d := Decoder{b: body}
	magic, version := d.U32(), d.U32()
	var h Hello
	copy(h.Session[:], d.take(len(h.Session)))
	switch {
	case d.err != nil || len(d.b) != 0 || magic != Magic:
		return h, fmt.Errorf("%w: no hello", ErrFrame)
	case version != Version:
		return h, fmt.Errorf("client speaks version %d, this is %d", version, Version)
	}
	return h, nil
}

// Welcome is the server's first frame.
type Welcome struct {
	LastSeq uint64 // the last request of this session that took effect
}

// AppendWelcome appends the whole frame.
func AppendWelcome(dst []byte, w Welcome) []byte {
	start := len(dst)
	dst = BeginFrame(dst, Header{Kind: KindWelcome})
	dst = binary.LittleEndian.AppendUint32(dst, Version)
	return EndFrame(binary.LittleEndian.AppendUint64(dst, w.LastSeq), start)
}

// DecodeWelcome reads the body of a Welcome.
func DecodeWelcome(body []byte) (Welcome, error) {
	d := Decoder{b: body}
	version, w := d.U32(), Welcome{LastSeq: d.U64()}
	if d.err != nil || len(d.b) != 0 || version != Version {
		return w, fmt.Errorf("%w: no welcome", ErrFrame)
	}
	return w, nil
}
