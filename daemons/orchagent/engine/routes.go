package engine

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/sai"
)

// pump sends changed routes while the window has room.
func (e *Engine) pump(ctx context.Context) error {
	for e.ASIC.Outstanding() < bulksFlying && e.routes.Pending() > 0 {
		changes := e.routes.Next(make([]fib.Change, 0, min(bulkSize, e.routes.Pending())), bulkSize)
		if len(changes) == 0 {
			continue
		}
		if err := e.ASIC.PostRoutes(ctx, changes, e.routes.VRFName, e.routeDone); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) routeDone(c fib.Change, s sai.Status) {
	switch {
	case s == sai.StatusItemNotFound && c.Op == fib.OpRemove:
		s = sai.StatusSuccess
	case s == sai.StatusItemAlreadyExists && c.Op == fib.OpCreate:
		// A request of a former life was carried out after all; which way the
		// route goes is unknown, so it is set again.
		e.routes.Done(c, sai.StatusFailure)
		e.routes.Load(c.Key, fib.Way{})
		return
	}
	e.routes.Done(c, s)
	if c.Counts() {
		if s != sai.StatusSuccess && c.New.Counter != "" {
			e.Log.Warn("route is not counted", "route", e.routeKey(c.Key).Name(), "status", s.String())
			return
		}
	} else {
		e.feedback(c, s)
	}
	if s != sai.StatusSuccess {
		e.retry.failed(routesKey)
	}
}
