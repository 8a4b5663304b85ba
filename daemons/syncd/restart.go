package syncd

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/executor"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// Clients announce the end of syncd on this channel; how far it is stands in a
// row of STATE_DB, where the script that reboots the switch waits for it.
const (
	restartChannel = "RESTARTQUERY"
	tableRestart   = "WARM_RESTART_TABLE"
	keyShutdown    = "warm-shutdown"
)

// errShutdown ends a syncd that was told to end.
var errShutdown = errors.New("shut down")

// restart does what an announcement asks for.
func (s *server) restart(ctx context.Context, n statedb.Notification) error {
	r, ok := executor.ParseRestart(n.Op)
	if !ok {
		s.log.Error("unknown kind of restart", "op", n.Op)
		return nil
	}
	s.log.Info("restart announced", "kind", string(r))
	if err := s.drainQueue(ctx); err != nil {
		return err
	}
	if r.Prepares() {
		s.sealed = s.prepare(ctx, r)
		return nil
	}
	s.poller.Pause()
	status := s.exec.Shutdown(r)
	if status != sai.StatusSuccess {
		s.log.Error("switch not given up", "kind", string(r), "status", status)
	}
	if r.KeepsObjects() {
		s.tell(ctx, "warm-shutdown", status)
	}
	if err := s.commit(ctx, nil); err != nil {
		return err
	}
	return errShutdown
}

// prepare gets the ASIC ready, and tells whether it is.
func (s *server) prepare(ctx context.Context, r executor.Restart) bool {
	attr, status := s.exec.Prepare(r)
	switch {
	case status == sai.StatusSuccess:
		s.poller.Pause()
		s.tell(ctx, "pre-shutdown", status)
	case attr == sai.SwitchAttrPreShutdown:
		s.tell(ctx, "pre-shutdown", status)
	default:
		s.report(ctx, "set-flag-failed")
	}
	if status != sai.StatusSuccess {
		s.log.Error("asic refuses to prepare for a restart", "kind", string(r), "attribute", attr, "status", status)
	}
	return status == sai.StatusSuccess
}

func (s *server) tell(ctx context.Context, step string, status sai.Status) {
	if status == sai.StatusSuccess {
		s.report(ctx, step+"-succeeded")
		return
	}
	s.report(ctx, step+"-failed")
}

func (s *server) report(ctx context.Context, state string) {
	if err := s.state.Set(ctx, tableRestart, keyShutdown, statedb.Fields{"state": state}); err != nil {
		s.log.Error("progress of the restart", "state", state, "err", err)
	}
}

// drainQueue performs the requests that were queued before the restart was
// announced. A queue that does not get shorter holds nobody up for long.
func (s *server) drainQueue(ctx context.Context) error {
	if s.sealed {
		return nil
	}
	patience := time.NewTimer(s.hang)
	defer patience.Stop()
	for left := s.queued(ctx); left > 0; {
		select {
		case items := <-s.batches:
			if err := s.take(ctx, items); err != nil {
				return err
			}
			left -= len(items)
		case <-patience.C:
			s.log.Warn("requests were left in the queue", "count", left)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// queued counts the requests in the queue.
func (s *server) queued(ctx context.Context) int {
	const elements = 3
	n, err := s.raw.LLen(ctx, asicstate.Queue).Result()
	if err != nil {
		s.log.Warn("length of the queue", "err", err)
		return 0
	}
	return int(n) / elements
}
