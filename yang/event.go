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

// IsEvent says whether daemons publish events of this name. In a file such a
// name stands where tables do, with the event's fields right below it; a Config
// has them as a row with an empty key.
func (c *Checker) IsEvent(name string) bool {
	s, err := c.load()
	return err == nil && s.events[name] != nil
}

// event says whether these are the fields of an event.
func (l *list) event() bool { return l.keys == nil && l.only == "" }

// described gives what the models say of a table, or of an event in its place.
func (s *schema) described(name string) *table {
	if t := s.tables[name]; t != nil {
		return t
	}
	return s.events[name]
}

// unmodelled warns of what is there and will not be judged, or not be kept.
func (x *index) unmodelled(name string) (Problem, bool) {
	switch {
	case x.schema.tables[name] != nil:
		return Problem{}, false
	case x.schema.events[name] != nil:
		return Problem{Table: name, Text: "is an event that daemons publish, no configuration; it is judged and not kept", Warning: true}, true
	}
	return x.unknownTable(name), true
}
