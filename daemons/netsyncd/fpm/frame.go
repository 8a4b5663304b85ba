package fpm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The header of a frame (FRR's fpm/fpm.h): version, type of the message, and the length of both in network order.
const (
	headerLength   = 4
	version        = 1
	typeNetlink    = 1
	netlinkHeader  = 16
	netlinkLengths = 4 // alignment of messages and attributes
)

// Reasons for which a connection cannot go on: what follows is not at a known place.
var (
	ErrVersion = errors.New("version is not 1")
	ErrLength  = errors.New("length is wrong")
)

// ReadFrame reads one frame and gives its payload, which is good until the next call with the same buffer. A type that is not netlink gives none.
func ReadFrame(r io.Reader, buf []byte) ([]byte, error) {
	var head [headerLength]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[2:]))
	switch {
	case head[0] != version:
		return nil, fmt.Errorf("FPM frame of version %d: %w", head[0], ErrVersion)
	case n < headerLength:
		return nil, fmt.Errorf("FPM frame of %d octets: %w", n, ErrLength)
	}
	payload := buf[:n-headerLength]
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, fmt.Errorf("FPM frame of %d octets: %w", n, err)
	}
	if head[1] != typeNetlink {
		return nil, nil
	}
	return payload, nil
}

// FrameBuffer is large enough for ReadFrame.
const FrameBuffer = 1<<16 - 1

// Append writes a frame around netlink messages: for those who play zebra.
func Append(b, payload []byte) ([]byte, error) {
	if len(payload)+headerLength > FrameBuffer {
		return nil, fmt.Errorf("FPM frame of %d octets: %w", len(payload)+headerLength, ErrLength)
	}
	b = append(b, version, typeNetlink)
	b = binary.BigEndian.AppendUint16(b, uint16(len(payload)+headerLength))
	return append(b, payload...), nil
}
