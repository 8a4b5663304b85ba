package render_test

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"net"
	"testing"
)

// Codes and attributes of RADIUS (RFC 2865).
const (
	radiusRequest, radiusAccept, radiusReject = 1, 2, 3
	radiusUserName, radiusUserPassword        = 1, 2
	radiusManagementPrivilegeLevel            = 136 // RFC 5607
)

// startRADIUS serves those users on any address of the loopback until the test ends.
func startRADIUS(t *testing.T, secret string, users map[string]string) int {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			if answer := answerRADIUS(buf[:n], secret, users); answer != nil {
				_, _ = conn.WriteToUDPAddrPort(answer, from) // one that is lost is asked for again
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return conn.LocalAddr().(*net.UDPAddr).Port
}

func answerRADIUS(p []byte, secret string, users map[string]string) []byte {
	if len(p) < 20 || p[0] != radiusRequest {
		return nil
	}
	attributes := make(map[byte][]byte)
	for rest := p[20:]; len(rest) >= 2 && int(rest[1]) >= 2 && int(rest[1]) <= len(rest); rest = rest[rest[1]:] {
		attributes[rest[0]] = rest[2:rest[1]]
	}
	password := revealed(attributes[radiusUserPassword], p[4:20], secret)
	answer := make([]byte, 20)
	answer[0], answer[1] = radiusReject, p[1]
	if want, ok := users[string(attributes[radiusUserName])]; ok && want == password {
		answer[0] = radiusAccept
	}
	if string(attributes[radiusUserName]) == "chief" {
		answer = append(answer, radiusManagementPrivilegeLevel, 6, 0, 0, 0, 15)
	}
	binary.BigEndian.PutUint16(answer[2:], uint16(len(answer)))
	sum := md5.Sum(append(append(append(append([]byte{}, answer[:4]...), p[4:20]...), answer[20:]...), secret...)) // section 3, Response Authenticator
	copy(answer[4:], sum[:])
	return answer
}

// revealed undoes how a password is hidden (section 5.2).
func revealed(hidden, authenticator []byte, secret string) string {
	var out []byte
	last := authenticator
	for ; len(hidden) >= 16; hidden = hidden[16:] {
		key := md5.Sum(append([]byte(secret), last...))
		for i, k := range key {
			out = append(out, hidden[i]^k)
		}
		last = hidden[:16]
	}
	return string(bytes.TrimRight(out, "\x00"))
}

// unusedPort is one that nobody listens at: ours was just closed.
func unusedPort(t *testing.T) int {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).Port
}
