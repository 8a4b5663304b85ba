package asicdb

import (
	"errors"
	"fmt"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// Request is one sairedis operation.
type Request struct {
	Op     string // with the queue's letter: "Screate", "Dremove", ...
	Key    string
	Values []string // field, value, ...
	// Each is the number of objects of a bulk request, which is answered with
	// as many statuses, and 0 for every other request.
	Each int
}

// The operations that orchagent uses, with the letter the queue wants.
const (
	opCreate     = "Screate"
	opRemove     = "Dremove"
	opSet        = "Sset"
	opGet        = "Sget"
	opFlush      = "Sflush"
	opNotify     = "Snotify"
	opBulkCreate = "Sbulkcreate"
	opBulkRemove = "Sbulkremove"
	opBulkSet    = "Sbulkset"
)

// Response is the answer to a request.
type Response struct {
	Status sai.Status
	Values []string
}

// ErrOutOfStep means that answers no longer match requests, or that none came
// in time: what the ASIC holds must be read anew.
var ErrOutOfStep = errors.New("out of step with syncd")

func parseResponse(it statedb.QueueItem) (Response, error) {
	s, ok := sai.StatusByName(it.Key)
	if !ok {
		return Response{}, fmt.Errorf("answer with unknown status %.60q: %w", it.Key, ErrOutOfStep)
	}
	return Response{Status: s, Values: it.Values}, nil
}

// statuses returns the status of each object of a bulk answer.
func (r Response) statuses(n int) ([]sai.Status, error) {
	if len(r.Values) != 2*n {
		if r.Status != sai.StatusSuccess && len(r.Values) == 0 {
			return allOf(r.Status, n), nil // refused as a whole
		}
		return nil, fmt.Errorf("bulk of %d answered with %d values: %w", n, len(r.Values)/2, ErrOutOfStep)
	}
	if r.Status == sai.StatusSuccess {
		return allOf(sai.StatusSuccess, n), nil
	}
	out := make([]sai.Status, n)
	for i := range out {
		s, ok := sai.StatusByName(r.Values[2*i])
		if !ok {
			return nil, fmt.Errorf("bulk answer with unknown status %.60q: %w", r.Values[2*i], ErrOutOfStep)
		}
		out[i] = s
	}
	return out, nil
}

func allOf(s sai.Status, n int) []sai.Status {
	out := make([]sai.Status, n)
	for i := range out {
		out[i] = s
	}
	return out
}
