package topology

import (
	"fmt"
	"maps"
	"slices"
)

// buildLinks joins what "links" and the interfaces' "link" name.
func (b *builder) buildLinks() error {
	for _, pair := range b.file.Links {
		if len(pair) != 2 {
			return fmt.Errorf("link %v does not have two ends", pair)
		}
		if err := b.join(pair[0], pair[1]); err != nil {
			return err
		}
	}
	for _, h := range b.t.Hosts {
		specs := b.file.Hosts[h.Name].interfaces()
		for _, ifname := range slices.Sorted(maps.Keys(specs)) {
			link := specs[ifname].Link
			if link == "" {
				continue
			}
			if err := b.join(End{h.Name, ifname}.String(), link); err != nil {
				return err
			}
		}
	}
	return b.checkHostsLinked()
}

func (b *builder) join(first, second string) error {
	a, err := b.end(first)
	if err != nil {
		return err
	}
	z, err := b.end(second)
	if err != nil {
		return err
	}
	if a == z {
		return fmt.Errorf("link %s: joins an end with itself", a)
	}
	for _, e := range []End{a, z} {
		if other, used := b.links[e]; used {
			return fmt.Errorf("link %s to %s: %s is already linked to %s", a, z, e, other)
		}
	}
	b.links[a], b.links[z] = z, a
	b.t.Links = append(b.t.Links, Link{A: a, B: z})
	return nil
}

// end parses and checks one end of a link.
func (b *builder) end(text string) (End, error) {
	e, ok := parseEnd(text)
	if !ok {
		return End{}, fmt.Errorf("link end %q is not node:interface", text)
	}
	if s, ok := b.t.Switch(e.Node); ok {
		p, lane, ok := s.lane(e.Interface)
		if !ok {
			return End{}, fmt.Errorf("link end %s: switch %s has no such port", text, e.Node)
		}
		if lane > 0 {
			p.Breakout[lane-1] = fmt.Sprintf("%s-%d", p.Netdev, lane)
		}
		return e, nil
	}
	h, ok := b.t.Host(e.Node)
	if !ok {
		return End{}, fmt.Errorf("link end %s: no such node", text)
	}
	if _, ok := h.Interface(e.Interface); !ok {
		return End{}, fmt.Errorf("link end %s: host %s has no such interface", text, e.Node)
	}
	return e, nil
}

func (b *builder) checkHostsLinked() error {
	for _, h := range b.t.Hosts {
		for _, i := range h.Interfaces {
			if _, linked := b.links[End{h.Name, i.Name}]; !linked {
				return fmt.Errorf("host %s: interface %s is linked to nothing", h.Name, i.Name)
			}
		}
	}
	return nil
}
