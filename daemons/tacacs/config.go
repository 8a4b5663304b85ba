package tacacs

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// Kind is how a password is proved.
type Kind string

// The kinds, in the words of TACPLUS.
const (
	KindPAP   Kind = "pap"
	KindCHAP  Kind = "chap"
	KindLogin Kind = "login"
)

// Server is one that can be asked.
type Server struct {
	Address string // host and port
	Key     string
	Timeout time.Duration
	Kind    Kind
	Source  netip.Addr // that it is asked from; the zero one for any
	VRF     string     // that it is asked in; "" for the default one
}

// Load reads the servers in the order in which they are to be asked, from a file as hostcfgd writes it.
func Load(path string) ([]Server, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read servers: %w", err)
	}
	var list []Server
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s line %d: %w", path, i+1, err)
		}
		list = append(list, s)
	}
	return list, nil
}

// parse reads "server=host:port,secret=key,timeout=5,...". The line itself is in no error: it has a secret.
func parse(line string) (Server, error) {
	s := Server{Timeout: 5 * time.Second, Kind: KindPAP}
	for _, part := range strings.Split(line, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "server":
			if _, _, err := net.SplitHostPort(value); err != nil {
				return s, fmt.Errorf("server: not a host and a port")
			}
			s.Address = value
		case "secret":
			s.Key = value
		case "timeout":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > 60 {
				return s, fmt.Errorf("timeout: not a number from 1 to 60")
			}
			s.Timeout = time.Duration(n) * time.Second
		case "type":
			s.Kind = Kind(value)
		case "source":
			a, err := netip.ParseAddr(value)
			if err != nil {
				return s, fmt.Errorf("source: not an address")
			}
			s.Source = a
		case "vrf":
			s.VRF = value
		default:
			return s, fmt.Errorf("unknown word before a %q", "=")
		}
	}
	if s.Address == "" || s.Key == "" {
		return s, fmt.Errorf("no server, or no secret")
	}
	return s, nil
}
