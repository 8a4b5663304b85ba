/* What both IP versions do with a route: its adjacency. */
#ifndef HEDDLE_ADJACENCY_H
#define HEDDLE_ADJACENCY_H

#include "trap.h"

/* ecmp_start is what the hash of a packet's flow starts from: not what a LAG's
 * does, or each link of a LAG would see a part of the flows only. */
inline_always __u64 ecmp_start(const struct settings *s)
{
	return (__u64)s->ecmp_seed << 32 | 0xec3f;
}

/* member_of chooses an adjacency of a group. */
inline_always struct adj *member_of(const struct adj *a, __u64 hash)
{
	struct group *g = at(&groups, a->rif);

	return g ? at(&adjs, g->adj[scale(hash, a->slots) & (GROUP_SLOTS - 1)]) : 0;
}

/* counted adds a packet to the counter of its route and returns the adjacency
 * that the route leads to. Only routes with a counter come by here. */
static __noinline __u32 counted(__u32 id, __u32 len)
{
	struct adj *a = at(&adjs, id);
	__u32 next = 0;

	if (!a)
		return 0;
	struct flow_counters *c = at(&route_stats, a->rif);
	if (c) {
		c->packets += 1;
		c->bytes += len;
	}
	__builtin_memcpy(&next, a->mac, sizeof(next));
	return next;
}

/* drop_routed discards a packet on its way through a router interface. */
inline_always int drop_routed(struct frame *f, enum drop_reason why)
{
	count_rif(f->rif, RIF_IN_ERROR_OCTETS, f->len);
	return drop(f->port, why);
}

inline_always bool write_macs(struct frame *f, const __u8 *dst, const __u8 *src)
{
	struct eth *e = frame_start(f);

	if ((void *)(e + 1) > frame_end(f))
		return false;
	copy_mac(e->dst, dst);
	copy_mac(e->src, src);
	return true;
}

/* egress_refuses says why a router interface does not send a packet of a family;
 * mostly 0. */
inline_always enum drop_reason egress_refuses(const struct frame *f, const struct adj *a,
					      const struct rif *out, __u8 family)
{
	__u8 flags = out->flags & (family | RIF_NO_LOOP);

	if (flags == family)
		return 0;
	if (!(flags & family))
		return DROP_EGRESS_RIF;
	return a->rif == f->rif ? DROP_LOOPBACK_RIF : 0;
}

/* to_neighbour addresses a routed packet, already decremented, to a neighbour. */
inline_always int to_neighbour(struct frame *f, const struct adj *a, const struct rif *out)
{
	if (!write_macs(f, a->mac, out->mac))
		return drop(f->port, DROP_SHORT);
	f->routed = true;
	count_rif(a->rif, RIF_OUT_OCTETS, f->len - (f->tagged ? TAG_LEN : 0));
	if (out->kind == RIF_PORT)
		return to_port(f, out->port, false);
	f->vid = out->vlan;
	if (f->tagged && !write_vid(f))
		return drop(f->port, DROP_SHORT);
	if (out->kind == RIF_VLAN)
		return NEXT_UNICAST;
	if (out->kind == RIF_SUB)
		return to_port(f, out->port, true);
	return drop(f->port, DROP_EGRESS_RIF);
}

#endif
