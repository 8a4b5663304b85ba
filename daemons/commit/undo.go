package commit

// Undo makes an edit that takes changes back. What others have changed in the
// same rows since stays, unless it is in the same field.
func Undo(changes []Change) func(*Candidate) error {
	before, after := make(Config), make(Config)
	for _, c := range changes {
		if c.Before != nil {
			before.put(c.Table, c.Key, c.Before)
		}
		if c.After != nil {
			after.put(c.Table, c.Key, c.After)
		}
	}
	return func(c *Candidate) error {
		merged, _ := Merge(after, before, c.config)
		c.config = merged
		return nil
	}
}
