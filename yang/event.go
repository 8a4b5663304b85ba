package yang

// CheckEvent lists what is wrong with the fields of an event that a daemon
// publishes, and whether there is such an event at all. Events are no
// configuration and refer to nothing in it.
func (c *Checker) CheckEvent(name string, fields map[string]string) (problems []Problem, known bool) {
	s, err := c.load()
	if err != nil { // a test reads the schema; this is a broken build
		return []Problem{{Text: err.Error()}}, false
	}
	e := s.events[name]
	if e == nil {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	found := e.lists[0].check(newIndex(s, nil), "", nil, fields)
	return found, true
}
