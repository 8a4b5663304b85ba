package finegrained

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Deal gives each of size buckets to a next hop that works; none is left if no
// next hop works. Old is how they were given before, or empty. Each bank has a part
// of the buckets by its number of configured next hops; a bank without a next hop
// that works is served by the first one that has. Within a bank a bucket changes
// hands only where it must.
func Deal(size int, banks map[uint16]int, hops []Hop, old []object.Key) []object.Key {
	byBank := map[uint16][]object.Key{}
	for _, h := range hops {
		byBank[h.Bank] = append(byBank[h.Bank], h.Key)
	}
	if len(hops) == 0 {
		return nil
	}
	refuge := byBank[slices.Min(slices.Collect(maps.Keys(byBank)))]
	out := make([]object.Key, size)
	if len(old) == size {
		copy(out, old)
	}
	start, left, total := 0, size, sum(banks)
	for _, bank := range slices.Sorted(maps.Keys(banks)) {
		n := left
		if total > 0 {
			n = left * banks[bank] / total
		}
		total -= banks[bank]
		left -= n
		part := byBank[bank]
		if len(part) == 0 {
			part = refuge
		}
		dealBank(out[start:start+n], part)
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

// dealBank gives buckets to hops in equal parts.
func dealBank(buckets []object.Key, hops []object.Key) {
	due := parts(buckets, hops)
	for i, h := range buckets {
		if due[h] == 0 {
			buckets[i] = ""
			continue
		}
		due[h]--
	}
	next := 0
	for i, h := range buckets {
		if h != "" {
			continue
		}
		for due[hops[next%len(hops)]] == 0 {
			next++
		}
		buckets[i] = hops[next%len(hops)]
		due[buckets[i]]--
		next++
	}
}

// parts is how many buckets each hop is due. Those that have most keep what does
// not divide.
func parts(buckets []object.Key, hops []object.Key) map[object.Key]int {
	has := map[object.Key]int{}
	for _, h := range buckets {
		has[h]++
	}
	order := slices.Clone(hops)
	slices.SortStableFunc(order, func(a, b object.Key) int { return has[b] - has[a] })
	due := make(map[object.Key]int, len(hops))
	for i, h := range order {
		due[h] = len(buckets) / len(hops)
		if i < len(buckets)%len(hops) {
			due[h]++
		}
	}
	return due
}
