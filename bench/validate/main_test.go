package main

import (
	"testing"

	"github.com/heddle-nos/heddle/yang"
)

// The measurement measures what it says: a right configuration of so many rows,
// and changes that are right and wrong as meant.
func TestConfigurationIsRight(t *testing.T) {
	c := yang.NewChecker()
	before := configuration()
	if n := rows(before); n != entries {
		t.Errorf("%d rows, want %d", n, entries)
	}
	if found := c.Check(before); len(found) > 0 {
		t.Errorf("%d problems, first %v", len(found), found[0])
	}
	for wrong, want := range map[bool]int{false: 0, true: 5} {
		after, changed := change(before, wrong)
		if len(changed) != 10 {
			t.Errorf("%d rows changed", len(changed))
		}
		if found := c.CheckChange(before, after, changed); len(found) != want {
			t.Errorf("wrong %v: %v", wrong, found)
		}
	}
}
