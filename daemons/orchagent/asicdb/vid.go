package asicdb

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

const (
	vidCounter = "VIDCOUNTER"
	// vidBlock is how many indexes are taken from the shared counter at once.
	vidBlock = 128

	vidTypeShift = 48
	vidTypeMask  = 0xff
)

// SwitchVID is the virtual id of the only switch: index 0, which the counter
// never gives out.
const SwitchVID = sai.ObjectID(sai.ObjectTypeSwitch) << vidTypeShift

// TypeOf returns the object type that a virtual id holds in bits 48 to 55.
func TypeOf(vid sai.ObjectID) sai.ObjectType {
	return sai.ObjectType(vid >> vidTypeShift & vidTypeMask)
}

// allocator gives out virtual ids from blocks of the counter that syncd and
// orchagent share.
type allocator struct {
	db         *statedb.DB
	next, last int64
}

func (a *allocator) alloc(ctx context.Context, t sai.ObjectType) (sai.ObjectID, error) {
	if a.next == a.last {
		top, err := a.db.Redis().IncrBy(ctx, vidCounter, vidBlock).Result()
		if err != nil {
			return 0, fmt.Errorf("allocate object ids: %w", err)
		}
		a.next, a.last = top-vidBlock, top
	}
	a.next++
	return sai.ObjectID(t)<<vidTypeShift | sai.ObjectID(a.next), nil
}
