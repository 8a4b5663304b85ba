/* Distribution of frames over the members of a LAG (IEEE 802.1AX 6.2.4). */
#ifndef HEDDLE_LAG_H
#define HEDDLE_LAG_H

#include "hashrule.h"

/* lag_member chooses the port that a frame leaves a LAG by; 0: none. From is the
 * port that it came in by, above its VLAN. */
inline_always __u16 lag_member(__u16 lag, void *data, void *end, const struct settings *s, __u32 from)
{
	struct lag *l = at(&lags, lag - FIRST_LAG);

	if (!l || !l->n)
		return 0;
	__u64 h = has_rule(s, HASH_LAG) ? hash_by_rule(data, end, HASH_LAG, from) : hash_frame(s->lag_seed, data, end);
	__u32 i = scale(h, l->n);
	return l->port[i & (LAG_SLOTS - 1)];
}

#endif
