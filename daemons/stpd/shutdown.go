package stpd

import (
	"context"
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/yang"
	"github.com/heddle-nos/heddle/yang/schema"
)

// shutter gives what takes a port down in the configuration, as an operator would, and as SONiC's stpd does: it stays down until
// somebody has looked after the cause.
func shutter(cfg Config, doors resident.Doors) func(context.Context, schema.InterfaceName) error {
	j := journal.Open(cfg.Journal, journal.DefaultLimits(), journal.Syslog(cfg.Syslog))
	engine := commit.New(doors.Client, yang.NewChecker()).Recorded(j, commit.Author{User: "system", Program: Name}, time.Now)
	return func(ctx context.Context, port schema.InterfaceName) error {
		table := schema.TablePort
		if port.Kind() == schema.InterfacePortChannel {
			table = schema.TablePortChannel
		}
		why := fmt.Sprintf("spanning tree: a BPDU came to %s, which BPDU guard shuts down", port)
		r, err := engine.Commit(ctx, commit.Request{Mode: commit.Added, Comment: why, Edit: func(c *commit.Candidate) error {
			if c.Has(table, string(port)) {
				c.SetField(table, string(port), "admin_status", string(schema.AdminDown))
			}
			return nil
		}})
		if r.Unrecorded != nil {
			doors.Log.Warn("the change is not in the journal", "port", port, "err", r.Unrecorded)
		}
		if err != nil {
			return fmt.Errorf("shut %s down: %w", port, err)
		}
		return nil
	}
}
