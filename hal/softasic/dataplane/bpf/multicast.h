/* Multicast goes to those that listen (RFC 4541). */
#ifndef HEDDLE_MULTICAST_H
#define HEDDLE_MULTICAST_H

#include "trap.h"

/* igmp_kind names a message by its type: RFC 1112, RFC 2236, RFC 3376 section 4. */
inline_always __u8 igmp_kind(__u8 type)
{
	switch (type) {
	case 0x11:
		return TRAP_IGMP_QUERY;
	case 0x12:
		return TRAP_IGMP_V1_REPORT;
	case 0x16:
		return TRAP_IGMP_V2_REPORT;
	case 0x17:
		return TRAP_IGMP_LEAVE;
	case 0x22:
		return TRAP_IGMP_V3_REPORT;
	}
	return TRAP_NONE;
}

/* mld_kind names a message by its ICMPv6 type: RFC 2710, RFC 3810 section 5. */
inline_always __u8 mld_kind(__u8 type)
{
	switch (type) {
	case 130:
		return TRAP_MLD_QUERY;
	case 131:
		return TRAP_MLD_V1_REPORT;
	case 132:
		return TRAP_MLD_V1_DONE;
	case 143:
		return TRAP_MLD_V2_REPORT;
	}
	return TRAP_NONE;
}

/* Routers that speak PIM are heard by a group of their own: 224.0.0.13 and ff02::d
 * (RFC 7761 section 4.9). What they send to one of them only is not for others. */
inline_always bool to_pim_routers4(const struct ipv4 *ip)
{
	return ip->dst == bpf_htonl(0xe000000d);
}

inline_always bool to_pim_routers6(const struct ipv6 *ip)
{
	return ip->dst[0] == bpf_htonl(0xff020000) && !ip->dst[1] && !ip->dst[2] && ip->dst[3] == bpf_htonl(0xd);
}

/* MLD has a hop-by-hop header with a router alert in front (RFC 3810 section 5);
 * one of more than so many units of eight bytes has something else in it. */
#define HOPOPTS_UNITS 8

inline_always __u8 classify_mld(struct ipv6 *ip, void *end)
{
	__u8 *next = (__u8 *)(ip + 1), kind = ip->next;

	if ((void *)(next + 8) > end)
		return TRAP_NONE;
	if (kind == IPPROTO_HOPOPTS_) {
		if (next[1] >= HOPOPTS_UNITS)
			return TRAP_NONE;
		kind = next[0];
		next += 8 + 8 * next[1];
		if ((void *)(next + 8) > end)
			return TRAP_NONE;
	}
	return kind == IPPROTO_ICMP6_ ? mld_kind(*next) : TRAP_NONE;
}

/* classify_membership names the kind of a message about groups, or of PIM, of a family that
 * is snooped, whose packet starts at offset off. */
inline_always __u8 classify_membership(void *data, void *end, __u32 off, __be16 proto, __u16 flags)
{
	struct ipv4 *ip = data + off;
	struct ipv6 *ip6 = data + off;

	if (proto == PROTO_IPV4 && flags & VLAN_SNOOPS4 && (void *)(ip + 1) <= end) {
		__u8 *igmp = (void *)ip + (ip->ver_ihl & 15) * 4;

		if (ip->frag & bpf_htons(0x1fff))
			return TRAP_NONE;
		if (ip->proto == IPPROTO_PIM_)
			return to_pim_routers4(ip) ? TRAP_PIM : TRAP_NONE;
		if (ip->proto != IPPROTO_IGMP_ || (void *)(igmp + 1) > end)
			return TRAP_NONE;
		return igmp_kind(*igmp);
	}
	if (proto == PROTO_IPV6 && flags & VLAN_SNOOPS6 && (void *)(ip6 + 1) <= end) {
		if (ip6->next == IPPROTO_PIM_)
			return to_pim_routers6(ip6) ? TRAP_PIM : TRAP_NONE;
		return classify_mld(ip6, end);
	}
	return TRAP_NONE;
}

/* stream_slot looks for a sender's stream, then for the group's. By says which of
 * both there are. */
inline_always bool stream_slot(struct stream_key *key, __u16 by, __u16 unknown, __u16 *slot)
{
	__u32 *found = 0;

	if (by & VLAN_SOURCES4)
		found = bpf_map_lookup_elem(&streams, key);
	if (!found && by & VLAN_GROUPS4) {
		__builtin_memset(key->source, 0, sizeof(key->source));
		found = bpf_map_lookup_elem(&streams, key);
	}
	*slot = found ? *found : unknown;
	return found;
}

/* stream_of tells whether somebody may listen to a packet, and gives the slot that
 * it goes to. Groups of link scope, 224.0.0.0/24 and ff02::/16, are for everybody
 * (RFC 4541 section 2.1.2 and 3), and so is what is not sent to an IP group. */
inline_always bool stream_of(const struct vlan *v, __u16 vid, void *l3, void *end, __be16 proto, __u16 *slot)
{
	struct stream_key key = {.vlan = vid};
	struct ipv4 *ip = l3;
	struct ipv6 *ip6 = l3;

	if (proto == PROTO_IPV4 && v->flags & VLAN_SNOOPS4 && (void *)(ip + 1) <= end) {
		__u32 dst = bpf_ntohl(ip->dst);

		if (dst >> 28 != 14 || dst >> 8 == 0xe00000)
			return false;
		key.family = 4;
		key.group[0] = ip->dst;
		key.source[0] = ip->src;
		return stream_slot(&key, v->flags, v->unknown4, slot);
	}
	if (proto == PROTO_IPV6 && v->flags & VLAN_SNOOPS6 && (void *)(ip6 + 1) <= end) {
		__u8 *dst = (__u8 *)ip6->dst;

		if (dst[0] != 0xff || (dst[1] & 15) <= 2)
			return false;
		key.family = 6;
		__builtin_memcpy(key.group, ip6->dst, sizeof(key.group));
		__builtin_memcpy(key.source, ip6->src, sizeof(key.source));
		return stream_slot(&key, v->flags >> 2, v->unknown6, slot);
	}
	return false;
}

/* find_stream finds where a frame's multicast goes; false: to those that hear all
 * that nobody listens to. */
inline_always bool find_stream(struct frame *f, const struct vlan *v)
{
	return stream_of(v, f->vid, frame_start(f) + l3_offset(f), frame_end(f), f->proto, &f->slot);
}

#endif
