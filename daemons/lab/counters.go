package lab

import (
	"context"
	"fmt"
	"strconv"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// SentFrames reads from a switch's counters how many unicast frames went out of each of its ports. They are as old as the switch's polling
// interval at most.
func (l *Lab) SentFrames(ctx context.Context, sw string) (map[string]uint64, error) {
	client, err := l.Database(sw)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	db := client.DB(statedb.CountersDB).Redis()
	ports, err := db.HGetAll(ctx, "COUNTERS_PORT_NAME_MAP").Result()
	if err != nil {
		return nil, fmt.Errorf("read the counters of %s: %w", sw, err)
	}
	sent := make(map[string]uint64, len(ports))
	for name, oid := range ports {
		text, err := db.HGet(ctx, "COUNTERS:"+oid, "SAI_PORT_STAT_IF_OUT_UCAST_PKTS").Result()
		if err != nil {
			return nil, fmt.Errorf("read the counters of %s on %s: %w", name, sw, err)
		}
		if sent[name], err = strconv.ParseUint(text, 10, 64); err != nil {
			return nil, fmt.Errorf("read the counters of %s on %s: %w", name, sw, err)
		}
	}
	return sent, nil
}
