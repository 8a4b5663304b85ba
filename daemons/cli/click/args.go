package click

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// Args makes the check of a command's arguments from their names. A name in
// brackets may be left out; a last name that ends in "..." takes all the rest.
func Args(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		for i, name := range names {
			optional := strings.HasPrefix(name, "[")
			if i >= len(args) && !optional {
				return Fail(cmd, "Missing argument '%s'.", strings.TrimSuffix(name, "..."))
			}
		}
		if len(names) > 0 && strings.HasSuffix(strings.TrimSuffix(names[len(names)-1], "]"), "...") {
			return nil
		}
		if extra := len(args) - len(names); extra > 0 {
			plural := ""
			if extra > 1 {
				plural = "s"
			}
			return Fail(cmd, "Got unexpected extra argument%s (%s)", plural, strings.Join(args[len(names):], " "))
		}
		return nil
	}
}

// Int reads an integer argument.
func Int(cmd *cobra.Command, name, value string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil {
		return 0, Fail(cmd, "Invalid value for '%s': '%s' is not a valid integer.", name, value)
	}
	return n, nil
}

// IntRange reads an integer argument within bounds.
func IntRange(cmd *cobra.Command, name, value string, low, high int) (int, error) {
	n, err := Int(cmd, name, value)
	if err == nil && (n < low || n > high) {
		err = Fail(cmd, "Invalid value for '%s': %d is not in the range %d<=x<=%d.", name, n, low, high)
	}
	return n, err
}

// Choice reads an argument that must be one of a few words.
func Choice(cmd *cobra.Command, name, value string, choices ...string) (string, error) {
	if err := oneOf(value, choices); err != nil {
		return "", Fail(cmd, "Invalid value for '%s': %s", name, err)
	}
	return value, nil
}

func oneOf(value string, choices []string) error {
	for _, c := range choices {
		if c == value {
			return nil
		}
	}
	return fmt.Errorf("'%s' is not one of '%s'.", value, strings.Join(choices, "', '")) //nolint:staticcheck // click's own words
}

// ChoiceFlag is a flag that must be one of a few words.
type ChoiceFlag struct {
	Value   string
	Choices []string
	AnyCase bool // the words may be written in capitals
}

// String gives the word.
func (c *ChoiceFlag) String() string { return c.Value }

// Set accepts only the choices.
func (c *ChoiceFlag) Set(s string) error {
	said := s
	if c.AnyCase {
		said = strings.ToLower(s)
	}
	if oneOf(said, c.Choices) != nil {
		return oneOf(s, c.Choices)
	}
	c.Value = said
	return nil
}

// Type names the choices for help.
func (c *ChoiceFlag) Type() string { return "[" + strings.Join(c.Choices, "|") + "]" }

// RangeFlag is an integer flag within bounds.
type RangeFlag struct {
	Value     int
	Low, High int
	IsSet     bool
}

// String gives the number.
func (r *RangeFlag) String() string { return strconv.Itoa(r.Value) }

// Set accepts only numbers within the bounds.
func (r *RangeFlag) Set(s string) error {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return fmt.Errorf("'%s' is not a valid integer range.", s) //nolint:staticcheck // click's own words
	}
	if n < r.Low || n > r.High {
		return fmt.Errorf("%d is not in the range %d<=x<=%d.", n, r.Low, r.High) //nolint:staticcheck // click's own words
	}
	r.Value, r.IsSet = n, true
	return nil
}

// Type names the kind for help.
func (r *RangeFlag) Type() string { return fmt.Sprintf("INTEGER RANGE [%d<=x<=%d]", r.Low, r.High) }

// IntFlag is an integer flag; click allows blanks around the number.
type IntFlag struct {
	Value int
	IsSet bool
}

// String gives the number.
func (f *IntFlag) String() string { return strconv.Itoa(f.Value) }

// Set reads the number.
func (f *IntFlag) Set(s string) error {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return fmt.Errorf("'%s' is not a valid integer.", s) //nolint:staticcheck // click's own words
	}
	f.Value, f.IsSet = n, true
	return nil
}

// Type names the kind for help.
func (f *IntFlag) Type() string { return "INTEGER" }
