package broker

import (
	"cmp"
	"context"
	"time"

	"github.com/heddle-nos/heddle/daemons/tacacs"
)

// TellSession tells of a session that PAM opens or closes (pam_exec(8)). Both come from the same process, whose number tells the session from
// others.
func (c Client) TellSession(_ context.Context, cfg tacacs.Config) error {
	run := Run{Session: true, ID: cfg.Process}
	switch cfg.Getenv("PAM_TYPE") {
	case "open_session":
		run.Open, run.Began = true, time.Now()
	case "close_session":
		run.Ended = time.Now()
	default:
		return nil
	}
	return c.Tell(Command{User: cfg.Getenv("PAM_USER"), Place: cmp.Or(cfg.Getenv("PAM_RHOST"), cfg.Getenv("PAM_TTY"))}, run)
}
