package techsupport

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parseSince reads a date as operators write it: "2026-11-30", "2026-11-30 12:00", "yesterday", "2 hours ago". An empty text is the beginning
// of time.
func parseSince(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	switch strings.ToLower(text) {
	case "":
		return time.Time{}, nil
	case "today":
		return now.Truncate(24 * time.Hour), nil
	case "yesterday":
		return now.AddDate(0, 0, -1), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", time.DateOnly, time.ANSIC, time.UnixDate} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	if d, ok := parseAgo(text); ok {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("'%s' is no date such as '2026-11-30 12:00', 'yesterday' or '2 hours ago'", text)
}

// parseAgo reads "2 hours ago".
func parseAgo(text string) (time.Duration, bool) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) != 3 || words[2] != "ago" {
		return 0, false
	}
	n, err := strconv.ParseUint(words[0], 10, 16)
	units := map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour}
	unit, ok := units[strings.TrimSuffix(words[1], "s")]
	return time.Duration(n) * unit, ok && err == nil
}
