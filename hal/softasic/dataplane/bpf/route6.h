/* IPv6 forwarding (RFC 8200, RFC 4291). */
#ifndef HEDDLE_ROUTE6_H
#define HEDDLE_ROUTE6_H

#include "adjacency.h"

inline_always __u32 fib6_find(__u32 vrf, const __u32 *addr)
{
	struct route6_key key = {.prefixlen = 32 + 128, .vrf = vrf};

	__builtin_memcpy(key.addr, addr, 16);
	__u32 *id = bpf_map_lookup_elem(&fib6, &key);
	return id ? *id : 0;
}

inline_always bool ipv6_link_local(const __u32 *a)
{
	return (a[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

inline_always bool ipv6_multicast(const __u32 *a)
{
	return (a[0] & bpf_htonl(0xff000000)) == bpf_htonl(0xff000000);
}

/* The unspecified and the loopback address. */
inline_always bool ipv6_none_or_loopback(const __u32 *a)
{
	return !a[0] && !a[1] && !a[2] && (a[3] & ~bpf_htonl(1)) == 0;
}

inline_always int route_ipv6(struct frame *f, const struct settings *s, const struct rif *in)
{
	void *end = frame_end(f);
	__u32 off = l3_offset(f);
	struct ipv6 *ip = frame_start(f) + off;

	if ((void *)(ip + 1) > end)
		return drop_routed(f, DROP_IPV6_HEADER);
	__u32 len = bpf_ntohs(ip->payload) + sizeof(*ip);
	if ((bpf_ntohl(ip->ver_class_flow) >> 28) != 6 || len > f->len - off)
		return drop_routed(f, DROP_IPV6_HEADER);
	if (!(in->flags & RIF_V6))
		return drop_routed(f, DROP_INGRESS_RIF);
	if (ipv6_multicast(ip->src))
		return drop_routed(f, DROP_SOURCE_GROUP);
	if (ipv6_none_or_loopback(ip->src))
		return drop_routed(f, ip->src[3] ? DROP_SOURCE_LOOPBACK : DROP_SOURCE_UNSPECIFIED);
	if (ipv6_multicast(ip->dst))
		return drop_routed(f, DROP_DESTINATION_GROUP);
	if (ipv6_none_or_loopback(ip->dst))
		return drop_routed(f, ip->dst[3] ? DROP_DESTINATION_LOOPBACK : DROP_DESTINATION_RESERVED);
	/* Whoever has our MAC and a link-local destination means us. */
	if (ipv6_link_local(ip->dst))
		return trap_local(f, s, classify_ipv6(ip, end));

	__u32 id = fib6_find(in->vrf, ip->dst);
	struct adj *a = at(&adjs, id);
	if (!id)
		return drop_routed(f, DROP_NO_ROUTE6);
	if (a && a->action >= ADJ_GROUP) {
		if (a->action == ADJ_COUNTED)
			a = at(&adjs, counted(id, f->len));
		if (a && a->action == ADJ_GROUP)
			a = member_of(a, has_rule(s, HASH_ECMP) ? hash_by_rule(frame_start(f), end, HASH_ECMP, came_by(f))
								: hash_ipv6(ecmp_start(s), ip, end));
	}
	if (!a)
		return drop_routed(f, DROP_NO_ADJACENCY);
	if (a->action == ADJ_LOCAL)
		return trap_local(f, s, classify_ipv6(ip, end));
	if (a->action == ADJ_DROP)
		return drop_routed(f, DROP_ROUTE);
	/* RFC 4291 section 2.5.6: never forwarded. */
	if (ipv6_link_local(ip->src))
		return drop_routed(f, DROP_SOURCE_LINK_LOCAL);
	if (ip->hops <= 1)
		return trap_error(f, s, TRAP_TTL, DROP_TTL);
	if (a->action == ADJ_GLEAN)
		return to_trap(f, s, f->hostif, TRAP_NONE);
	struct rif *out = at(&rifs, a->rif);
	if (a->action != ADJ_FORWARD || !out)
		return drop_routed(f, DROP_NO_ADJACENCY);
	enum drop_reason why = egress_refuses(f, a, out, RIF_V6);
	if (why)
		return drop_routed(f, why);
	if (len > out->mtu)
		return trap_error(f, s, TRAP_MTU, DROP_MTU);
	ip->hops--;
	return to_neighbour(f, a, out);
}

#endif
