package dataplane

import "fmt"

// warmAhead is how many routes' memory is asked for at once.
const warmAhead = 32

// UpdateRoutes sets and deletes routes in order. It returns nil if all went
// well, else one error for each update, nil where it went well. A failed update
// changes nothing.
func (p *Plane) UpdateRoutes(vrf VRFID, updates []RouteUpdate) []error {
	var errs []error
	fail := func(i int, err error) {
		if errs == nil {
			errs = make([]error, len(updates))
		}
		errs[i] = err
	}
	err := p.do(func() error {
		for i, u := range updates {
			if vrf == 0 && i%warmAhead == 0 {
				p.fib4.warm(updates[i:min(i+warmAhead, len(updates))])
			}
			if err := p.updateRoute(vrf, u); err != nil {
				fail(i, fmt.Errorf("route %s: %w", u.Prefix, err))
			}
		}
		return nil
	})
	if err != nil {
		for i := range updates {
			fail(i, err)
		}
	}
	return errs
}

func (p *Plane) updateRoute(vrf VRFID, u RouteUpdate) error {
	switch {
	case vrf > MaxVRF:
		return fmt.Errorf("vrf %d: %w", vrf, ErrInvalid)
	case !u.Prefix.IsValid() || u.Prefix != u.Prefix.Masked() || u.Prefix.Addr().Is4In6():
		return fmt.Errorf("prefix: %w", ErrInvalid)
	case !u.Delete && (u.Adj == 0 || uint32(u.Adj) >= p.cfg.MaxAdj):
		return fmt.Errorf("adjacency %d: %w", u.Adj, ErrInvalid)
	}
	switch v4 := u.Prefix.Addr().Is4(); {
	case v4 && vrf == 0 && u.Delete:
		return p.fib4.unset(addr4(u.Prefix), u.Prefix.Bits())
	case v4 && vrf == 0:
		return p.fib4.set(addr4(u.Prefix), u.Prefix.Bits(), u.Adj)
	case v4:
		return p.fib4vrf.update(vrf, u)
	}
	return p.fib6.update(vrf, u)
}
