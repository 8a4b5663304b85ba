package dataplane

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

// chosen counts how often each of ports 1..n is chosen for frames that come in by a
// port.
func (r *rig) chosen(from PortID, n PortID, frames [][]byte) map[PortID]int {
	r.t.Helper()
	counts := func() (c []uint64) {
		for id := PortID(1); id <= n; id++ {
			k, err := r.PortCounters(id)
			r.must(err)
			c = append(c, k[OutUcast])
		}
		return c
	}
	before := counts()
	for _, f := range frames {
		if verdict, _ := r.try(from, f); verdict != xdpRedirect {
			r.t.Fatalf("verdict %d; drops %v", verdict, r.drops())
		}
	}
	out := map[PortID]int{}
	for i, k := range counts() {
		if d := k - before[i]; d > 0 {
			out[PortID(i+1)] = int(d)
		}
	}
	return out
}

// flowOf is what tells flows apart.
type flowOf struct {
	src, dst     string
	sport, dport uint16
	label        uint32
	srcMAC       MAC
}

func (r *rig) flow(f flowOf) []byte {
	r.t.Helper()
	proto, packet := uint16(0x0800), udp(r.t, f.src, f.dst, 64, 20)
	l4 := 20
	if packet[0]>>4 == 6 {
		proto, l4 = 0x86dd, 40
		binary.BigEndian.PutUint32(packet, 6<<28|f.label)
	}
	binary.BigEndian.PutUint16(packet[l4:], f.sport)
	binary.BigEndian.PutUint16(packet[l4+2:], f.dport)
	return ether(router, f.srcMAC, 0, proto, packet)
}

// TestHashFields: a flow's way depends on the chosen fields and no others.
func TestHashFields(t *testing.T) {
	const paths, flows = 4, 16
	r := newECMP(t, paths)
	vary := map[string]func(f *flowOf, i int){
		"source": func(f *flowOf, i int) {
			f.src = map[bool]string{true: fmt.Sprintf("fd00::%x", i+1), false: fmt.Sprintf("10.0.0.%d", i+1)}[f.src[0] == 'f']
		},
		"destination": func(f *flowOf, i int) {
			f.dst = map[bool]string{true: fmt.Sprintf("fd50::%x", i+1), false: fmt.Sprintf("50.0.0.%d", i+1)}[f.src[0] == 'f']
		},
		"source port": func(f *flowOf, i int) { f.sport = uint16(i) },
		"port":        func(f *flowOf, i int) { f.dport = uint16(i) },
		"label":       func(f *flowOf, i int) { f.label = uint32(i) },
		"MAC":         func(f *flowOf, i int) { f.srcMAC = mac(byte(i)) },
	}
	bit := map[string]HashFields{"source": HashSrcIP, "destination": HashDstIP, "source port": HashL4SrcPort, "port": HashL4DstPort, "label": HashFlowLabel, "MAC": HashSrcMAC}
	for _, base := range []flowOf{{src: "10.0.0.1", dst: "50.0.0.1"}, {src: "fd00::1", dst: "fd50::1"}} {
		for what, change := range vary {
			var frames [][]byte
			for i := range flows {
				f := base
				change(&f, i)
				frames = append(frames, r.flow(f))
			}
			for _, hash := range []HashFields{hashFlow, bit[what], ^bit[what] & (hashFieldsEnd - 1), HashIPProtocol | HashEtherType | HashVLAN | HashDstMAC} {
				r.must(r.SetHash(HashGroups, Hash{IPv4: hash, IPv6: hash}))
				counts := hash&bit[what] != 0 && (what != "label" || base.src[0] == 'f')
				if got := r.chosen(paths+1, paths, frames); (len(got) > 1) != counts {
					t.Errorf("%s: %s varies, hash over %#x: ways %v", base.src, what, hash, got)
				}
			}
		}
	}
}

// TestHashSpread: every algorithm uses all ways about evenly, and one of them may
// reorder a flow.
func TestHashSpread(t *testing.T) {
	const paths, flows = 4, 1024
	r := newECMP(t, paths)
	var frames, same [][]byte
	for i := range flows {
		frames = append(frames, r.flow(flowOf{src: fmt.Sprintf("10.0.%d.%d", i>>4, i&15), dst: "50.0.0.1", sport: uint16(7 * i), dport: 80}))
		same = append(same, frames[0])
	}
	for a := range hashAlgorithms {
		h := DefaultHash(HashGroups)
		h.Algorithm, h.Rotate = a, 3
		r.must(r.SetHash(HashGroups, h))
		got := r.chosen(paths+1, paths, frames)
		for id := PortID(1); id <= paths; id++ {
			if n := got[id]; n < flows/paths*3/4 || n > flows/paths*5/4 {
				t.Errorf("algorithm %d: port %d got %d of %d flows", a, id, n, flows)
			}
		}
		if got := r.chosen(paths+1, paths, same[:64]); (len(got) > 1) != (a == HashRandom) {
			t.Errorf("algorithm %d: one flow takes ways %v", a, got)
		}
	}
}

// TestHashSymmetric: both directions of a flow take one way.
func TestHashSymmetric(t *testing.T) {
	const paths = 4
	r := newECMP(t, paths)
	for _, err := range r.UpdateRoutes(0, []RouteUpdate{route("10.0.0.0/8", adjGroup1), route("fd00::/16", adjGroup1)}) {
		r.must(err)
	}
	for _, symmetric := range []bool{true, false} {
		h := DefaultHash(HashGroups)
		h.Symmetric = symmetric
		r.must(r.SetHash(HashGroups, h))
		differ := 0
		for i := range 16 {
			for _, f := range []flowOf{
				{src: fmt.Sprintf("10.0.0.%d", i+1), dst: "50.0.0.1", sport: uint16(i), dport: 443},
				{src: fmt.Sprintf("fd00::%d", i+1), dst: "fd50::1", sport: uint16(i), dport: 443, label: 7},
			} {
				back := flowOf{src: f.dst, dst: f.src, sport: f.dport, dport: f.sport, label: f.label * 3}
				there, again := r.chosen(paths+1, paths, [][]byte{r.flow(f)}), r.chosen(paths+1, paths, [][]byte{r.flow(back)})
				if fmt.Sprint(there) != fmt.Sprint(again) {
					differ++
				}
			}
		}
		if (differ == 0) != symmetric {
			t.Errorf("symmetric %v: %d flows differ", symmetric, differ)
		}
	}
}

// TestHashSeed: switches with other seeds choose otherwise, by rule and without.
func TestHashSeed(t *testing.T) {
	const paths, flows = 4, 16
	r := newECMP(t, paths)
	for _, a := range []HashAlgorithm{HashMix, HashXOR, HashCRC32Low, HashCRC32High, HashCCITT} {
		ways := map[string]bool{}
		for seed := range uint32(4) {
			h := DefaultHash(HashGroups)
			h.Algorithm, h.Seed = a, seed*0x01234567
			r.must(r.SetHash(HashGroups, h))
			way := ""
			for i := range flows {
				way += fmt.Sprint(r.chosen(paths+1, paths, [][]byte{r.flow(flowOf{src: "10.0.0.1", dst: "50.0.0.1", sport: uint16(i)})}))
			}
			ways[way] = true
		}
		if len(ways) != 4 {
			t.Errorf("algorithm %d: 4 seeds, %d ways", a, len(ways))
		}
	}
}

// TestHashCRC: the algorithm that has a standard follows it.
func TestHashCRC(t *testing.T) {
	const paths = 4
	r := newECMP(t, paths)
	r.must(r.SetHash(HashGroups, Hash{IPv4: HashSrcIP | HashDstIP, Algorithm: HashCRC32Low}))
	for i := range 16 {
		f := flowOf{src: fmt.Sprintf("10.9.8.%d", i), dst: "50.0.0.1"}
		frame := r.flow(f)
		sum := uint64(crc32.ChecksumIEEE(frame[14+12:14+20]) & 0xffff)
		const spread uint64 = 0xd6e8feb86659fd93 // scale in bpf/hash.h
		slot := sum * spread >> 32 * groupSlots >> 32
		want := r.groups[1].slots[slot] - uint32(adjPath)
		if got := r.chosen(paths+1, paths, [][]byte{frame}); got[PortID(want)] != 1 {
			t.Errorf("%s: way %v, want %d", f.src, got, want)
		}
	}
}

// TestHashFragments: all fragments of a packet take one way.
func TestHashFragments(t *testing.T) {
	const paths = 4
	r := newECMP(t, paths)
	for _, h := range []Hash{DefaultHash(HashGroups), {IPv4: hashFlow, Algorithm: HashCRC32Low}} {
		r.must(r.SetHash(HashGroups, h))
		var frames [][]byte
		for i := range 32 {
			frame := r.flow(flowOf{src: "10.0.0.1", dst: "50.0.0.1", sport: uint16(i), dport: 9})
			ip := frame[14:]
			binary.BigEndian.PutUint16(ip[6:], uint16(layers.IPv4MoreFragments)<<13|uint16(i))
			binary.BigEndian.PutUint16(ip[10:], 0)
			binary.BigEndian.PutUint16(ip[10:], ^checksum(ip[:20]))
			frames = append(frames, frame)
		}
		if got := r.chosen(paths+1, paths, frames); len(got) != 1 {
			t.Errorf("hash %+v: fragments take ways %v", h, got)
		}
	}
}

// TestHashSync: a restart keeps the rule, and a restatement without it takes it back.
func TestHashSync(t *testing.T) {
	r := newRig(t, 0)
	r.must(r.SetHash(HashLAGs, Hash{IPv4: HashSrcIP, Algorithm: HashXOR, Seed: 3}))
	r.restart()
	if r.settings.HashRules != 1<<HashLAGs || r.settings.LagSeed != 3 {
		t.Errorf("after a restart: %+v", r.settings)
	}
	r.must(r.BeginSync(), r.SetHash(HashGroups, DefaultHash(HashGroups)), r.EndSync())
	if r.settings.HashRules != 0 || r.settings.LagSeed != 0 {
		t.Errorf("after a restatement: %+v", r.settings)
	}
	for i, h := range []Hash{{IPv4: hashFieldsEnd}, {Algorithm: hashAlgorithms}, {Rotate: 64}} {
		if err := r.SetHash(HashLAGs, h); err == nil {
			t.Errorf("bad hash %d accepted", i)
		}
	}
	if err := r.SetHash(hashKinds, Hash{}); err == nil {
		t.Error("a hash of nothing accepted")
	}
}
