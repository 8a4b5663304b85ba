package tacacs

import (
	"crypto/md5" //nolint:gosec // the protocol's own
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Values of the protocol (RFC 8907 sections 4 and 5).
const (
	majorVersion  = 0xc0
	minorASCII    = 0 // and of authorization and accounting; 1 for PAP and CHAP
	minorOne      = 1
	typeAuthen    = 1
	typeAuthor    = 2
	typeAcct      = 3
	flagPlain     = 0x01 // the body is not obfuscated
	headerLength  = 12
	longestBody   = 1 << 16 // of a reply; none that we ask for comes near
	actionLogin   = 1
	privUser      = 1
	serviceLogin  = 1
	authenASCII   = 1
	authenPAP     = 2
	authenCHAP    = 3
	statusPass    = 1
	statusFail    = 2
	statusGetData = 3
	statusGetUser = 4
	statusGetPass = 5
	statusError   = 7
)

// header begins every packet.
type header struct {
	version, kind, seq, flags byte
	session                   uint32
}

// opened is the header of a session's first packet.
func opened(version, kind byte) (header, error) {
	var id [4]byte
	if _, err := rand.Read(id[:]); err != nil {
		return header{}, err
	}
	return header{version: version, kind: kind, seq: 1, session: binary.BigEndian.Uint32(id[:])}, nil
}

// pad obfuscates a body, or undoes that (section 4.5).
func pad(h header, key string, body []byte) {
	var fixed []byte
	fixed = binary.BigEndian.AppendUint32(fixed, h.session)
	fixed = append(fixed, key...)
	fixed = append(fixed, h.version, h.seq)
	var last []byte
	for i := 0; i < len(body); i += md5.Size {
		sum := md5.Sum(append(append([]byte{}, fixed...), last...)) //nolint:gosec // the protocol's own
		last = sum[:]
		for j := i; j < min(i+md5.Size, len(body)); j++ {
			body[j] ^= last[j-i]
		}
	}
}

// encode makes a packet.
func encode(h header, key string, body []byte) []byte {
	p := []byte{h.version, h.kind, h.seq, 0}
	p = binary.BigEndian.AppendUint32(p, h.session)
	p = binary.BigEndian.AppendUint32(p, uint32(len(body)))
	hidden := append([]byte{}, body...)
	pad(h, key, hidden)
	return append(p, hidden...)
}

// read takes the body of the reply to a packet.
func read(r io.Reader, sent header, key string) ([]byte, error) {
	var head [headerLength]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, fmt.Errorf("read header: %w", err)
	}
	h := header{version: head[0], kind: head[1], seq: head[2], flags: head[3], session: binary.BigEndian.Uint32(head[4:])}
	length := binary.BigEndian.Uint32(head[8:])
	switch {
	case h.version&0xf0 != majorVersion || h.kind != sent.kind:
		return nil, errors.New("not a reply to what was asked")
	case h.session != sent.session || h.seq != sent.seq+1:
		return nil, errors.New("reply of another session")
	case h.flags&flagPlain != 0: // section 10.5.2: an answer that anyone could have written
		return nil, errors.New("reply is not obfuscated")
	case length > longestBody:
		return nil, fmt.Errorf("reply of %d bytes", length)
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, fmt.Errorf("read reply: %w", err)
	}
	pad(h, key, body)
	return body, nil
}

// reply is what a server answers (section 5.2).
type reply struct {
	status byte
	text   string
}

// parseReply reads the body of a reply. With another key than the server's it is noise, and its lengths do not fit.
func parseReply(body []byte) (reply, error) {
	const fixed = 6
	if len(body) < fixed {
		return reply{}, errors.New("reply too short, or the key is wrong")
	}
	text, data := int(binary.BigEndian.Uint16(body[2:])), int(binary.BigEndian.Uint16(body[4:]))
	if fixed+text+data != len(body) {
		return reply{}, errors.New("lengths in the reply do not fit: the key is wrong")
	}
	return reply{status: body[0], text: string(body[fixed : fixed+text])}, nil
}

// start is the body of a first packet (section 5.1). No part is longer than 255 bytes.
func start(kind byte, a Attempt, data []byte) []byte {
	b := []byte{actionLogin, privUser, kind, serviceLogin, byte(len(a.User)), byte(len(a.Terminal)), byte(len(a.From)), byte(len(data))}
	b = append(b, a.User...)
	b = append(b, a.Terminal...)
	b = append(b, a.From...)
	return append(b, data...)
}

// proceed is the body of a packet that answers a question (section 5.3).
func proceed(answer string) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(answer)))
	b = append(b, 0, 0, 0)
	return append(b, answer...)
}
