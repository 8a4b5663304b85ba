package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/heddle-nos/heddle/bench/bgp/sender"
	"github.com/heddle-nos/heddle/bench/cost"
	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
)

const (
	dut      = "dut"  // the node under test, in every topology
	peer     = "peer" // the host that sends
	dutAddr  = "198.51.100.1"
	peerAddr = "198.51.100.2"
	peerAS   = 64999

	readyTime = 90 * time.Second
)

// contestant takes a table.
type contestant struct {
	name     string
	topology []byte
	frr      []byte // configuration of FRR, which the lab starts; nil: it is not FRR
	// start starts what the lab does not, once that is up, and tells how to look at it.
	start func(context.Context, *lab.Lab, load) (subject, error)
}

func contestants() []contestant { return []contestant{heddle(), withholding(), frr(), bird()} }

// subject is a contestant that runs.
type subject struct {
	probes    []probe
	processes func(context.Context) ([]cost.Process, error)
	close     func() error
}

// race brings a contestant up, sends it the table and takes it away.
func (c contestant) race(ctx context.Context, bin string, what load) (r result, err error) {
	top, err := topology.Parse(c.topology, "")
	if err != nil {
		return r, err
	}
	top.Name = fmt.Sprintf("%s-%d", top.Name, os.Getpid())
	if h, ok := top.Host(dut); ok {
		h.FRR = c.frr
	}
	l, err := lab.New(top, bin, slog.New(slog.DiscardHandler))
	if err != nil {
		return r, err
	}
	if err := l.Up(ctx); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, l.Down(context.WithoutCancel(ctx))) }()
	s, err := c.ready(ctx, l, what)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r, err = s.measure(ctx, l, what)
	r.name = c.name
	return r, err
}

func (c contestant) ready(ctx context.Context, l *lab.Lab, what load) (subject, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if err := l.Wait(ctx); err != nil {
		return subject{}, err
	}
	if err := errors.Join(l.Reach(ctx, []lab.Path{{From: peer, To: dut, Address: netip.MustParseAddr(dutAddr)}})...); err != nil {
		return subject{}, err
	}
	return c.start(ctx, l, what)
}

// connect opens the BGP session from the peer's side.
func connect(ctx context.Context, l *lab.Lab) (*sender.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	dial := func(ctx context.Context) (conn net.Conn, err error) {
		err = namespace.Do(l.Namespace(peer), func() error {
			// The socket is made on this thread; an address without name needs no other.
			conn, err = new(net.Dialer).DialContext(ctx, "tcp4", net.JoinHostPort(dutAddr, "179"))
			return err
		})
		return conn, err
	}
	return sender.Open(ctx, dial, peerAS, netip.MustParseAddr(peerAddr))
}

// supervised are the processes that the lab's supervisor of the node runs.
func supervised(ctx context.Context, l *lab.Lab) ([]cost.Process, error) {
	programs, err := l.Supervisor(dut).Status(ctx)
	var list []cost.Process
	for _, p := range programs {
		if p.PID != 0 {
			list = append(list, cost.Process{Name: p.Name, PID: p.PID})
		}
	}
	return list, err
}
