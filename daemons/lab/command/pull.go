package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/ping"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
)

const (
	echoInterval = 10 * time.Millisecond
	counterAge   = 2 * time.Second // the switch reads its counters once a second
	lookTime     = 4 * time.Second // that frames are counted for
	sessionsTime = 60 * time.Second
)

// pull takes a switch away while hosts ping each other, shows where their frames go before and then, and gives it back.
func (f *factory) pull(ctx context.Context, l *lab.Lab, name string) error {
	leaf, uplinks := observed(l.Topology, name)
	streams, err := startStreams(l)
	if err != nil {
		return err
	}
	fmt.Fprintf(f.streams.Out, "%d hosts are pinged from %s every %v\n", len(streams), l.Topology.Hosts[0].Name, echoInterval)
	err = f.countFrames(ctx, l, leaf, uplinks)
	if err == nil {
		fmt.Fprintf(f.streams.Out, "%s is pulled\n", name)
		err = errors.Join(l.Pull(name, true), f.countFrames(ctx, l, leaf, uplinks))
	}
	if err == nil {
		err = l.Show(ctx, leaf, f.streams.Out, "show", "ip", "bgp", "summary")
	}
	fmt.Fprintf(f.streams.Out, "\n%s is given back\n", name)
	err = errors.Join(err, l.Pull(name, false), waitSessions(ctx, l), f.stopStreams(streams))
	if err != nil {
		return fmt.Errorf("pull %s: %w", name, err)
	}
	return nil
}

// observed finds the switch of the first host, and its ports that lead to other switches, with the pulled one's first.
func observed(t *topology.Topology, pulled string) (leaf string, uplinks []topology.End) {
	neighbour := func(e topology.End) (topology.End, bool) {
		for _, link := range t.Links {
			switch e {
			case link.A:
				return link.B, true
			case link.B:
				return link.A, true
			}
		}
		return topology.End{}, false
	}
	first := t.Hosts[0]
	at, _ := neighbour(topology.End{Node: first.Name, Interface: first.Interfaces[0].Name})
	s, _ := t.Switch(at.Node)
	var others []topology.End
	for _, p := range s.Ports {
		far, linked := neighbour(topology.End{Node: s.Name, Interface: p.Name})
		uplink := topology.End{Node: far.Node, Interface: p.Name}
		switch _, isSwitch := t.Switch(far.Node); {
		case !linked || !isSwitch:
		case far.Node == pulled:
			uplinks = append(uplinks, uplink)
		default:
			others = append(others, uplink)
		}
	}
	return s.Name, append(uplinks, others...)
}

// startStreams pings every other host from the first one.
func startStreams(l *lab.Lab) ([]*ping.Stream, error) {
	var streams []*ping.Stream
	for _, p := range l.Pairs() {
		if p.From != l.Topology.Hosts[0].Name {
			continue
		}
		s, err := ping.Start(l.Namespace(p.From), p.Address, echoInterval)
		if err != nil {
			return nil, err
		}
		streams = append(streams, s)
	}
	return streams, nil
}

// stopStreams ends the streams and tells what they lost.
func (f *factory) stopStreams(streams []*ping.Stream) error {
	var sent, lost int
	var errs []error
	for _, s := range streams {
		r, err := s.Stop()
		sent, lost, errs = sent+r.Sent, lost+len(r.Lost), append(errs, err)
	}
	fmt.Fprintf(f.streams.Out, "%d of %d echoes were lost: %v of each host's\n\n", lost, sent, time.Duration(lost/max(len(streams), 1))*echoInterval)
	return errors.Join(errs...)
}

// countFrames prints how many frames leave a switch by each of its uplinks from now on.
func (f *factory) countFrames(ctx context.Context, l *lab.Lab, sw string, uplinks []topology.End) error {
	if err := pause(ctx, counterAge); err != nil {
		return err
	}
	before, err := l.SentFrames(ctx, sw)
	if err != nil {
		return err
	}
	if err := pause(ctx, lookTime); err != nil {
		return err
	}
	after, err := l.SentFrames(ctx, sw)
	if err != nil {
		return err
	}
	for _, u := range uplinks {
		fmt.Fprintf(f.streams.Out, "  %s %-10s to %-8s %6.0f frames/s\n", sw, u.Interface, u.Node, float64(after[u.Interface]-before[u.Interface])/lookTime.Seconds())
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// waitSessions returns when every BGP session of every switch is established.
func waitSessions(ctx context.Context, l *lab.Lab) error {
	ctx, cancel := context.WithTimeout(ctx, sessionsTime)
	defer cancel()
	for {
		down, err := sessionsDown(ctx, l)
		if err == nil && down == "" {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("BGP session %s is not established", down), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// sessionsDown names a session that is not established; empty when all are.
func sessionsDown(ctx context.Context, l *lab.Lab) (string, error) {
	for _, s := range l.Topology.Switches {
		text, err := l.Output(ctx, s.Name, "show", "bgp", "summary", "--json")
		if err != nil {
			return "", err
		}
		var families map[string]struct {
			Peers map[string]struct{ State string }
		}
		if err := json.Unmarshal([]byte(text), &families); err != nil {
			return "", fmt.Errorf("show bgp summary on %s: %w", s.Name, err)
		}
		for _, family := range families {
			for peer, p := range family.Peers {
				if p.State != "Established" {
					return s.Name + " " + peer, nil
				}
			}
		}
	}
	return "", nil
}
