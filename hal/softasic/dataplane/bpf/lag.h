/* Distribution of frames over the members of a LAG (IEEE 802.1AX 6.2.4). */
#ifndef HEDDLE_LAG_H
#define HEDDLE_LAG_H

#include "hash.h"
#include "maps.h"

/* lag_member chooses the port that a frame leaves a LAG by; 0: none. */
inline_always __u16 lag_member(__u16 lag, void *data, void *end, const struct settings *s)
{
	struct lag *l = at(&lags, lag - FIRST_LAG);

	if (!l || !l->n)
		return 0;
	__u32 i = scale(hash_frame(s->lag_seed, data, end), l->n);
	return l->port[i & (LAG_SLOTS - 1)];
}

#endif
