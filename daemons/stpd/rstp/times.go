package rstp

import "time"

// Units is a time as BPDUs have it, in 1/256 of a second (IEEE 802.1D-2004 section 9.2.8).
type Units uint16

// Seconds is a time of whole seconds, up to 255.
func Seconds(n int) Units { return Units(n) << 8 }

// Duration is the time as Go has it.
func (u Units) Duration() time.Duration { return time.Duration(u) * time.Second / 256 }

// Whole is the time in seconds, rounded down.
func (u Units) Whole() int { return int(u >> 8) }

// Times are the parameters that the root gives to all bridges (section 17.13), and the age of its message.
type Times struct {
	MessageAge, MaxAge, Hello, ForwardDelay Units
}

// DefaultTimes are those of section 17.14.
func DefaultTimes() Times {
	return Times{MaxAge: Seconds(20), Hello: Seconds(2), ForwardDelay: Seconds(15)}
}

// The bounds of section 17.14. What others say beyond them is brought within: a root must not make us forward without delay, nor
// keep us from forwarding for ever.
const (
	minHello, maxHello               = 1 << 8, 10 << 8
	minMaxAge, maxMaxAge             = 6 << 8, 40 << 8
	minForwardDelay, maxForwardDelay = 4 << 8, 30 << 8
)

func (t Times) within() Times {
	t.Hello = min(max(t.Hello, minHello), maxHello)
	t.MaxAge = min(max(t.MaxAge, minMaxAge), maxMaxAge)
	t.ForwardDelay = min(max(t.ForwardDelay, minForwardDelay), maxForwardDelay)
	return t
}

const (
	// migrateTime is how long a port keeps to a version of the protocol, and waits for a bridge before it takes the link's end for
	// an edge (table 17-1).
	migrateTime = 3 * time.Second
	// DefaultHoldCount is how many BPDUs a port may send at once, before it is held to one a second (section 17.13.12).
	DefaultHoldCount = 6
)
