package stpd

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang"
	"github.com/heddle-nos/heddle/yang/schema"
)

// shutter gives what takes a port down in the configuration, as an operator would, and as SONiC's stpd does: it stays down until
// somebody has looked after the cause.
func shutter(client *statedb.Client) func(context.Context, schema.InterfaceName) error {
	return func(ctx context.Context, port schema.InterfaceName) error {
		table := schema.TablePort
		if port.Kind() == schema.InterfacePortChannel {
			table = schema.TablePortChannel
		}
		_, err := commit.New(client, yang.NewChecker()).Change(ctx, commit.Added, func(c *commit.Candidate) error {
			if c.Has(table, string(port)) {
				c.SetField(table, string(port), "admin_status", string(schema.AdminDown))
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("shut %s down: %w", port, err)
		}
		return nil
	}
}
