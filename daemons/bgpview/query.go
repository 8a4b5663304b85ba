package bgpview

import (
	"fmt"

	"github.com/heddle-nos/heddle/yang/schema"
)

// What can be asked or done.
const (
	AskSummary   = "summary"       // -> Summaries
	AskNeighbors = "neighbors"     // -> Neighbors: all, or Query.Neighbor
	AskRoutes    = "routes"        // -> Routes: the table of the VRF, or that of Query.Neighbor named by Query.Table
	AskCaches    = "rpki-caches"   // -> Caches
	AskROAs      = "rpki-prefixes" // -> ROAs: all, or those that cover Query.Prefix
	AskVRFs      = "vrfs"          // -> VRFs that have BGP
	DoReset      = "reset"         // sessions of Query.Neighbor, or all; Query.Soft: routes only
)

// Which routes of a neighbour.
const (
	TableReceived   = "received"   // as they came, before the policy for them
	TableAccepted   = "accepted"   // what the policy let in, as the best path selection sees them
	TableAdvertised = "advertised" // what the neighbour is sent
)

// Direction of a soft reset.
const (
	DirectionIn   = "in"
	DirectionOut  = "out"
	DirectionBoth = "both"
)

// Query is a request: one JSON value on a connection of its own.
type Query struct {
	Ask       string           `json:"ask"`
	VRF       string           `json:"vrf,omitempty"`      // empty is the default one
	Family    schema.BGPFamily `json:"family,omitempty"`   // empty: all that the question can be about; for routes IPv4
	Neighbor  string           `json:"neighbor,omitempty"` // address, or interface of an unnumbered one
	Table     string           `json:"table,omitempty"`
	Prefix    string           `json:"prefix,omitempty"` // an address: the longest route for it; a prefix: that route
	Longer    bool             `json:"longer,omitempty"` // routes within Prefix too
	Soft      bool             `json:"soft,omitempty"`
	Direction string           `json:"direction,omitempty"`
	Message   string           `json:"message,omitempty"` // told to the peer with a hard reset (RFC 9003)
}

// Answer is a response: one or more JSON values; the last has End or Error set.
type Answer struct {
	Error     string     `json:"error,omitempty"`
	Summaries []Summary  `json:"summaries,omitempty"`
	Neighbors []Neighbor `json:"neighbors,omitempty"`
	Routes    []Route    `json:"routes,omitempty"`
	VRFs      []string   `json:"vrfs,omitempty"`
	Caches    []Cache    `json:"caches,omitempty"`
	ROAs      []ROA      `json:"roas,omitempty"`
	End       bool       `json:"end,omitempty"`
}

// Check says what is wrong with a query.
func (q Query) Check() error {
	switch q.Ask {
	case AskSummary, AskNeighbors, AskRoutes, AskVRFs, AskCaches, AskROAs, DoReset:
	default:
		return fmt.Errorf("ask %q is not one of summary, neighbors, routes, vrfs, rpki-caches, rpki-prefixes, reset", q.Ask)
	}
	if q.Family != "" {
		if err := new(schema.BGPFamily).UnmarshalText([]byte(q.Family)); err != nil {
			return err
		}
	}
	switch q.Table {
	case "", TableReceived, TableAccepted, TableAdvertised:
	default:
		return fmt.Errorf("table %q is not one of received, accepted, advertised", q.Table)
	}
	switch q.Direction {
	case "", DirectionIn, DirectionOut, DirectionBoth:
	default:
		return fmt.Errorf("direction %q is not one of in, out, both", q.Direction)
	}
	if q.Table != "" && q.Neighbor == "" {
		return fmt.Errorf("table %q needs a neighbor", q.Table)
	}
	return nil
}
