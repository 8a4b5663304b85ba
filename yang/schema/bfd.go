package schema

import (
	"fmt"
	"net/netip"
	"strings"
)

// BFDKey names a BFD session, as APPL_DB "default:Ethernet0:10.0.0.2" and STATE_DB "default|default|10.0.0.2" have it.
type BFDKey struct {
	VRF       string        // empty is the default one
	Interface InterfaceName // empty is written "default": whichever interface leads to the peer
	Peer      netip.Addr
}

// ParseBFDKey reads a key with the database's separator, which an IPv6 address may hold too.
func ParseBFDKey(key, sep string) (BFDKey, error) {
	parts := strings.SplitN(key, sep, 3)
	if len(parts) != 3 {
		return BFDKey{}, fmt.Errorf("key %q is not VRF, interface and peer", key)
	}
	var k BFDKey
	if parts[0] != DefaultVRF {
		if err := new(VRFName).UnmarshalText([]byte(parts[0])); err != nil {
			return k, err
		}
		k.VRF = parts[0]
	}
	if parts[1] != DefaultVRF {
		if err := k.Interface.UnmarshalText([]byte(parts[1])); err != nil {
			return k, err
		}
	}
	peer, err := netip.ParseAddr(parts[2])
	switch {
	case err != nil || peer.Zone() != "":
		return k, fmt.Errorf("peer %q is not an IPv4 or IPv6 address", parts[2])
	case peer.IsUnspecified() || peer.IsMulticast():
		return k, fmt.Errorf("peer %s is not the address of one system", peer)
	case peer.Is6() && peer.IsLinkLocalUnicast() && k.Interface == "":
		return k, fmt.Errorf("link-local peer %s needs an interface", peer)
	}
	k.Peer = peer.Unmap()
	return k, nil
}

// Join writes the key with the database's separator.
func (k BFDKey) Join(sep string) string {
	vrf, link := k.VRF, string(k.Interface)
	if vrf == "" {
		vrf = DefaultVRF
	}
	if link == "" {
		link = DefaultVRF
	}
	return vrf + sep + link + sep + k.Peer.String()
}

// What a BFD session has that names nothing else: SONiC's.
const (
	DefaultBFDInterval   BFDInterval   = 1000
	DefaultBFDMultiplier BFDMultiplier = 10
	DefaultBFDTOS                      = 192
)

// BFDInterval is a time between two packets in milliseconds, 10 to 60000.
type BFDInterval uint32

// UnmarshalText reads the decimal number.
func (i *BFDInterval) UnmarshalText(b []byte) error {
	n, err := parseRange("interval", b, 10, 60_000)
	*i = BFDInterval(n)
	return err
}

// MarshalText writes the decimal number.
func (i BFDInterval) MarshalText() ([]byte, error) { return fmt.Append(nil, uint32(i)), nil }

// BFDMultiplier is how many packets may be missing, 1 to 255.
type BFDMultiplier uint8

// UnmarshalText reads the decimal number.
func (m *BFDMultiplier) UnmarshalText(b []byte) error {
	n, err := parseRange("multiplier", b, 1, 255)
	*m = BFDMultiplier(n)
	return err
}

// MarshalText writes the decimal number.
func (m BFDMultiplier) MarshalText() ([]byte, error) { return fmt.Append(nil, uint8(m)), nil }

// BFDType says who speaks first, and how.
type BFDType string

// The types. A demand session is one that SONiC's table allows and no software here can speak.
const (
	BFDAsyncActive   BFDType = "async_active"
	BFDAsyncPassive  BFDType = "async_passive"
	BFDDemandActive  BFDType = "demand_active"
	BFDDemandPassive BFDType = "demand_passive"
)

// UnmarshalText accepts the four.
func (t *BFDType) UnmarshalText(b []byte) error {
	err := oneOf("type", b, string(BFDAsyncActive), string(BFDAsyncPassive), string(BFDDemandActive), string(BFDDemandPassive))
	*t = BFDType(b)
	return err
}

// BFDSession is a row of APPL_DB BFD_SESSION_TABLE; the key is a BFDKey joined with ':'.
type BFDSession struct {
	TxInterval  BFDInterval       `db:"tx_interval"` // default 1000 ms
	RxInterval  BFDInterval       `db:"rx_interval"` // default 1000 ms
	Multiplier  BFDMultiplier     `db:"multiplier"`  // default 10
	Multihop    bool              `db:"multihop"`
	LocalAddr   netip.Addr        `db:"local_addr"` // default: any address of the switch
	Type        BFDType           `db:"type"`       // default async_active
	TOS         *uint8            `db:"tos"`        // default 192
	AdminStatus AdminStatus       `db:"admin_status"`
	Owner       string            `db:"heddle_owner"` // the daemon that asks for the session, where it is one of ours
	Unknown     map[string]string `db:"*"`
}

// StateBFDSession is a row of STATE_DB BFD_SESSION_TABLE; the key is a BFDKey joined with '|'. The first fields are SONiC's; the rest tell
// what was negotiated (intervals in microseconds), and let a daemon that starts again go on where it left off.
type StateBFDSession struct {
	State      string        `db:"state"` // Up, Down, Init, Admin_Down
	Type       BFDType       `db:"type"`
	LocalAddr  string        `db:"local_addr"`
	TxInterval BFDInterval   `db:"tx_interval"`
	RxInterval BFDInterval   `db:"rx_interval"`
	Multiplier BFDMultiplier `db:"multiplier"`
	Multihop   bool          `db:"multihop,zero"`
	Local      uint32        `db:"local_discriminator"`

	Diag        string            `db:"local_diag"`
	RemoteState string            `db:"remote_state"`
	Remote      uint32            `db:"remote_discriminator"`
	RemoteTx    uint32            `db:"remote_min_tx_us"`
	RemoteRx    uint32            `db:"remote_min_rx_us"`
	RemoteMult  uint8             `db:"remote_multiplier"`
	SentEvery   uint32            `db:"negotiated_tx_us"`
	Detection   uint32            `db:"detection_time_us"`
	Problem     string            `db:"problem"` // why it cannot be spoken
	Unknown     map[string]string `db:"*"`
}
