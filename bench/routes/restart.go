package main

import (
	"context"
	"fmt"
	"io"
	"syscall"
	"time"

	"github.com/heddle-nos/heddle/bench/cost"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
)

// restart ends a program that has n routes behind it and measures how long it is away: until it is ready again.
func (b bench) restart(ctx context.Context, n int, program string, out io.Writer) error {
	old, err := b.status(ctx, program)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := b.lab.Supervisor(sw).Restart(ctx, program, syscall.SIGTERM); err != nil {
		return err
	}
	for {
		now, err := b.status(ctx, program)
		if err != nil {
			return err
		}
		if now.PID != old.PID && now.PID != 0 && now.Ready {
			c, err := cost.Read(cost.Process{Name: program, PID: now.PID})
			if err == nil {
				fmt.Fprintf(out, "\n%s restarted with %d routes: ready after %.2f s, %.2f s of its CPU\n",
					program, n, time.Since(began).Seconds(), c.CPU.Seconds())
			}
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("restart %s: %w", program, ctx.Err())
		case <-time.After(pollEvery):
		}
	}
}

func (b bench) status(ctx context.Context, program string) (supervise.Status, error) {
	all, err := b.lab.Supervisor(sw).Status(ctx)
	if err != nil {
		return supervise.Status{}, err
	}
	for _, s := range all {
		if s.Name == program {
			return s, nil
		}
	}
	return supervise.Status{}, fmt.Errorf("the switch runs no %s", program)
}
