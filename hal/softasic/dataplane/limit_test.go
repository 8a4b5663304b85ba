package dataplane

import (
	"testing"
	"time"
)

// TestLimits: what goes to the CPU is limited by kind, on every way there, and what
// is forwarded is not.
func TestLimits(t *testing.T) {
	r, _ := newRouter(t)
	const burst = 5
	// A packet a second adds nothing in the time of a case.
	packets := Limit{Meter: Meter{On: true, Rate: 1, Burst: burst}, Packets: true}
	r.must(r.SetLimit(1, packets))
	request := ether(broadcast, mac(9), 0, 0x0806, arp(1))
	us := ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.1.1", 64, 64))
	for name, c := range map[string]struct {
		kind  TrapKind
		in    PortID
		frame []byte
	}{
		"arp on a port":          {TrapARPRequest, 1, request},
		"arp reply":              {TrapARPResponse, 1, ether(router, mac(9), 0, 0x0806, arp(2))},
		"packet to us":           {TrapIP2ME, 1, us},
		"bgp":                    {TrapBGP, 1, ether(router, mac(9), 0, 0x0800, tcp(t, "10.0.1.1", 179))},
		"ttl":                    {TrapTTL, 1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 1, 64))},
		"lldp":                   {TrapLLDP, 1, ether(MAC{1, 0x80, 0xc2, 0, 0, 0x0e}, mac(9), 0, 0x88cc, make([]byte, 46))},
		"neighbour discovery":    {TrapND, 2, ether(MAC{0x33, 0x33, 0, 0, 0, 1}, mac(9), 0, 0x86dd, icmp6(t, "ff02::1:ff00:1", 135))},
		"trapped in a vlan":      {TrapARPResponse, 4, ether(router, mac(9), 100, 0x0806, arp(2))},
		"without a kind for all": {TrapIP2ME, 1, ether(broadcast, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.1.255", 64, 64))},
	} {
		r.must(r.SetLimit(2, packets), r.SetTrap(c.kind, Trap{Action: TrapTrap, Limit: 2}))
		before := r.drops()["limit of the cpu"]
		for range 20 {
			r.try(c.in, c.frame)
		}
		if got := r.drops()["limit of the cpu"] - before; got != 20-burst {
			t.Errorf("%s: %d of 20 dropped, want %d", name, got, 20-burst)
		}
		r.must(r.SetTrap(c.kind, Trap{Action: TrapTrap}), r.DeleteLimit(2))
	}
	r.must(r.SetTrap(TrapIP2ME, Trap{Action: TrapTrap, Limit: 1}))
	forwarded := r.drops()["limit of the cpu"]
	for range 20 {
		r.try(1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 64, 64)))
	}
	if got := r.drops()["limit of the cpu"]; got != forwarded {
		t.Errorf("%d forwarded packets met the limit of the CPU", got-forwarded)
	}
}

// TestLimitOfCopies: what the CPU gets by flooding is limited, what others get is not.
func TestLimitOfCopies(t *testing.T) {
	r, cpu := newRouter(t)
	r.must(r.SetLimit(7, Limit{Meter: Meter{On: true, Rate: 1, Burst: 3}, Packets: true}), r.SetTrap(TrapARPRequest, Trap{Action: TrapCopy, Limit: 7}))
	request, tagged := ether(broadcast, mac(9), 0, 0x0806, arp(1)), ether(broadcast, mac(9), 100, 0x0806, arp(1))
	begin := time.Now()
	for range 10 {
		r.expect(3, request, map[PortID][]byte{4: tagged})
	}
	most := 3 + uint64(time.Since(begin)/time.Second) + 1 // the burst, and one a second
	for range 3 {
		if cpu["Vlan100"].receive(patience) == nil {
			t.Fatal("the CPU got too little")
		}
	}
	r.until("counters", func() bool {
		c, err := r.LimitCounters(7)
		size := uint64(len(tagged))
		return err == nil && c.Passed >= 3 && c.Passed <= most && c.Passed+c.Dropped == 10 && c.PassedBytes == c.Passed*size && c.DroppedBytes == c.Dropped*size
	})
}

// TestLimitsOutlive: bytes are limited too, and a plane that is taken over limits
// on; what is not told again is gone.
func TestLimitsOutlive(t *testing.T) {
	r, _ := newRouter(t)
	lldp := ether(MAC{1, 0x80, 0xc2, 0, 0, 0x0e}, mac(9), 0, 0x88cc, make([]byte, 86)) // 100 bytes
	bytes := Limit{Meter: Meter{On: true, Rate: 100, Burst: 950}}
	begin := time.Now()
	// most is how many frames can have passed by now: the burst, and one a second.
	most := func() uint64 { return 9 + uint64(time.Since(begin)/time.Second) + 1 }
	r.must(r.SetLimit(3, bytes), r.SetTrap(TrapLLDP, Trap{Action: TrapTrap, Limit: 3}))
	for range 30 {
		r.try(1, lldp)
	}
	c, err := r.LimitCounters(3)
	if err != nil || c.Passed < 9 || c.Passed > most() || c.Dropped+c.Passed != 30 {
		t.Fatalf("%+v %v", c, err)
	}
	if n, err := r.TrapCounters(TrapLLDP); err != nil || n != (FlowCounters{Packets: c.Passed, Bytes: c.PassedBytes}) {
		t.Errorf("the trap counted %+v, %v, of %+v", n, err, c)
	}
	r.must(r.Close())
	r.open()
	r.must(r.SetLimit(3, bytes))
	for range 30 {
		r.try(1, lldp)
	}
	c, err = r.LimitCounters(3)
	if err != nil || c.Passed > most() || c.Dropped+c.Passed != 60 {
		t.Errorf("after a restart: %+v %v", c, err)
	}
	r.must(r.BeginSync(), r.EndSync())
	if c, err := r.LimitCounters(3); err == nil {
		t.Errorf("an untold limit is left: %+v", c)
	}
	if err := r.SetLimit(MaxLimit+1, bytes); err == nil {
		t.Error("limit beyond the table accepted")
	}
	if err := r.SetTrap(TrapLLDP, Trap{Action: TrapTrap, Limit: MaxLimit + 1}); err == nil {
		t.Error("trap with a limit beyond the table accepted")
	}
}
