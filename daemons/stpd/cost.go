package stpd

import "github.com/heddle-nos/heddle/yang/schema"

// unknownSpeed stands for the speed of a port that tells none, in Mbit/s.
const unknownSpeed = 10_000

// longCost is the path cost of a speed in Mbit/s by IEEE 802.1D-2004 table 17-3: what 20 Tbit/s has 1 of.
func longCost(speed schema.Speed) uint32 {
	if speed == 0 {
		speed = unknownSpeed
	}
	return max(1, 20_000_000/uint32(speed))
}

// shortCost is the path cost of a speed in Mbit/s by IEEE 802.1D-1998 table 8-5.
func shortCost(speed schema.Speed) uint32 {
	if speed == 0 {
		speed = unknownSpeed
	}
	for _, c := range []struct {
		speed schema.Speed
		cost  uint32
	}{{10_000, 2}, {1000, 4}, {100, 19}, {16, 62}, {10, 100}, {4, 250}} {
		if speed > 10_000 {
			return 1
		}
		if speed >= c.speed {
			return c.cost
		}
	}
	return 250
}
