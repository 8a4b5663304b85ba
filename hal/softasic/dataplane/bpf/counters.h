/* Counters, and the one way to discard a frame. */
#ifndef HEDDLE_COUNTERS_H
#define HEDDLE_COUNTERS_H

#include "maps.h"
#include "packet.h"

/* note_port counts a frame of a port that was discarded. */
static __noinline int note_port(__u32 port, enum drop_reason why)
{
	struct drop_counters *c = at(&drop_stats, port);

	if (c)
		c->n[why & (DROP_REASONS - 1)] += 1;
	return 0;
}

inline_always void note(enum drop_reason why)
{
	note_port(0, why);
}

/* drop discards a frame that came in by a port (0: from the CPU). */
static __noinline int drop(__u32 port, enum drop_reason why)
{
	struct port_counters *c = at(&port_stats, port);

	note_port(port, why);
	if (c)
		c->n[why <= DROP_LAST_ERROR ? IN_ERRORS : IN_DISCARDS] += 1;
	return XDP_DROP;
}

/* drop_out discards a frame on its way out of a port, which counts it. A LAG does
 * not: of its members none was chosen. */
static __noinline int drop_out(__u32 port, __u32 to, enum drop_reason why)
{
	struct port_counters *c = at(&port_stats, to);

	if (!c || to >= FIRST_LAG)
		return drop(port, why);
	note_port(port, why);
	c->n[OUT_DISCARDS] += 1;
	return XDP_DROP;
}

inline_always void count_port(__u16 port, bool out, const __u8 *dst, __u32 len)
{
	struct port_counters *c = at(&port_stats, port);
	__u32 kind = IN_UCAST;

	if (!c)
		return;
	if (is_multicast(dst))
		kind = is_broadcast(dst) ? IN_BROADCAST : IN_MULTICAST;
	if (out) {
		c->n[OUT_OCTETS] += len;
		c->n[kind + (OUT_UCAST - IN_UCAST)] += 1;
	} else {
		c->n[IN_OCTETS] += len;
		c->n[kind] += 1;
	}
}

/* count_rif adds a packet to a pair of octet and packet counters. */
inline_always void count_rif(__u16 rif, enum rif_counter octets, __u32 len)
{
	struct rif_counters *c = at(&rif_stats, rif);

	if (c) {
		c->n[octets] += len;
		c->n[octets + 1] += 1;
	}
}

#endif
