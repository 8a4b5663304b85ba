package configure

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newClock makes `config clock`.
func newClock(s *session.Session) *cobra.Command {
	timezone := newEdit(s, "timezone <timezone_name>", "Set the system's time zone", func(e *edit) error {
		if _, err := time.LoadLocation(e.args[0]); err != nil {
			return quitf(click.CodeError, "Timezone %s does not conform format", e.args[0])
		}
		e.c.SetField(schema.TableDeviceMetadata, schema.KeyLocalhost, "timezone", e.args[0])
		return nil
	})
	date := click.Command("date <YYYY-MM-DD> <HH:MM:SS>", "Set the system's date and time", click.Args("<YYYY-MM-DD>", "<HH:MM:SS>"),
		func(_ *cobra.Command, args []string) error {
			t, err := readClock(args[0], args[1])
			if err != nil {
				return err
			}
			tv := unix.NsecToTimeval(t.UnixNano())
			if err := unix.Settimeofday(&tv); err != nil {
				return fmt.Errorf("set the clock to %s: %w", t.Format(time.DateTime), err)
			}
			return nil
		})
	return click.Group("clock", "Configuring system clock", timezone, date)
}

// readClock reads a local date and time, and names what is wrong with either.
func readClock(date, clock string) (time.Time, error) {
	_, badDate := time.Parse(time.DateOnly, date)
	_, badClock := time.Parse(time.TimeOnly, clock)
	var wrong []string
	if badDate != nil {
		wrong = append(wrong, fmt.Sprintf("Date %s does not conform format YYYY-MM-DD", date))
	}
	if badClock != nil {
		wrong = append(wrong, fmt.Sprintf("Time %s does not conform format HH:MM:SS", clock))
	}
	if len(wrong) > 0 {
		return time.Time{}, quitf(click.CodeError, "%s", strings.Join(wrong, "\n"))
	}
	return time.ParseInLocation(time.DateTime, date+" "+clock, time.Local)
}
