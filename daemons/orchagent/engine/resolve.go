package engine

import (
	"context"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// noMAC is what a request for a neighbour says of it.
const noMAC = "00:00:00:00:00:00"

// tellLacking asks for the neighbours behind next hops that routes wait for. It
// is told once the ASIC has what it can have, so that nobody is asked for who
// is known.
func (e *Engine) tellLacking(ctx context.Context) error {
	changed := !e.told.asked // what an earlier life asked for is looked through once
	e.routes.TakeLacking(func(nexthop object.Key, lacks bool) {
		key := strings.Replace(nexthop.Name(), "/", schema.AppSeparator, 1)
		if lacks {
			e.asked.Put(key, statedb.Fields{"mac": noMAC})
		} else {
			e.asked.Remove(key)
		}
		changed = true
	})
	if !changed {
		return nil
	}
	if _, err := e.asked.Flush(ctx); err != nil {
		return err
	}
	e.told.asked = true
	return nil
}
