package strict

import "github.com/heddle-nos/heddle/sai"

// Stats implements sai.Driver. Without a backend counters are what SetCounter
// said, or zero.
func (s *Store) Stats(obj sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, sai.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.checkStats(obj, ids); st != sai.StatusSuccess {
		return nil, st
	}
	if s.opt.Backend != nil {
		return s.opt.Backend.Stats(View{s}, obj, ids, mode)
	}
	out := make([]uint64, len(ids))
	for i, id := range ids {
		out[i] = s.counters[obj][id]
		if mode == sai.StatsModeReadAndClear {
			delete(s.counters[obj], id)
		}
	}
	return out, sai.StatusSuccess
}

// ClearStats implements sai.Driver.
func (s *Store) ClearStats(obj sai.Object, ids []sai.StatID) sai.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.checkStats(obj, ids); st != sai.StatusSuccess {
		return st
	}
	if s.opt.Backend != nil {
		return s.opt.Backend.ClearStats(View{s}, obj, ids)
	}
	for _, id := range ids {
		delete(s.counters[obj], id)
	}
	return sai.StatusSuccess
}

// SetCounter sets what Stats will read, for tests without a backend.
func (s *Store) SetCounter(obj sai.Object, id sai.StatID, v uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counters[obj] == nil {
		s.counters[obj] = map[sai.StatID]uint64{}
	}
	s.counters[obj][id] = v
}

func (s *Store) checkStats(obj sai.Object, ids []sai.StatID) sai.Status {
	if st := s.checkExists(obj); st != sai.StatusSuccess {
		return st
	}
	meta := s.schemaOf(obj.Type).meta
	if meta.Stats == nil {
		return sai.StatusNotSupported
	}
	for _, id := range ids {
		if _, ok := meta.Stats.Text(int32(id)); !ok {
			return sai.StatusInvalidParameter
		}
	}
	return sai.StatusSuccess
}
