package speaker

import (
	"errors"
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/yang/schema"
)

// limiter is a server of GoBGP with our repair (internal/tools/repair).
type limiter interface {
	LimitDynamic(most int) error
	LimitStale(kept time.Duration) error
}

// reconcileLimits sets how many peers out of ranges there are at most, and how long routes from before a restart of a peer are kept.
func (in *instance) reconcileLimits(want bgpconf.Limits) []bgpconf.Problem {
	if want == in.limits {
		return nil
	}
	err := errors.New("limits of max_dynamic_neighbors and gr_stale_routes_time: this program is built without what `make` repairs in GoBGP")
	if l, ok := any(in.server).(limiter); ok {
		err = errors.Join(l.LimitDynamic(want.Dynamic), l.LimitStale(want.Stale))
	}
	if err != nil {
		return []bgpconf.Problem{{Table: schema.TableBGPGlobals, Key: vrfName(in.vrf), Err: fmt.Errorf("run BGP: %w", err), Warning: true}}
	}
	in.limits = want
	return nil
}
