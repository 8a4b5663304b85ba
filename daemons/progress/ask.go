package progress

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Tables of STATE_DB, and the operation of a request.
const (
	followerTable = "HEDDLE_FOLLOWER"
	fieldTables   = "tables"
	progressTable = "HEDDLE_PROGRESS"

	opSettle    = "settle"
	fieldRoutes = "routes"
)

// channel is where a daemon listens for requests.
func channel(daemon string) string { return progressTable + ":" + daemon }

// NewMark gives a word that nobody else has.
func NewMark() string { return rand.Text() }

// Daemons are those that tell how far they are, with the tables of CONFIG_DB that each follows.
type Daemons map[string][]string

// Known reads which daemons tell how far they are.
func Known(ctx context.Context, c *statedb.Client) (Daemons, error) {
	rows, err := c.DB(statedb.StateDB).All(ctx, followerTable)
	if err != nil {
		return nil, err
	}
	out := make(Daemons, len(rows))
	for daemon, row := range rows {
		out[daemon] = strings.Split(row[fieldTables], ",")
	}
	return out, nil
}

// Has says whether a daemon tells how far it is.
func (d Daemons) Has(daemon string) bool { return d[daemon] != nil }

// Following are the daemons that follow a table, by name.
func (d Daemons) Following(table string) []string {
	var list []string
	for daemon, tables := range d {
		if slices.Contains(tables, table) {
			list = append(list, daemon)
		}
	}
	slices.Sort(list)
	return list
}

// Listening says which of the daemons live.
func Listening(ctx context.Context, c *statedb.Client, daemons []string) (map[string]bool, error) {
	names := make([]string, len(daemons))
	for i, d := range daemons {
		names[i] = channel(d)
	}
	counts, err := c.DB(statedb.StateDB).Redis().PubSubNumSub(ctx, names...).Result()
	if err != nil {
		return nil, fmt.Errorf("look which daemons run: %w", err)
	}
	out := make(map[string]bool, len(daemons))
	for _, d := range daemons {
		out[d] = counts[channel(d)] > 0
	}
	return out, nil
}

// Ask asks a daemon by name.
func Ask(ctx context.Context, c *statedb.Client, daemon string, r Request) error {
	var fields []statedb.Field
	if r.Routes {
		fields = append(fields, statedb.Field{Name: fieldRoutes, Value: "true"})
	}
	return statedb.Publish(ctx, c.DB(statedb.StateDB), channel(daemon), opSettle, r.Mark, fields)
}

func request(n statedb.Notification) Request {
	return Request{Mark: n.Data, Routes: slices.Contains(n.Fields, statedb.Field{Name: fieldRoutes, Value: "true"})}
}

// Answers gives what the daemons say that have come to a mark: nothing, or what troubles them.
func Answers(ctx context.Context, c *statedb.Client, mark string) (map[string]string, error) {
	row, _, err := c.DB(statedb.StateDB).Get(ctx, progressTable, mark)
	for daemon, said := range row {
		if said == done {
			row[daemon] = ""
		}
	}
	return row, err
}

// Forget takes the answers of a mark away.
func Forget(ctx context.Context, c *statedb.Client, mark string) error {
	return c.DB(statedb.StateDB).Delete(ctx, progressTable, mark)
}
