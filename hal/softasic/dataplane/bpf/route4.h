/* IPv4 forwarding (RFC 1812 section 5). */
#ifndef HEDDLE_ROUTE4_H
#define HEDDLE_ROUTE4_H

#include "adjacency.h"

inline_always __u32 fib4_find(__u32 dst)
{
	struct fib4_slots *t = at(&fib4_slots, 0);
	struct fib4_cells *c = at(&fib4_cells, 0);

	if (!t || !c)
		return 0;
	__u32 slot = t->slot[dst >> 8];
	if (!(slot & FIB4_GROUP))
		return slot;
	/* In two steps: Linux 6.1 forgets the bounds of what is or-ed together. */
	__u32 *group = &c->cell[(slot & fib4_group_mask) << 8];
	barrier_var(group);
	return group[dst & 255];
}

/* fib4_find_in looks into a routing table other than 0. */
inline_always __u32 fib4_find_in(__u32 vrf, __be32 dst)
{
	struct route4_key key = {.prefixlen = 32 + 32, .vrf = vrf};

	__builtin_memcpy(key.addr, &dst, 4);
	__u32 *id = bpf_map_lookup_elem(&fib4_vrf, &key);
	return id ? *id : 0;
}

/* options_sum adds the words of the IPv4 options, rare and of any length. */
static __noinline __u64 options_sum(struct xdp_md *ctx, __u32 off, __u32 len)
{
	__u32 w[10] = {};
	__u64 sum = 0;

	if (len == 0 || len > sizeof(w) || bpf_xdp_load_bytes(ctx, off, w, len))
		return 1; /* makes the checksum wrong */
	for (int i = 0; i < 10; i++)
		sum += w[i];
	return sum;
}

inline_always bool ipv4_checksum_ok(struct frame *f, struct ipv4 *ip, __u32 off)
{
	__u32 *w = (void *)ip, ihl = (ip->ver_ihl & 15) * 4;
	__u64 sum = (__u64)w[0] + w[1] + w[2] + w[3] + w[4];

	if (ihl > sizeof(*ip))
		sum += options_sum(f->ctx, off + sizeof(*ip), ihl - sizeof(*ip));
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* RFC 1812 section 5.3.7: addresses that never cross a router. */
inline_always bool ipv4_martian(__u32 a)
{
	return a >> 24 == 0 || a >> 24 == 127 || a >> 29 == 7;
}

/* The next two say what is wrong with a martian. */
static __noinline enum drop_reason ipv4_source_fault(__u32 a)
{
	if (a >> 24 == 0)
		return DROP_SOURCE_UNSPECIFIED;
	if (a >> 24 == 127)
		return DROP_SOURCE_LOOPBACK;
	return a >> 28 == 14 ? DROP_SOURCE_GROUP : DROP_SOURCE_CLASS_E;
}

static __noinline enum drop_reason ipv4_destination_fault(__u32 a)
{
	if (a >> 24 == 127)
		return DROP_DESTINATION_LOOPBACK;
	return a >> 28 == 14 ? DROP_DESTINATION_GROUP : DROP_DESTINATION_RESERVED;
}

/* RFC 1624: one step of the TTL changes the checksum by one step. */
inline_always void ipv4_decrement(struct ipv4 *ip)
{
	__u32 check = ip->check;

	check += bpf_htons(0x0100);
	ip->check = check + (check >= 0xffff);
	ip->ttl--;
}

inline_always int route_ipv4(struct frame *f, const struct settings *s, const struct rif *in)
{
	void *end = frame_end(f);
	__u32 off = l3_offset(f);
	struct ipv4 *ip = frame_start(f) + off;

	if ((void *)(ip + 1) > end)
		return drop_routed(f, DROP_IPV4_HEADER);
	__u32 len = bpf_ntohs(ip->len), ihl = (ip->ver_ihl & 15) * 4;
	if (ip->ver_ihl >> 4 != 4 || ihl < sizeof(*ip) || len < ihl || len > f->len - off)
		return drop_routed(f, DROP_IPV4_HEADER);
	if (!ipv4_checksum_ok(f, ip, off))
		return drop_routed(f, DROP_IPV4_CHECKSUM);
	if (!(in->flags & RIF_V4))
		return drop_routed(f, DROP_INGRESS_RIF);
	__u32 dst = bpf_ntohl(ip->dst);
	if (ipv4_martian(bpf_ntohl(ip->src)))
		return drop_routed(f, ipv4_source_fault(bpf_ntohl(ip->src)));
	if (ipv4_martian(dst))
		return drop_routed(f, ipv4_destination_fault(dst));

	__u32 id = in->vrf ? fib4_find_in(in->vrf, ip->dst) : fib4_find(dst);
	struct adj *a = at(&adjs, id);
	if (!id)
		return drop_routed(f, DROP_NO_ROUTE4);
	if (a && a->action >= ADJ_GROUP) {
		if (a->action == ADJ_COUNTED)
			a = at(&adjs, counted(id, f->len));
		if (a && a->action == ADJ_GROUP)
			a = member_of(a, has_rule(s, HASH_ECMP) ? hash_by_rule(frame_start(f), end, HASH_ECMP, came_by(f))
								: hash_ipv4(ecmp_start(s), ip, end));
	}
	if (!a)
		return drop_routed(f, DROP_NO_ADJACENCY);
	if (a->action == ADJ_LOCAL)
		return trap_local(f, s, classify_ipv4(ip, end));
	if (a->action == ADJ_DROP)
		return drop_routed(f, DROP_ROUTE);
	if (ip->ttl <= 1)
		return trap_error(f, s, TRAP_TTL, DROP_TTL);
	if (a->action == ADJ_GLEAN)
		return to_trap(f, s, f->hostif, TRAP_NONE);
	struct rif *out = at(&rifs, a->rif);
	if (a->action != ADJ_FORWARD || !out)
		return drop_routed(f, DROP_NO_ADJACENCY);
	enum drop_reason why = egress_refuses(f, a, out, RIF_V4);
	if (why)
		return drop_routed(f, why);
	if (len > out->mtu)
		return trap_error(f, s, TRAP_MTU, DROP_MTU);
	ipv4_decrement(ip);
	return to_neighbour(f, a, out);
}

#endif
