/* Meters, and the storm control of ports that they make. */
#ifndef HEDDLE_METER_H
#define HEDDLE_METER_H

#include "maps.h"
#include "packet.h"

/* meter_takes tells whether a frame is within a meter's rate, and charges it. If
 * other CPUs change the clock all the time, the frame passes for nothing. */
inline_always bool meter_takes(struct meter *m, __u32 len)
{
	__u64 byte = READ(m->byte), room = READ(m->room);

	if (!byte)
		return true;
	if (byte == METER_CLOSED)
		return false;
	__u64 now = bpf_ktime_get_ns() * 64, cost = byte * len >> 16;
#pragma unroll
	for (int i = 0; i < 4; i++) {
		__u64 clock = READ(m->clock);
		__u64 next = (clock > now ? clock : now) + cost;

		if (next - now > room)
			return false;
		if (__sync_val_compare_and_swap(&m->clock, clock, next) == clock)
			return true;
	}
	return true;
}

static __noinline bool within_storm_limit(__u32 port, __u32 kind, __u32 len)
{
	struct storm *s = at(&storms, port);

	if (!s || kind >= STORM_KINDS)
		return true;
	return meter_takes(&s->meter[kind], len);
}

/* is_storm tells whether a frame is more than its port may bring in. */
inline_always bool is_storm(const struct frame *f, const struct settings *s, enum storm_kind kind)
{
	return s->storm && f->port && !within_storm_limit(f->port, kind, f->len);
}

#endif
