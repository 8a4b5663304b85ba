/* Which of several ways a flow takes: one hash for each flow, so that its
 * packets stay in order (RFC 2992, IEEE 802.1AX 6.2.4). */
#ifndef HEDDLE_HASH_H
#define HEDDLE_HASH_H

#include "packet.h"

/* mix folds 64 more bits into a hash. */
inline_always __u64 mix(__u64 h, __u64 v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 32;
}

/* scale maps a hash to 0..n-1, evenly. Its high bits decide. */
inline_always __u32 scale(__u64 h, __u32 n)
{
	return (h * 0xd6e8feb86659fd93ull >> 32) * n >> 32;
}

/* hash_ports folds in the ports of TCP and UDP, and the protocol of all. */
inline_always __u64 hash_ports(__u64 h, __u8 proto, void *l4, void *end)
{
	__u32 *ports = l4;

	if ((void *)(ports + 1) > end || (proto != IPPROTO_TCP_ && proto != IPPROTO_UDP_))
		return mix(h, proto);
	return mix(h, (__u64)*ports << 8 | proto);
}

/* hash_ipv4 hashes a flow. Fragments have no ports, so that all take one way. */
inline_always __u64 hash_ipv4(__u64 h, struct ipv4 *ip, void *end)
{
	void *l4 = (void *)ip + (ip->ver_ihl & 15) * 4;

	h = mix(h, (__u64)ip->src << 32 | ip->dst);
	if (ip->frag & bpf_htons(0x3fff))
		return mix(h, ip->proto);
	return hash_ports(h, ip->proto, l4, end);
}

/* hash_ipv6 hashes a flow, its flow label included (RFC 6438). */
inline_always __u64 hash_ipv6(__u64 h, struct ipv6 *ip, void *end)
{
	h = mix(h, (__u64)ip->src[0] << 32 | ip->src[1]);
	h = mix(h, (__u64)ip->src[2] << 32 | ip->src[3]);
	h = mix(h, (__u64)ip->dst[0] << 32 | ip->dst[1]);
	h = mix(h, (__u64)ip->dst[2] << 32 | ip->dst[3]);
	h = mix(h, ip->ver_class_flow & bpf_htonl(0x000fffff));
	return hash_ports(h, ip->next, ip + 1, end);
}

/* hash_frame hashes a frame by its addresses and, of IP, its flow. */
inline_always __u64 hash_frame(__u64 h, void *data, void *end)
{
	struct tagged_eth *e = data;
	void *l3 = data + ETH_LEN;

	if ((void *)(e + 1) > end)
		return h;
	__be16 proto = e->tpid;
	if (proto == PROTO_VLAN) {
		proto = e->proto;
		l3 += TAG_LEN;
	}
	h = mix(h, *(__u64 *)e->dst);
	h = mix(h, *(__u32 *)(e->src + 2));
	if (proto == PROTO_IPV4 && l3 + sizeof(struct ipv4) <= end)
		return hash_ipv4(h, l3, end);
	if (proto == PROTO_IPV6 && l3 + sizeof(struct ipv6) <= end)
		return hash_ipv6(h, l3, end);
	return h;
}

#endif
