package sender

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/osrg/gobgp/v3/pkg/packet/bgp"

	"github.com/heddle-nos/heddle/bench/bgp/table"
)

const as = 64999

func nextHop() netip.Addr { return netip.MustParseAddr("198.51.100.2") }

// TestUpdates reads what was encoded with another implementation, and finds the table again.
func TestUpdates(t *testing.T) {
	sets, err := table.Make(20_000, 3)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := Updates(sets, as, nextHop())
	if err != nil {
		t.Fatal(err)
	}
	rest := bytes.NewReader(stream)
	for i, s := range sets {
		for want := s.Prefixes; len(want) > 0; {
			u := readUpdate(t, rest)
			if len(u.NLRI) == 0 || len(u.NLRI) > len(want) {
				t.Fatalf("set %d: a message of %d prefixes, of %d", i, len(u.NLRI), len(want))
			}
			for j, n := range u.NLRI {
				if n.String() != want[j].String() {
					t.Fatalf("set %d: %s, want %s", i, n, want[j])
				}
			}
			compareAttributes(t, u.PathAttributes, s.Attributes)
			want = want[len(u.NLRI):]
		}
	}
	if end, _ := readUpdate(t, rest).IsEndOfRib(); !end || rest.Len() > 0 {
		t.Errorf("no End-of-RIB at the end, but %d octets", rest.Len())
	}
}

func readUpdate(t *testing.T, r io.Reader) *bgp.BGPUpdate {
	t.Helper()
	kind, body, err := receive(r)
	if err != nil || kind != typeUpdate {
		t.Fatalf("type %d, %v", kind, err)
	}
	m, err := bgp.ParseBGPBody(&bgp.BGPHeader{Type: kind, Len: uint16(len(body) + headerLen)}, body)
	if err != nil {
		t.Fatal(err)
	}
	return m.Body.(*bgp.BGPUpdate)
}

func compareAttributes(t *testing.T, list []bgp.PathAttributeInterface, want table.Attributes) {
	t.Helper()
	var got table.Attributes
	for _, a := range list {
		switch a := a.(type) {
		case *bgp.PathAttributeOrigin:
			got.Origin = a.Value
		case *bgp.PathAttributeAsPath:
			got.Path = a.Value[0].GetAS()[1:]
			if first := a.Value[0].GetAS()[0]; first != as {
				t.Fatalf("the path begins with AS %d", first)
			}
		case *bgp.PathAttributeNextHop:
			if !a.Value.Equal(nextHop().AsSlice()) {
				t.Fatalf("next hop %s", a.Value)
			}
		case *bgp.PathAttributeMultiExitDisc:
			got.MED = a.Value
		case *bgp.PathAttributeAtomicAggregate:
			got.Atomic = true
		case *bgp.PathAttributeAggregator:
			got.Aggregator = a.Value.AS
		case *bgp.PathAttributeCommunities:
			got.Communities = a.Value
		}
	}
	if got.Origin != want.Origin || got.MED != want.MED || got.Atomic != want.Atomic || got.Aggregator != want.Aggregator ||
		!slices.Equal(got.Path, want.Path) || !slices.Equal(got.Communities, want.Communities) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestUpdatesNeedIPv4(t *testing.T) {
	if _, err := Updates(nil, as, netip.MustParseAddr("2001:db8::1")); err == nil {
		t.Error("took a next hop of IPv6")
	}
}

// TestSession: a peer that answers gets what is sent, and a notification is told with its code.
func TestSession(t *testing.T) {
	here, there := net.Pipe()
	peer := make(chan error, 1)
	go func() { peer <- answer(there) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	s, err := Open(ctx, func(context.Context) (net.Conn, error) { return here, nil }, 4_200_000_000, nextHop())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Send(keepalive()); err != nil {
		t.Fatal(err)
	}
	if err := <-peer; err != nil {
		t.Fatal(err)
	}
	<-s.done
	if err := s.Err(); err == nil || err.Error() != "the BGP session ended: the peer ended the session: code 6, subcode 2" {
		t.Error(err)
	}
}

// answer is a peer that accepts, waits for one message and ends the session.
func answer(conn net.Conn) error {
	kind, body, err := receive(conn)
	if err != nil || kind != typeOpen {
		return errors.Join(err, errors.New("no OPEN"))
	}
	m, err := bgp.ParseBGPBody(&bgp.BGPHeader{Type: kind, Len: uint16(len(body) + headerLen)}, body)
	if err != nil {
		return err
	}
	if o := m.Body.(*bgp.BGPOpen); o.MyAS != bgp.AS_TRANS || !o.ID.Equal(nextHop().AsSlice()) {
		return errors.New("not the OPEN that was asked for")
	}
	if _, err := conn.Write(openMessage(65001, netip.MustParseAddr("198.51.100.1"))); err != nil {
		return err
	}
	if kind, _, err = receive(conn); err != nil || kind != typeKeepalive {
		return errors.Join(err, errors.New("no KEEPALIVE"))
	}
	if _, err := conn.Write(keepalive()); err != nil {
		return err
	}
	if kind, _, err = receive(conn); err != nil || kind != typeKeepalive {
		return errors.Join(err, errors.New("what was sent did not come"))
	}
	cease := append(begin(nil, typeNotify), 6, 2)
	finish(cease)
	_, err = conn.Write(cease)
	return err
}

func TestOpenGivesUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	refuse := func(context.Context) (net.Conn, error) { return nil, errors.New("refused") }
	if _, err := Open(ctx, refuse, as, nextHop()); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
