package bfd

import (
	"container/heap"
	"time"
)

// queue has the sessions in the order of what is due first; those with nothing to do are last.
type queue []*session

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	a, b := q[i].due(), q[j].due()
	if a.IsZero() || b.IsZero() {
		return !a.IsZero()
	}
	return a.Before(b)
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push is for package heap.
func (q *queue) Push(x any) {
	s := x.(*session)
	s.place = len(*q)
	*q = append(*q, s)
}

// Pop is for package heap.
func (q *queue) Pop() any {
	last := len(*q) - 1
	s := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return s
}

func (q *queue) add(s *session)    { heap.Push(q, s) }
func (q *queue) fix(s *session)    { heap.Fix(q, s.place) }
func (q *queue) remove(s *session) { heap.Remove(q, s.place) }

// first is when something is due; zero: never.
func (q queue) first() time.Time {
	if len(q) == 0 {
		return time.Time{}
	}
	return q[0].due()
}
