/* What goes to the CPU. */
#ifndef HEDDLE_TRAP_H
#define HEDDLE_TRAP_H

#include "forward.h"

/* ports reads the two 16-bit ports of a TCP or UDP header. */
inline_always bool l4_ports(void *l4, void *end, __u16 *src, __u16 *dst)
{
	__be16 *p = l4;

	if ((void *)(p + 2) > end)
		return false;
	*src = bpf_ntohs(p[0]);
	*dst = bpf_ntohs(p[1]);
	return true;
}

inline_always __u8 classify_ports(__u8 proto, __u16 src, __u16 dst, __u8 bgp)
{
	if (proto == IPPROTO_TCP_ && (src == 179 || dst == 179))
		return bgp;
	if (proto != IPPROTO_UDP_)
		return TRAP_NONE;
	if (bgp == TRAP_BGP && (dst == 67 || dst == 68))
		return TRAP_DHCP;
	if (bgp == TRAP_BGP6 && (dst == 546 || dst == 547))
		return TRAP_DHCP6;
	return TRAP_NONE;
}

inline_always __u8 classify_ipv4(struct ipv4 *ip, void *end)
{
	__u32 ihl = (ip->ver_ihl & 15) * 4;
	__u16 src, dst;

	if (ip->frag & bpf_htons(0x1fff))
		return TRAP_NONE;
	if (!l4_ports((void *)ip + ihl, end, &src, &dst))
		return TRAP_NONE;
	return classify_ports(ip->proto, src, dst, TRAP_BGP);
}

inline_always __u8 classify_ipv6(struct ipv6 *ip, void *end)
{
	__u16 src, dst;

	if (!l4_ports(ip + 1, end, &src, &dst))
		return TRAP_NONE;
	/* RFC 4861: types 133..137 are neighbour discovery. */
	if (ip->next == IPPROTO_ICMP6_)
		return (src >> 8) >= 133 && (src >> 8) <= 137 ? TRAP_ND : TRAP_NONE;
	return classify_ports(ip->next, src, dst, TRAP_BGP6);
}

inline_always __u8 classify_arp(void *arp, void *end)
{
	if (arp + 8 > end)
		return TRAP_NONE;
	return *(__be16 *)(arp + 6) == bpf_htons(1) ? TRAP_ARP_REQUEST : TRAP_ARP_RESPONSE;
}

/* classify names the kind of a frame whose payload starts at offset off. */
inline_always __u8 classify(void *data, void *end, __u32 off, __be16 proto)
{
	void *l3 = data + off;

	if (proto == PROTO_ARP)
		return classify_arp(l3, end);
	if (proto == PROTO_IPV4 && l3 + sizeof(struct ipv4) <= end)
		return classify_ipv4(l3, end);
	if (proto == PROTO_IPV6 && l3 + sizeof(struct ipv6) <= end)
		return classify_ipv6(l3, end);
	return TRAP_NONE;
}

inline_always __u8 trap_action(const struct settings *s, __u8 kind)
{
	return s->trap[kind & (TRAP_MAX - 1)];
}

inline_always bool to_cpu(__u8 action)
{
	return action == ACTION_TRAP || action == ACTION_COPY;
}

static __noinline bool within_cpu_limit(__u32 id, __u32 len)
{
	struct limit *l = at(&limits, id);

	if (!l)
		return true;
	bool ok = meter_takes(&l->meter, l->packets ? 1 : len);
	__u64 *n = ok ? l->passed : l->dropped;

	__sync_fetch_and_add(&n[0], 1);
	__sync_fetch_and_add(&n[1], len);
	return ok;
}

static __noinline bool count_trap(__u32 kind, __u32 len)
{
	struct flow_counters *c = at(&trap_stats, kind);

	if (!c)
		return true;
	c->packets += 1;
	c->bytes += len;
	return true;
}

/* cpu_takes counts one more frame of a kind to the CPU, and tells whether it may
 * get it. A frame of no kind is an ordinary packet for us. */
inline_always bool cpu_takes(const struct settings *s, __u8 kind, __u32 len)
{
	__u32 as = (kind ? kind : TRAP_IP2ME) & (TRAP_MAX - 1);
	__u16 id = s->trap_limit[as];

	return (!id || within_cpu_limit(id, len)) && count_trap(as, len);
}

/* to_trap hands a frame to the CPU, within the limit of its kind. */
inline_always int to_trap(struct frame *f, const struct settings *s, __u16 hostif, __u8 kind)
{
	if (!cpu_takes(s, kind, f->len))
		return drop(f->port, DROP_CPU_LIMIT);
	return to_hostif(f, hostif);
}

/* trap_local hands a packet for one of our addresses to the CPU. A kind that
 * has no action of its own is an ordinary packet for us. */
inline_always int trap_local(struct frame *f, const struct settings *s, __u8 kind)
{
	__u8 action = trap_action(s, kind);

	if (kind == TRAP_NONE || action == ACTION_FORWARD) {
		kind = TRAP_IP2ME;
		action = trap_action(s, kind);
	}
	return to_cpu(action) ? to_trap(f, s, f->hostif, kind) : drop(f->port, DROP_TRAP);
}

/* trap_error hands a packet to the CPU that cannot be forwarded and needs an
 * ICMP error. */
inline_always int trap_error(struct frame *f, const struct settings *s, __u8 kind, enum drop_reason why)
{
	return to_cpu(trap_action(s, kind)) ? to_trap(f, s, f->hostif, kind) : drop(f->port, why);
}

/* cpu_wants tells whether the CPU listens to a group or broadcast frame: ARP,
 * and IP of link scope (224.0.0.0/24, ff02::/16, broadcasts). */
inline_always bool cpu_wants(void *data, void *end, __u32 off, __be16 proto)
{
	void *l3 = data + off;

	if (proto == PROTO_ARP)
		return true;
	if (proto == PROTO_IPV4 && l3 + sizeof(struct ipv4) <= end) {
		struct ipv4 *ip = l3;
		__u32 dst = bpf_ntohl(ip->dst);

		return dst >> 28 != 14 || dst >> 8 == 0xe00000;
	}
	if (proto == PROTO_IPV6 && l3 + sizeof(struct ipv6) <= end) {
		struct ipv6 *ip = l3;

		return (ip->dst[0] & bpf_htonl(0xff0f0000)) == bpf_htonl(0xff020000);
	}
	return false;
}

/* reserved_kind names the protocol behind a reserved group address
 * (01-80-C2-00-00-0X, IEEE 802.1Q table 8-1). */
inline_always __u8 reserved_kind(__u8 last, __be16 proto)
{
	if (proto == PROTO_LLDP)
		return TRAP_LLDP;
	if (proto == PROTO_SLOW && last == 2)
		return TRAP_LACP;
	if (last == 0)
		return TRAP_STP;
	return TRAP_NONE;
}

/* is_pvst tells the address of the spanning trees of VLANs that Cisco has chosen,
 * 01-00-0C-CC-CC-CD. */
inline_always bool is_pvst(const __u8 *dst)
{
	return *(__u32 *)dst == bpf_htonl(0x01000ccc) && *(__u16 *)(dst + 4) == bpf_htons(0xcccd);
}

inline_always bool is_reserved(const __u8 *dst)
{
	return *(__u32 *)dst == bpf_htonl(0x0180c200) && dst[4] == 0 && dst[5] < 16;
}

#endif
