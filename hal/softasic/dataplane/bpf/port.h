/* The stages of a frame that came in by a front-panel port. */
#ifndef HEDDLE_PORT_H
#define HEDDLE_PORT_H

#include "multicast.h"
#include "route4.h"
#include "route6.h"

/* route_frame routes a frame to our MAC. */
inline_always int route_frame(struct frame *f, const struct settings *s, const struct rif *in)
{
	void *data = frame_start(f);

	count_rif(f->rif, RIF_IN_OCTETS, f->len - (f->tagged ? TAG_LEN : 0));
	if (f->proto == PROTO_IPV4)
		return route_ipv4(f, s, in);
	if (f->proto == PROTO_IPV6)
		return route_ipv6(f, s, in);
	if (f->proto != PROTO_ARP)
		return drop(f->port, DROP_NOT_IP);
	__u8 kind = classify(data, frame_end(f), l3_offset(f), f->proto);
	return trap_error(f, s, kind, DROP_TRAP);
}

/* group_kind is the storm that a frame to a group, or to all, may be part of. */
inline_always enum storm_kind group_kind(const __u8 *dst)
{
	return is_broadcast(dst) ? STORM_BROADCAST : STORM_MULTICAST;
}

/* group_on_port is the end of a group or broadcast frame on a routed port: the
 * CPU or nothing. */
inline_always int group_on_port(struct frame *f, const struct settings *s, const __u8 *dst)
{
	void *data = frame_start(f), *end = frame_end(f);
	__u32 off = l3_offset(f);

	if (!cpu_wants(data, end, off, f->proto))
		return drop(f->port, DROP_MULTICAST_ROUTING);
	if (is_storm(f, s, group_kind(dst)))
		return drop(f->port, DROP_STORM);
	__u8 kind = classify(data, end, off, f->proto);
	if (kind != TRAP_NONE && !to_cpu(trap_action(s, kind)))
		return drop(f->port, DROP_TRAP);
	return to_trap(f, s, f->hostif, kind);
}

/* routed_port takes a frame in by a router interface of a port or LAG. */
inline_always int routed_port(struct frame *f, const struct settings *s, const struct port *p, __u16 rif)
{
	struct eth *e = frame_start(f);
	struct rif *in = at(&rifs, rif);

	if ((void *)(e + 1) > frame_end(f))
		return drop(f->port, DROP_SHORT);
	if (!in)
		return drop(f->port, DROP_INGRESS_RIF);
	f->rif = rif;
	f->hostif = p->hostif;
	if (is_multicast(e->dst))
		return group_on_port(f, s, e->dst);
	if (!same_mac(e->dst, in->mac))
		return drop(f->port, DROP_NOT_ROUTER_MAC);
	return route_frame(f, s, in);
}

/* trap_membership decides on a message about groups in a VLAN that is snooped. The
 * CPU gets it by the port or LAG that it came by, as it was there. 0 is returned
 * for those that go on. */
inline_always int trap_membership(struct frame *f, const struct settings *s, __u8 kind)
{
	__u8 action = trap_action(s, kind);
	struct port *p = at(&ports, f->logical);

	if (action == ACTION_FORWARD || !p)
		return 0;
	if (action == ACTION_DROP)
		return drop(f->port, DROP_TRAP);
	f->cpu_tagged = f->tagged;
	return to_trap(f, s, p->hostif, kind);
}

/* group_in_vlan floods a group or broadcast frame. The CPU is a member and takes
 * its copy in egress_cpu. Where multicast is snooped, that of a known group goes to
 * its listeners alone, and is no storm. */
inline_always int group_in_vlan(struct frame *f, const struct settings *s, const struct vlan *v,
				const __u8 *dst)
{
	__u16 closed = is_broadcast(dst) ? VLAN_NO_BROADCAST_FLOOD : VLAN_NO_MULTICAST_FLOOD;

	bool known = false;
	__u8 membership = TRAP_NONE;

	if (v->flags & (VLAN_SNOOPS4 | VLAN_SNOOPS6)) {
		membership = classify_membership(frame_start(f), frame_end(f), l3_offset(f), f->proto, v->flags);
		known = membership == TRAP_NONE && find_stream(f, v);
	}
	if (!known && is_storm(f, s, group_kind(dst)))
		return drop(f->port, DROP_STORM);
	if (membership != TRAP_NONE) {
		int done = trap_membership(f, s, membership);

		if (done)
			return done;
	}
	if (v->hostif) {
		__u8 kind = classify(frame_start(f), frame_end(f), l3_offset(f), f->proto);
		__u8 action = trap_action(s, kind);

		if (kind != TRAP_NONE && action == ACTION_DROP)
			return drop(f->port, DROP_TRAP);
		if (kind != TRAP_NONE && action == ACTION_TRAP)
			return to_trap(f, s, v->hostif, kind);
	}
	if (f->slot == STREAM_DROP || (!known && v->flags & closed))
		return drop(f->port, DROP_FLOOD_DISABLED);
	return to_flood(f);
}

/* switch_frame forwards a frame that may be in its VLAN. */
inline_always int switch_frame(struct frame *f, const struct settings *s, const struct vlan *v)
{
	struct eth *e = frame_start(f);

	if ((void *)(e + 1) > frame_end(f))
		return drop(f->port, DROP_SHORT);
	if (is_multicast(e->dst))
		return group_in_vlan(f, s, v, e->dst);
	if (v->rif) {
		struct rif *in = at(&rifs, v->rif);

		if (in && same_mac(e->dst, in->mac)) {
			f->rif = v->rif;
			f->hostif = v->hostif;
			return route_frame(f, s, in);
		}
	}
	return NEXT_UNICAST;
}

/* bridged_port admits a frame to its VLAN and learns its source. */
inline_always int bridged_port(struct frame *f, const struct settings *s, const struct port *p)
{
	struct vlan *v = at(&vlans, f->vid);
	struct eth *e = frame_start(f);

	if (!v || !has_port(v->member, f->logical))
		return drop(f->port, DROP_NOT_MEMBER);
	if ((void *)(e + 1) > frame_end(f))
		return drop(f->port, DROP_SHORT);
	if (!(p->flags & PORT_NO_LEARN) && !(v->flags & VLAN_NO_LEARN) && has_port(v->learn, f->logical))
		learn_source(e->src, f->vid, f->logical, s);
	else if (p->flags & PORT_KNOWN_ONLY && !fdb_lookup(e->src, f->vid, s))
		return drop(f->port, DROP_UNKNOWN_SOURCE);
	if (!has_port(v->forward, f->logical))
		return drop(f->port, DROP_STP);
	return switch_frame(f, s, v);
}

/* read_tag finds the frame's VLAN id and the type behind the tag. */
inline_always bool read_tag(struct frame *f)
{
	struct tagged_eth *e = frame_start(f);

	if ((void *)(e + 1) > frame_end(f))
		return false;
	f->tagged = true;
	f->vid = bpf_ntohs(e->tci) & 0x0fff;
	f->proto = e->proto;
	return true;
}

/* classify_vlan finds the VLAN of a frame on a port that bridges. */
inline_always int classify_vlan(struct frame *f, const struct settings *s, const struct port *p)
{
	if (!(p->flags & PORT_BRIDGE))
		return drop(f->port, DROP_NOT_BRIDGED);
	if (f->vid) {
		if (p->flags & PORT_DROP_TAGGED)
			return drop(f->port, DROP_TAGGED);
		return bridged_port(f, s, p);
	}
	if (p->flags & PORT_DROP_UNTAGGED || !p->pvid)
		return drop(f->port, DROP_UNTAGGED);
	f->vid = p->pvid;
	/* A priority tag has no VLAN (IEEE 802.1Q 6.9.1): give it ours. */
	if (f->tagged && !write_vid(f))
		return drop(f->port, DROP_SHORT);
	return bridged_port(f, s, p);
}

/* reserved_address decides on link-local protocols. ACTION_FORWARD lets the
 * frame go on as an ordinary group frame: 0 is returned. */
inline_always int reserved_address(struct frame *f, const struct settings *s, const struct port *p,
				   __u8 last)
{
	__u8 kind = reserved_kind(last, f->proto);
	__u8 action = trap_action(s, kind);

	if (kind == TRAP_NONE || action == ACTION_DROP)
		return drop(f->port, DROP_RESERVED_ADDRESS);
	if (action == ACTION_FORWARD)
		return 0;
	return to_trap(f, s, p->hostif, kind);
}

/* control_address decides on frames to groups that mean this switch, whatever
 * the state of the port. 0 is returned for those that go on. */
inline_always int control_address(struct frame *f, const struct settings *s, const struct port *p,
				  const __u8 *dst)
{
	if (is_reserved(dst))
		return reserved_address(f, s, p, dst[5]);
	if (!is_pvst(dst))
		return 0;
	__u8 action = trap_action(s, TRAP_PVRST);

	if (action == ACTION_FORWARD)
		return 0;
	if (action == ACTION_DROP)
		return drop(f->port, DROP_TRAP);
	f->cpu_tagged = f->tagged;
	return to_trap(f, s, p->hostif, TRAP_PVRST);
}

/* subport_of is the router interface of frames with a tag on a port; 0: none. */
inline_always __u16 subport_of(__u16 port, __u16 vid)
{
	struct subport_key key = {.port = port, .vlan = vid};
	__u16 *rif = bpf_map_lookup_elem(&subports, &key);

	return rif ? *rif : 0;
}

inline_always int port_frame(struct frame *f, const struct settings *s)
{
	struct eth *e = frame_start(f);
	struct port *p = at(&ports, f->port);

	if ((void *)(e + 1) > frame_end(f) || !p)
		return drop(f->port, DROP_SHORT);
	count_port(f->port, false, e->dst, f->len);
	if (is_multicast(e->src))
		return drop(f->port, DROP_SOURCE_MULTICAST);
	f->proto = e->proto;
	if (f->proto == PROTO_VLAN && !read_tag(f))
		return drop(f->port, DROP_SHORT);
	if (is_multicast(e->dst)) {
		int done = control_address(f, s, p, e->dst);

		if (done)
			return done;
	}
	f->logical = f->port;
	if (p->lag) {
		if (!(p->flags & PORT_COLLECTS))
			return drop(f->port, DROP_LAG_INGRESS);
		f->logical = p->lag;
		p = at(&ports, f->logical);
		if (!p)
			return drop(f->port, DROP_LAG_INGRESS);
	}
	__u16 rif = f->vid && p->flags & PORT_SUBPORTS ? subport_of(f->logical, f->vid) : 0;
	if (rif) {
		f->cpu_tagged = true;
	} else if (!p->rif) {
		return classify_vlan(f, s, p);
	} else if (f->vid) {
		return drop(f->port, DROP_TAGGED);
	} else {
		rif = p->rif;
	}
	return routed_port(f, s, p, rif);
}

#endif
