package commit

import "context"

// Merge lays a configuration over the candidate, field by field.
func (c *Candidate) Merge(over Config) { c.config.Merge(over) }

// ReplaceAll makes the candidate equal to a configuration.
func (c *Candidate) ReplaceAll(whole Config) { c.config = whole.Clone() }

// Load lays a configuration over the running one.
func (e *Engine) Load(ctx context.Context, over Config) (Result, error) {
	return e.Change(ctx, Whole, func(c *Candidate) error {
		c.Merge(over)
		return nil
	})
}

// Reload makes the running configuration equal to this one.
func (e *Engine) Reload(ctx context.Context, whole Config) (Result, error) {
	return e.Change(ctx, Whole, func(c *Candidate) error {
		c.ReplaceAll(whole)
		return nil
	})
}
