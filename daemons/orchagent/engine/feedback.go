package engine

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// Routing daemons that must not announce what is not forwarded yet listen to
// this channel of APPL_STATE_DB, and find the routes that are in the table of
// the same name.
const responseSuffix = "_RESPONSE_CHANNEL"

// feedback tells what became of a change of a ROUTE_TABLE row.
func (e *Engine) feedback(c fib.Change, s sai.Status) {
	if !e.Feedback || c.Tag == "" && c.Op != fib.OpRemove {
		return // a route of the switch itself
	}
	key := c.Key.Prefix().String()
	if vrf := e.routes.VRFName(c.Key.VRF()); vrf != "" {
		key = vrf + ":" + key
	}
	if s != sai.StatusSuccess {
		e.out.Tell(publish.Message{
			DB: statedb.ApplStateDB, Channel: "APPL_DB_" + e.RouteTable + responseSuffix,
			Op: "SWSS_RC_UNKNOWN", Data: key, Fields: []string{"err_str", s.String(), "protocol", c.Tag},
		})
		return
	}
	fields := []string{"err_str", "SWSS_RC_SUCCESS"}
	if c.Op == fib.OpRemove {
		e.out.Add(publish.Delete(statedb.ApplStateDB, e.RouteTable, key))
	} else {
		e.out.Add(publish.Set(statedb.ApplStateDB, e.RouteTable, key, map[string]string{"protocol": c.Tag}))
		fields = append(fields, "protocol", c.Tag)
	}
	e.out.Tell(publish.Message{
		DB: statedb.ApplStateDB, Channel: "APPL_DB_" + e.RouteTable + responseSuffix,
		Op: "SWSS_RC_SUCCESS", Data: key, Fields: fields,
	})
}
