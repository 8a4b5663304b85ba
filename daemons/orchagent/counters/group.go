package counters

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Fields of FLEX_COUNTER_GROUP_TABLE.
const (
	fieldInterval = "POLL_INTERVAL"
	fieldMode     = "STATS_MODE"
	fieldStatus   = "FLEX_COUNTER_STATUS"
	fieldChunk    = "BULK_CHUNK_SIZE"

	enabled  = "enable"
	disabled = "disable"
)

// minInterval is the shortest interval that the model allows.
const minInterval = 100 * time.Millisecond

// kind is what one key of FLEX_COUNTER_TABLE stands for.
type kind struct {
	group    string
	interval time.Duration // unless configured
	clear    bool          // a watermark starts anew with each poll
	on       bool          // polled without being configured
}

// kinds are the keys of FLEX_COUNTER_TABLE that SONiC's orchagent knows and
// whose objects Heddle may have, with SONiC's names and intervals.
func kinds() map[string]kind {
	const second = time.Second
	return map[string]kind{
		"PORT":                  {group: "PORT_STAT_COUNTER", interval: second, on: true},
		"RIF":                   {group: "RIF_STAT_COUNTER", interval: second, on: true},
		"PORT_BUFFER_DROP":      {group: "PORT_BUFFER_DROP_STAT", interval: 60 * second},
		"QUEUE":                 {group: "QUEUE_STAT_COUNTER", interval: 10 * second},
		"QUEUE_WATERMARK":       {group: "QUEUE_WATERMARK_STAT_COUNTER", interval: 60 * second, clear: true},
		"PG_DROP":               {group: "PG_DROP_STAT_COUNTER", interval: 10 * second},
		"PG_WATERMARK":          {group: "PG_WATERMARK_STAT_COUNTER", interval: 60 * second, clear: true},
		"BUFFER_POOL_WATERMARK": {group: "BUFFER_POOL_WATERMARK_STAT_COUNTER", interval: 60 * second, clear: true},
		"DEBUG_COUNTER":         {group: "DEBUG_STAT_COUNTER", interval: 10 * second, on: true},
		"ACL":                   {group: "ACL_STAT_COUNTER", interval: 10 * second},
		"TUNNEL":                {group: "TUNNEL_STAT_COUNTER", interval: 10 * second},
		"FLOW_CNT_TRAP":         {group: "HOSTIF_TRAP_FLOW_COUNTER", interval: 10 * second},
		"FLOW_CNT_ROUTE":        {group: "ROUTE_FLOW_COUNTER", interval: 10 * second},
		"WRED_ECN_PORT":         {group: "WRED_ECN_PORT_STAT_COUNTER", interval: second},
		"WRED_ECN_QUEUE":        {group: "WRED_ECN_QUEUE_STAT_COUNTER", interval: 10 * second},
	}
}

// row gives the group's row; cfg is nil without configuration. What the model
// forbids is an error, and the group is as without configuration. Until the switch
// has started, a group that is delayed is not polled.
func (k kind) row(cfg *schema.FlexCounter, started bool) (map[string]string, error) {
	r := map[string]string{fieldInterval: millis(k.interval), fieldMode: "STATS_MODE_READ", fieldStatus: disabled}
	if k.clear {
		r[fieldMode] = "STATS_MODE_READ_AND_CLEAR"
	}
	if k.on {
		r[fieldStatus] = enabled
	}
	if cfg == nil {
		return r, nil
	}
	if cfg.PollInterval != "" {
		ms, err := strconv.ParseUint(cfg.PollInterval, 10, 32)
		if err != nil || ms < uint64(minInterval.Milliseconds()) {
			return r, fmt.Errorf("%s %q is not a number of milliseconds from %d", fieldInterval, cfg.PollInterval, minInterval.Milliseconds())
		}
		r[fieldInterval] = cfg.PollInterval
	}
	switch cfg.Status {
	case enabled, disabled:
		r[fieldStatus] = cfg.Status
	case "":
	default:
		return r, fmt.Errorf("%s %q is neither %s nor %s", fieldStatus, cfg.Status, enabled, disabled)
	}
	if !started && strings.EqualFold(cfg.DelayStatus, "true") {
		r[fieldStatus] = disabled
	}
	if cfg.BulkChunkSize != "" {
		r[fieldChunk] = cfg.BulkChunkSize
	}
	return r, nil
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// item is the queued request that makes fields those of a group.
func item(group string, fields map[string]string) statedb.QueueItem {
	it := statedb.QueueItem{Key: group, Op: "SSET"}
	for _, f := range statedb.FieldList(fields) {
		it.Values = append(it.Values, f.Name, f.Value)
	}
	return it
}
