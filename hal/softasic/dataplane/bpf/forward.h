/* The last step of a frame: out of a port, to all members of a VLAN, or to the
 * CPU. */
#ifndef HEDDLE_FORWARD_H
#define HEDDLE_FORWARD_H

#include "fdb.h"
#include "lag.h"
#include "meter.h"
#include "vlan.h"

/* to_port and the next two decide the last step. */
inline_always int to_port(struct frame *f, __u16 port, bool tagged)
{
	f->to = port;
	f->to_tagged = tagged;
	return NEXT_PORT;
}

inline_always int to_flood(struct frame *f)
{
	f->to_tagged = true;
	return NEXT_FLOOD;
}

inline_always int to_hostif(struct frame *f, __u16 hostif)
{
	f->to = hostif;
	f->to_tagged = f->cpu_tagged;
	return NEXT_CPU;
}

/* find_member finds the port of the frame's destination in its VLAN. */
inline_always int find_member(struct frame *f, const struct settings *s)
{
	struct vlan *v = at(&vlans, f->vid);
	struct eth *e = frame_start(f);

	if (!v || (void *)(e + 1) > frame_end(f))
		return drop(f->port, DROP_SHORT);
	__u64 d = fdb_lookup(e->dst, f->vid, s);
	__u16 port = fdb_port(d);
	if (!d) {
		if (v->flags & VLAN_NO_UNICAST_FLOOD)
			return drop(f->port, DROP_FLOOD_DISABLED);
		if (!f->routed && is_storm(f, s, STORM_UNICAST))
			return drop(f->port, DROP_STORM);
		return to_flood(f);
	}
	if (fdb_flags(d) & FDB_DISCARD)
		return drop(f->port, DROP_FDB);
	if (port == f->logical && !f->routed)
		return drop(f->port, DROP_HAIRPIN);
	if (!has_port(v->forward, port))
		return drop_out(f->port, port, DROP_EGRESS_NOT_MEMBER);
	return to_port(f, port, has_port(v->tagged, port));
}

/* Before Linux 6.3 a frame of several buffers cannot be redirected at XDP. It
 * goes up to the stack's ingress hook, with an outer tag that says where to: a
 * port, or with this bit a host interface. slow_flood sends it there. */
#define CLIMB_HOSTIF 0x8000

inline_always bool must_climb(struct frame *f)
{
	return frags_stay && f->len != linear_len(f);
}

inline_always int climb(struct frame *f, __u16 to)
{
	return put_tag(f, PROTO_SVLAN, to) ? XDP_PASS : drop(f->port, DROP_NO_ROOM);
}

/* send_port sends the frame out of port f->to, or of a member of that LAG. */
inline_always int send_port(struct frame *f, const struct settings *s)
{
	if (f->to >= FIRST_LAG && !(f->to = lag_member(f->to, frame_start(f), frame_end(f), s, came_by(f))))
		return drop(f->port, DROP_LAG_EGRESS);
	struct eth *e = frame_start(f);

	if ((void *)(e + 1) > frame_end(f))
		return drop(f->port, DROP_SHORT);
	if (!must_climb(f) && bpf_redirect_map(&port_dev, f->to, XDP_DROP) != XDP_REDIRECT)
		return drop_out(f->port, f->to, DROP_EGRESS_PORT);
	count_port(f->to, true, e->dst, f->len);
	return must_climb(f) ? climb(f, f->to) : XDP_REDIRECT;
}

/* mark_flooded puts a mark in front of the frame, as its metadata. */
inline_always bool mark_flooded(struct frame *f)
{
	if (bpf_xdp_adjust_meta(f->ctx, -(int)sizeof(__u32)))
		return false;
	__u32 *mark = (void *)(long)f->ctx->data_meta;
	if ((void *)(mark + 1) > frame_start(f))
		return false;
	*mark = FLOOD_MARK;
	return true;
}

/* send_flood sends the frame to all members of its VLAN, or of its slot, but the
 * one it came from. The mark tells egress_port that it was flooded, the tag in which VLAN.
 * The kernel cannot copy a frame of several buffers at XDP, nor one that generic
 * XDP shares: those go up to the stack's ingress hook, where slow_flood copies
 * them. */
inline_always int send_flood(struct frame *f, const struct settings *s)
{
	if (s->generic || f->len != linear_len(f))
		return XDP_PASS;
	__u64 how = f->routed ? BPF_F_BROADCAST : BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS;
	void *members = f->slot ? at(&stream_members, f->slot) : at(&flood, f->vid);
	if (!members)
		return drop(f->port, DROP_NO_FLOOD_TABLE);
	if (!mark_flooded(f))
		return drop(f->port, DROP_NO_ROOM);
	return bpf_redirect_map(members, 0, how);
}

/* send_cpu hands the frame to the CPU on host interface f->to. */
inline_always int send_cpu(struct frame *f)
{
	if (must_climb(f))
		return climb(f, CLIMB_HOSTIF | f->to);
	if (!f->to || bpf_redirect_map(&hostif_dev, f->to, XDP_DROP) != XDP_REDIRECT)
		return drop(f->port, DROP_NO_HOSTIF);
	return XDP_REDIRECT;
}

/* finish carries out what the stages decided. */
inline_always int finish(struct frame *f, const struct settings *s, int next)
{
	if (next == NEXT_UNICAST)
		next = find_member(f, s);
	if (next < NEXT_PORT)
		return next;
	if (!set_tag(f, f->to_tagged))
		return drop(f->port, DROP_NO_ROOM);
	if (next == NEXT_PORT)
		return send_port(f, s);
	return next == NEXT_FLOOD ? send_flood(f, s) : send_cpu(f);
}

#endif
