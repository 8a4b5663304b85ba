package broker

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"time"
)

// patience is how long a program waits for the broker to take what it tells: it never waits for servers.
const patience = 200 * time.Millisecond

// Client is a program's way to the broker.
type Client struct{ Socket string }

// Authorize asks the servers about a command.
func (c Client) Authorize(ctx context.Context, cmd Command) (Answer, error) {
	conn, err := c.send(message{Command: cmd})
	if err != nil {
		return Answer{}, fmt.Errorf("ask about command: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) }) // the operator does not want to wait any more
	defer stop()
	buf := make([]byte, longestMessage)
	n, err := conn.Read(buf)
	if ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	if err != nil {
		return Answer{}, fmt.Errorf("ask about command: %w", err)
	}
	var a Answer
	if err := json.Unmarshal(buf[:n], &a); err != nil {
		return Answer{}, fmt.Errorf("ask about command: %w", err)
	}
	return a, nil
}

// Tell hands over what became of a command.
func (c Client) Tell(cmd Command, run Run) error {
	conn, err := c.send(message{Command: cmd, Run: &run})
	if err != nil {
		return fmt.Errorf("tell of command: %w", err)
	}
	return conn.Close()
}

func (c Client) send(m message) (net.Conn, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if len(data) > longestMessage {
		return nil, fmt.Errorf("a command of %d bytes, not more than %d", len(data), longestMessage)
	}
	conn, err := net.DialTimeout("unixpacket", c.Socket, patience)
	if err != nil {
		return nil, err
	}
	if err := conn.SetWriteDeadline(time.Now().Add(patience)); err == nil {
		_, err = conn.Write(data)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
