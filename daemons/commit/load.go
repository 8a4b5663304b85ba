package commit

import "context"

// Load lays a configuration over the running one.
func (e *Engine) Load(ctx context.Context, over Config) (Result, error) {
	return e.Change(ctx, Whole, func(c *Candidate) error {
		c.config.Merge(over)
		return nil
	})
}

// Reload makes the running configuration equal to this one.
func (e *Engine) Reload(ctx context.Context, whole Config) (Result, error) {
	return e.Change(ctx, Whole, func(c *Candidate) error {
		c.config = whole.Clone()
		return nil
	})
}
