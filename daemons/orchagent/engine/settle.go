package engine

import "context"

// settling is who waits until what was posted before is carried out.
type settling struct {
	routes bool
	done   chan struct{}
	gone   <-chan struct{} // closed when it waits no longer
}

// Settle returns once the rows posted before are planned, the ASIC has answered
// and the status of their objects is written. Routes are included if asked
// for; then all that are known are waited for. It does not return while
// objects of an earlier life are held.
func (e *Engine) Settle(ctx context.Context, routes bool) error {
	if err := e.pass(ctx, e.fast, settling{done: make(chan struct{}), gone: ctx.Done()}); err != nil || !routes {
		return err
	}
	return e.pass(ctx, e.slow, settling{routes: true, done: make(chan struct{}), gone: ctx.Done()})
}

// pass sends s through a queue of rows, behind those that are in it.
func (e *Engine) pass(ctx context.Context, queue chan batch, s settling) error {
	select {
	case queue <- batch{settling: &s}:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// endSettled lets those go on who wait for what is done by now. It is called
// when nothing is dirty and all is written.
func (e *Engine) endSettled() {
	if e.held {
		return
	}
	idle := e.idle()
	left := e.settling[:0]
	for _, s := range e.settling {
		select {
		case <-s.gone:
			continue
		default:
		}
		if s.routes && !idle {
			left = append(left, s)
			continue
		}
		close(s.done)
	}
	e.settling = left
}

// idle says whether the ASIC has answered for every route.
func (e *Engine) idle() bool { return e.routes.Pending() == 0 && e.ASIC.Outstanding() == 0 }
