package row

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	label  = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`)
	zone   = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,15}$`)
	device = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,14}$`)
)

// maxName is the length of a domain name (RFC 1035 section 2.3.4).
const maxName = 253

// ParseAddress reads an address. Zones are names of devices here.
func ParseAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, errors.New("not an address")
	}
	if z := a.Zone(); z != "" && !zone.MatchString(z) {
		return netip.Addr{}, errors.New("its zone is no device")
	}
	return a, nil
}

// CheckHost accepts an address or a name (RFC 1123 section 2.1; underscores as DNS has them).
func CheckHost(s string) error {
	if _, err := ParseAddress(s); err == nil {
		return nil
	}
	if strings.Contains(s, ":") {
		return errors.New("not an address")
	}
	return CheckDomain(s)
}

// CheckDomain accepts a domain name.
func CheckDomain(s string) error {
	if len(s) > maxName {
		return fmt.Errorf("longer than %d characters", maxName)
	}
	for _, l := range strings.Split(strings.TrimSuffix(s, "."), ".") {
		if !label.MatchString(l) {
			return errors.New("neither an address nor a host name")
		}
	}
	return nil
}

// CheckInterface accepts what the kernel takes for the name of a device, without what would need quoting.
func CheckInterface(s string) error {
	if !device.MatchString(s) {
		return errors.New("not the name of an interface")
	}
	return nil
}

// CheckToken accepts one word of printable ASCII without separators, quotes, escapes and comment signs.
func CheckToken(s string, most int) error {
	if err := CheckLine(s, most); err != nil {
		return err
	}
	for _, c := range s {
		if c > unicode.MaxASCII || strings.ContainsRune(" \t\n#\"'`\\,;", c) {
			return fmt.Errorf("%q cannot be part of it", c)
		}
	}
	if s[0] == '-' || s[0] == '@' || s[0] == '!' {
		return fmt.Errorf("%q cannot begin it", s[0])
	}
	return nil
}

// CheckLine accepts printable text of one line.
func CheckLine(s string, most int) error {
	if strings.ContainsAny(s, "\n\r") {
		return errors.New("more than one line")
	}
	return CheckParagraph(s, most)
}

// CheckParagraph accepts printable text, in lines.
func CheckParagraph(s string, most int) error {
	switch {
	case s == "":
		return errors.New("empty")
	case len(s) > most:
		return fmt.Errorf("longer than %d bytes", most)
	case !utf8.ValidString(s):
		return errors.New("not UTF-8")
	}
	for _, c := range s {
		if !unicode.IsPrint(c) && c != '\n' && c != '\t' {
			return fmt.Errorf("%q is not printable", c)
		}
	}
	return nil
}
