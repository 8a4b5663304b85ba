package strict

import "github.com/heddle-nos/heddle/sai"

// An object id holds, from the top: a mark that no VID carries (so that a mixed
// up VID never works by accident), the object type, a generation and an index.
// The index is the lowest free number of its type, counted from 1, so that
// hardware table slots can be derived from it; the generation keeps a new
// object from answering to a removed one's id.
const (
	idMark      = 0x10
	idMarkShift = 56
	idTypeShift = 48
	idGenShift  = 32
)

// Index returns the number that tells an id from others of its type; it is
// dense, starts at 1, and is reused after removal.
func Index(id sai.ObjectID) uint32 { return uint32(id) }

// TypeOf returns the object type that an id of a Store carries.
func TypeOf(id sai.ObjectID) (sai.ObjectType, bool) {
	if id>>idMarkShift != idMark {
		return 0, false
	}
	return sai.ObjectType(id >> idTypeShift & 0xff), true
}

// generation tells an id from earlier ones with the same index.
func generation(id sai.ObjectID) uint16 { return uint16(id >> idGenShift) }

// allocator hands out the ids of one type.
type allocator struct {
	typ  sai.ObjectType
	next uint32 // the lowest index never used
	free indexHeap
	gen  uint16 // of the most recent reuse
}

func newAllocator(t sai.ObjectType) *allocator { return &allocator{typ: t, next: 1} }

func (a *allocator) alloc() sai.ObjectID {
	if idx, ok := a.free.pop(); ok {
		a.gen++
		return a.id(idx, a.gen)
	}
	a.next++
	return a.id(a.next-1, 0)
}

func (a *allocator) id(index uint32, gen uint16) sai.ObjectID {
	return sai.ObjectID(idMark<<idMarkShift | uint64(a.typ&0xff)<<idTypeShift | uint64(gen)<<idGenShift | uint64(index))
}

func (a *allocator) release(id sai.ObjectID) { a.free.push(Index(id)) }

// undo takes back the most recent alloc.
func (a *allocator) undo(id sai.ObjectID) {
	idx := Index(id)
	if idx == a.next-1 && generation(id) == 0 {
		a.next--
		return
	}
	a.free.push(idx)
}

// indexHeap is a binary min-heap of free indexes.
type indexHeap []uint32

func (h *indexHeap) push(v uint32) {
	*h = append(*h, v)
	s := *h
	for i := len(s) - 1; i > 0; {
		p := (i - 1) / 2
		if s[p] <= s[i] {
			return
		}
		s[p], s[i] = s[i], s[p]
		i = p
	}
}

func (h *indexHeap) pop() (uint32, bool) {
	s := *h
	if len(s) == 0 {
		return 0, false
	}
	top := s[0]
	s[0] = s[len(s)-1]
	*h = s[:len(s)-1]
	h.down(0)
	return top, true
}

func (h *indexHeap) down(i int) {
	s := *h
	for {
		c := 2*i + 1
		if c >= len(s) {
			return
		}
		if c+1 < len(s) && s[c+1] < s[c] {
			c++
		}
		if s[i] <= s[c] {
			return
		}
		s[i], s[c] = s[c], s[i]
		i = c
	}
}
