package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

const (
	lead      = 300 * time.Millisecond // of traffic before something happens
	tail      = 700 * time.Millisecond // and after it
	straggler = 100 * time.Millisecond // how long to wait for the last packets

	frameLen   = 64
	offPayload = 14 + 20 + 8 // flow and number of the packet
)

// traffic sends steady flows and counts where their packets arrive.
type traffic struct {
	out    int // socket
	in     [ways]int
	frames [flows][]byte
}

// openTraffic makes one flow for each destination.
func (b bench) openTraffic(dsts []netip.Addr) (*traffic, error) {
	s, _ := b.lab.Topology.Switch(sw)
	router, err := net.ParseMAC(s.MAC)
	if err != nil {
		return nil, fmt.Errorf("address of the switch: %w", err)
	}
	t := &traffic{out: -1, in: [ways]int{-1, -1, -1, -1}}
	for i, d := range dsts {
		t.frames[i] = packet(router, d, i)
	}
	t.out, err = openSocket(b.lab.Namespace(sender))
	for i, r := range routers() {
		if err == nil {
			t.in[i], err = openSocket(b.lab.Namespace(r))
		}
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *traffic) close() {
	for _, fd := range append(t.in[:], t.out) {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}

// openSocket opens a packet socket for IPv4 on a host's eth0.
func openSocket(ns string) (fd int, err error) {
	proto := binary.NativeEndian.Uint16([]byte{0x08, 0x00})
	return fd, namespace.Do(ns, func() error {
		dev, err := net.InterfaceByName("eth0")
		if err != nil {
			return err
		}
		fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		return errors.Join(
			unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 16<<20),
			unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1),
			unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 20_000}),
			unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: proto, Ifindex: dev.Index}))
	})
}

// packet is a datagram of a flow; its number is written before it is sent.
func packet(router net.HardwareAddr, dst netip.Addr, flow int) []byte {
	b := make([]byte, frameLen)
	copy(b, router)
	copy(b[6:], []byte{2, 0, 0, 9, 0, 1})
	binary.BigEndian.PutUint16(b[12:], 0x0800)
	ip := b[14:]
	ip[0], ip[8], ip[9] = 0x45, 64, 17
	binary.BigEndian.PutUint16(ip[2:], frameLen-14)
	copy(ip[12:], []byte{198, 51, 100, 2})
	copy(ip[16:], dst.AsSlice())
	sum := uint32(0)
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip[i:]))
	}
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	binary.BigEndian.PutUint16(ip[10:], ^uint16(sum))
	binary.BigEndian.PutUint16(ip[20:], uint16(10_000+flow))
	binary.BigEndian.PutUint16(ip[22:], 9)
	binary.BigEndian.PutUint16(ip[24:], frameLen-14-20)
	binary.BigEndian.PutUint32(b[offPayload:], uint32(flow))
	return b
}

// record is what became of the packets of a time: each has a number, which tells its flow, and was sent at a time.
type record struct {
	sent  []time.Time
	way   []int8 // by which router it went; -1: lost
	event int    // packets sent before something happened
}

// during sends for a while, lets something happen amid, and tells what became of every packet.
func (t *traffic) during(happen func() error) (record, error) {
	const n = int((lead+tail)/time.Millisecond) * packetsPerSecond / 1000
	r := record{sent: make([]time.Time, 0, n), way: make([]int8, n), event: n}
	for i := range r.way {
		r.way[i] = -1
	}
	stop := make(chan struct{})
	var listeners sync.WaitGroup
	for way := range ways {
		listeners.Go(func() { t.listen(int8(way), r.way, stop) })
	}
	happened := make(chan error, 1)
	err := t.send(n, &r, func() { go func() { happened <- happen() }() })
	err = errors.Join(err, <-happened)
	time.Sleep(straggler)
	close(stop)
	listeners.Wait()
	return r, err
}

// send sends n packets at an even pace; those that are late it sends at once.
func (t *traffic) send(n int, r *record, happen func()) error {
	began := time.Now()
	for i := 0; i < n; {
		due := min(int(time.Since(began)*packetsPerSecond/time.Second)+1, n)
		for ; i < due; i++ {
			if r.event == n && time.Since(began) >= lead {
				r.event = i
				happen()
			}
			f := t.frames[i%flows]
			binary.BigEndian.PutUint32(f[offPayload+4:], uint32(i))
			r.sent = append(r.sent, time.Now())
			if _, err := unix.Write(t.out, f); err != nil {
				return fmt.Errorf("send: %w", err)
			}
		}
		time.Sleep(200 * time.Microsecond)
	}
	if r.event == n {
		happen()
	}
	return nil
}

// listen notes which packets come by one way. Each has a place of its own in seen.
func (t *traffic) listen(way int8, seen []int8, stop <-chan struct{}) {
	b := make([]byte, 2048)
	for {
		select {
		case <-stop:
			return
		default:
		}
		n, _, err := unix.Recvfrom(t.in[way], b, 0)
		if err != nil || n < frameLen || b[14+9] != 17 || [4]byte(b[14+12:]) != [4]byte{198, 51, 100, 2} {
			continue // nothing came, the link is down, or it is none of ours
		}
		if i := binary.BigEndian.Uint32(b[offPayload+4:]); int(i) < len(seen) {
			seen[i] = way
		}
	}
}

// spread waits until every way carries flows and nothing is lost.
func (t *traffic) spread(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, returns, errNoReturn)
	defer cancel()
	for {
		r, err := t.during(func() error { return nil })
		if err != nil {
			return err
		}
		var used [ways]int
		lost := 0
		for _, w := range r.way[r.event:] {
			if w < 0 {
				lost++
			} else {
				used[w]++
			}
		}
		if lost == 0 && min(used[0], used[1], used[2], used[3]) > 0 {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("packets by each way %v, %d lost: %w", used, lost, context.Cause(ctx))
		}
	}
}

// judge works out what the loss of a way did to the flows.
func (r *record) judge(lost int) outage {
	var o outage
	var first, last time.Time
	for flow := range flows {
		before := int8(-1) // its way, as of the last packet before the event that arrived
		for i := flow; i < r.event; i += flows {
			if r.way[i] >= 0 {
				before = r.way[i]
			}
		}
		missing, moved := 0, false
		for i := flow; i < len(r.sent); i += flows {
			if i < r.event && r.way[i] >= 0 {
				continue
			}
			if r.way[i] >= 0 {
				moved = moved || r.way[i] != before
				continue
			}
			missing++
			if int(before) == lost {
				if first.IsZero() || r.sent[i].Before(first) {
					first = r.sent[i]
				}
				if r.sent[i].After(last) {
					last = r.sent[i]
				}
			}
		}
		if int(before) != lost {
			if o.others += missing; moved {
				o.others++
			}
			continue
		}
		o.affected++
		o.lost += missing
		o.worst = max(o.worst, missing)
	}
	if o.time = last.Sub(first); o.lost > 0 {
		o.time += time.Second / packetsPerSecond * ways // until the next one could have come
	}
	return o
}
