package syncd

import "context"

// tableDamping tells in STATE_DB, by a port's virtual id, how its link's flaps
// are damped.
const tableDamping = "LINK_EVENT_DAMPING_STATS"

// tellDamping writes what changed about damping.
func (s *server) tellDamping(ctx context.Context) {
	for port, row := range s.exec.TakeDamping() {
		var err error
		if row == nil { // the port is gone
			err = s.state.Delete(ctx, tableDamping, port)
		} else {
			err = s.state.Set(ctx, tableDamping, port, row)
		}
		if err != nil {
			s.log.Warn("damping of a port", "port", port, "err", err)
		}
	}
}
