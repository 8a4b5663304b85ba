package engine

import (
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// maxTold bounds the rows of routes that are not in the ASIC as wanted; the
// totals count all of them.
const maxTold = 1000

// tellRoutes gives the routes that are not in the ASIC a status, takes it from
// those that are, and writes the totals.
func (e *Engine) tellRoutes() {
	c := e.routes.Counts()
	sum := totals{
		fib: c, applied: e.status.Count(status.Applied),
		waiting: e.status.Count(status.Waiting), failed: e.status.Count(status.Failed),
	}
	if sum == e.told.totals {
		return
	}
	now := make(map[object.Key]struct{})
	e.routes.Unapplied(func(k fib.Key, what object.Key, s sai.Status) bool {
		key := e.routeKey(k)
		now[key] = struct{}{}
		st := status.Status{State: status.Waiting, Reason: "waiting for " + what.String(), Owner: object.Owner(e.RouteTable)}
		if s != sai.StatusSuccess {
			st = status.Status{State: status.Failed, Reason: fmt.Sprintf("program %s: %s", key, s), SAI: s, Owner: st.Owner}
		}
		e.status.Set(key, st)
		return len(now) < maxTold
	})
	for k := range e.told.routes {
		if _, still := now[k]; !still {
			e.status.Delete(k)
		}
	}
	e.told.routes = now
	e.status.Summary(map[string]int{
		"wanted": c.Routes, "applied": c.Applied, "waiting": c.Waiting, "failed": c.Failed, "ignored": c.Ignored,
	})
	sum.applied, sum.waiting, sum.failed = e.status.Count(status.Applied), e.status.Count(status.Waiting), e.status.Count(status.Failed)
	e.told.totals = sum
}

// told is what was last told.
type told struct {
	totals totals
	routes map[object.Key]struct{}
	holds  map[schema.FDBKey]struct{}
	ready  bool
	asked  bool // for neighbours
}

type totals struct {
	fib                      fib.Counts
	applied, waiting, failed int
}

func (e *Engine) routeKey(k fib.Key) object.Key {
	vrf := e.routes.VRFName(k.VRF())
	if vrf == "" {
		vrf = "default"
	}
	return object.Key("route/" + vrf + "/" + k.Prefix().String())
}
