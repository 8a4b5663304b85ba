package process

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

// Group runs named goroutines that live and die together: the first one to fail ends the others.
type Group struct {
	eg  *errgroup.Group
	ctx context.Context // handed to every goroutine of the group; the group is itself one call deep in a Run
}

// NewGroup starts an empty group under ctx.
func NewGroup(ctx context.Context) *Group {
	eg, ctx := errgroup.WithContext(ctx)
	return &Group{eg: eg, ctx: ctx}
}

// Go runs f. Its error carries the name; a panic becomes an error with its stack, so that the others still end in order.
func (g *Group) Go(name string, f func(ctx context.Context) error) {
	g.eg.Go(func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("%s: panic: %v\n%s", name, p, debug.Stack())
			}
		}()
		if err := f(g.ctx); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
}

// Wait joins every goroutine and returns the first error. An end by cancelled context is a clean end.
func (g *Group) Wait() error {
	err := g.eg.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
