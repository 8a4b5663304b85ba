package counters

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// How long delayed groups wait, as in SONiC: while a machine that was just booted
// brings up its links, polling would take time from the ASIC.
const (
	justBooted   = 5 * time.Minute
	delayAtBoot  = 3 * time.Minute
	delayOfStart = time.Minute
)

// StartDelay is how long counters with FLEX_COUNTER_DELAY_STATUS wait from now.
func StartDelay() (time.Duration, error) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return delayAtBoot, fmt.Errorf("read the uptime: %w", err)
	}
	return delayAfter(time.Duration(info.Uptime) * time.Second), nil
}

func delayAfter(uptime time.Duration) time.Duration {
	if uptime < justBooted {
		return delayAtBoot
	}
	return delayOfStart
}
