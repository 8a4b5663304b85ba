package finegrained

import (
	"cmp"
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Deal gives each of size buckets to one of hops that works; none is left if no
// next hop works. Old is how they were given before, or empty. Each bank has a part
// of the buckets by its number of configured next hops; a bank without a next hop
// that works is served by the first one that has. Within a bank a bucket changes
// hands only where it must, and a next hop that comes back gets its own buckets.
func Deal(size int, banks map[uint16]int, hops []Hop, works func(Hop) bool, old []object.Key) []object.Key {
	all, good := map[uint16][]object.Key{}, map[uint16][]object.Key{}
	for _, h := range hops {
		all[h.Bank] = append(all[h.Bank], h.Key)
		if works(h) {
			good[h.Bank] = append(good[h.Bank], h.Key)
		}
	}
	if len(good) == 0 {
		return nil
	}
	first := slices.Min(slices.Collect(maps.Keys(good)))
	out := make([]object.Key, size)
	if len(old) == size {
		copy(out, old)
	}
	start, left, total := 0, size, sum(banks)
	for _, bank := range slices.Sorted(maps.Keys(banks)) {
		n := left * banks[bank] / total
		total -= banks[bank]
		left -= n
		part := good[bank]
		if len(part) == 0 {
			part = good[first]
		}
		dealBank(out[start:start+n], part, all[bank])
		start += n
	}
	return out
}

func sum(banks map[uint16]int) (n int) {
	for _, m := range banks {
		n += m
	}
	return n
}

// dealBank gives buckets to hops in equal parts. All are the next hops that would
// share them if all worked: in turn, each bucket is one's own.
func dealBank(buckets []object.Key, hops, all []object.Key) {
	own := make([]object.Key, len(buckets))
	for i := range own {
		if len(all) > 0 {
			own[i] = all[i%len(all)]
		}
	}
	due := parts(buckets, own, hops)
	given := make([]object.Key, len(buckets))
	give := func(to func(i int) object.Key, which func(i int) bool) {
		for i := range buckets {
			if h := to(i); given[i] == "" && which(i) && due[h] > 0 {
				given[i] = h
				due[h]--
			}
		}
	}
	has := func(i int) object.Key { return buckets[i] }
	owns := func(i int) object.Key { return own[i] }
	give(has, func(i int) bool { return buckets[i] == own[i] })
	give(has, func(i int) bool { return !slices.Contains(hops, own[i]) })
	give(has, func(int) bool { return true })
	give(owns, func(int) bool { return true })
	for next, i := 0, 0; i < len(given); i++ {
		if given[i] != "" {
			continue
		}
		for due[hops[next%len(hops)]] == 0 {
			next++
		}
		given[i] = hops[next%len(hops)]
		due[given[i]]--
		next++
	}
	copy(buckets, given)
}

// parts is how many buckets each hop is due. What does not divide goes to those that
// own most, and then to those that have most.
func parts(buckets, own, hops []object.Key) map[object.Key]int {
	owns, has := map[object.Key]int{}, map[object.Key]int{}
	for i, h := range buckets {
		has[h]++
		owns[own[i]]++
	}
	order := slices.Clone(hops)
	slices.SortStableFunc(order, func(a, b object.Key) int {
		return cmp.Or(cmp.Compare(owns[b], owns[a]), cmp.Compare(has[b], has[a]))
	})
	due := make(map[object.Key]int, len(hops))
	for i, h := range order {
		due[h] = len(buckets) / len(hops)
		if i < len(buckets)%len(hops) {
			due[h]++
		}
	}
	return due
}
