package supervise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// Client talks to the supervisor of a run directory.
type Client struct {
	Dir string
}

// Status asks for the state of every program, in the order of their start.
func (c Client) Status(ctx context.Context) ([]Status, error) {
	resp, err := c.call(ctx, request{Verb: verbStatus})
	return resp.Programs, err
}

// Restart sends a signal to a program, which is started again when it ends.
func (c Client) Restart(ctx context.Context, program string, sig syscall.Signal) error {
	_, err := c.call(ctx, request{Verb: verbRestart, Program: program, Signal: sig})
	return err
}

// Stop ends a program with a signal, until Start.
func (c Client) Stop(ctx context.Context, program string, sig syscall.Signal) error {
	_, err := c.call(ctx, request{Verb: verbStop, Program: program, Signal: sig})
	return err
}

// Start starts a stopped program.
func (c Client) Start(ctx context.Context, program string) error {
	_, err := c.call(ctx, request{Verb: verbStart, Program: program})
	return err
}

// Shutdown asks the supervisor to end every program and itself. It does not wait for that.
func (c Client) Shutdown(ctx context.Context) error {
	_, err := c.call(ctx, request{Verb: verbShutdown})
	return err
}

// WaitGone waits until no supervisor runs in the directory.
func (c Client) WaitGone(ctx context.Context) error {
	for {
		unlock, err := lock(c.Dir)
		if err == nil {
			return unlock()
		}
		if !errors.Is(err, errLocked) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for supervisor to end: %w", ctx.Err())
		case <-time.After(pollInterval):
		}
	}
}

func (c Client) call(ctx context.Context, req request) (response, error) {
	var resp response
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket(c.Dir))
	if err != nil {
		return resp, fmt.Errorf("ask supervisor: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(clientTime)); err != nil {
		return resp, fmt.Errorf("ask supervisor: %w", err)
	}
	if err := json.NewEncoder(conn).Encode(req); err != nil {
		return resp, fmt.Errorf("ask supervisor: %w", err)
	}
	if err := json.NewDecoder(conn).Decode(&resp); err != nil {
		return resp, fmt.Errorf("ask supervisor: %w", err)
	}
	if resp.Error != "" {
		return resp, errors.New(resp.Error)
	}
	return resp, nil
}
