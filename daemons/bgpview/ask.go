package bgpview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
)

// SocketName is the name of routingd's socket in the run directory, without its ending.
const SocketName = "bgp"

// Ask sends a query to the socket at path and calls each with every part of the answer. It ends with the answer, with an error of routingd
// ("no neighbour 10.0.0.9"), of the connection, or of each.
func Ask(ctx context.Context, path string, q Query, each func(Answer) error) error {
	if err := q.Check(); err != nil {
		return err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return fmt.Errorf("ask routingd: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := json.NewEncoder(conn).Encode(q); err != nil {
		return fmt.Errorf("ask routingd: %w", err)
	}
	in := json.NewDecoder(conn)
	for {
		var a Answer
		if err := in.Decode(&a); err != nil {
			return fmt.Errorf("answer of routingd: %w", err)
		}
		if a.Error != "" {
			return errors.New(a.Error)
		}
		if err := each(a); err != nil || a.End {
			return err
		}
	}
}
