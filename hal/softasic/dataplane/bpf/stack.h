/* Programs at the stack's ingress hook: what the CPU sends on a port, and the
 * flooding that XDP cannot do. The stack itself never sees a frame. */
#ifndef HEDDLE_STACK_H
#define HEDDLE_STACK_H

#include <linux/pkt_cls.h>
#include "port.h"

struct flood_walk {
	struct __sk_buff *skb;
	struct vlan *vlan;
	struct stream_row *stream; /* its ports only */
	__u16 slot;
	__u16 from;
	bool tagged;
};

/* choose_stream finds out whether a frame is multicast that goes to some of the
 * VLAN's members only. */
inline_always void choose_stream(struct flood_walk *w, __u16 vid)
{
	void *data = (void *)(long)w->skb->data, *end = (void *)(long)w->skb->data_end;
	struct eth *e = data;

	if (!(w->vlan->flags & (VLAN_SNOOPS4 | VLAN_SNOOPS6)) || (void *)(e + 1) > end || !is_multicast(e->dst))
		return;
	if (!classify_membership(data, end, ETH_LEN, e->proto, w->vlan->flags))
		stream_of(w->vlan, vid, e + 1, end, e->proto, &w->slot);
	if (w->slot)
		w->stream = at(&stream_ports, w->slot);
}

/* member_device is the device by which a member sends its copy. A LAG's streams are
 * spread over its ports, everything else goes by one of them. */
inline_always __u32 member_device(const struct flood_walk *w, const struct port *p, __u32 i)
{
	if (!w->stream || i < FIRST_LAG)
		return p->ifindex;
	struct lag *l = at(&lags, i - FIRST_LAG);
	struct port *by = l && l->n ? at(&ports, l->port[w->slot % l->n & (LAG_SLOTS - 1)]) : 0;

	return by ? by->ifindex : 0;
}

/* flood_one copies the frame to one member, if that is in this pass. */
static long flood_one(__u32 i, void *arg)
{
	struct flood_walk *w = arg;
	struct port *p = at(&ports, i);

	if (!p || !p->ifindex || i == w->from || !has_port(w->vlan->forward, i))
		return 0;
	if (w->stream && !has_port(w->stream->port, i))
		return 0;
	__u32 device = member_device(w, p, i);
	if (!device)
		return 0;
	struct iface *out = iface_of(device); /* a LAG sends by a member */
	if (has_port(w->vlan->tagged, i) != w->tagged)
		return 0;
	struct port_counters *c = out ? at(&port_stats, out->port) : 0;
	if (c) {
		c->n[OUT_OCTETS] += w->skb->len;
		c->n[OUT_UCAST] += w->skb->pkt_type == 0;
		c->n[OUT_MULTICAST] += w->skb->pkt_type == 2;
		c->n[OUT_BROADCAST] += w->skb->pkt_type == 1;
	}
	bpf_clone_redirect(w->skb, device, 0);
	return 0;
}

/* flood_cpu copies an untagged frame to the VLAN's host interface. */
inline_always void flood_cpu(struct __sk_buff *skb, const struct vlan *v)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct settings *s = at(&config, 0);
	struct eth *e = data;

	if (!v->cpu || (void *)(e + 1) > end || !s || !is_multicast(e->dst))
		return;
	if (!cpu_wants(data, end, ETH_LEN, e->proto))
		return;
	__u8 kind = classify(data, end, ETH_LEN, e->proto);
	if ((kind == TRAP_NONE || to_cpu(trap_action(s, kind))) && cpu_takes(s, kind, skb->len))
		bpf_clone_redirect(skb, v->cpu, 0);
}

/* climbed sends a frame where its outer tag says. */
inline_always int climbed(struct __sk_buff *skb)
{
	__u16 to = skb->vlan_tci;
	__u32 ifindex = 0;

	if (to & CLIMB_HOSTIF) {
		__u32 *i = at(&hostif_index, to & ~CLIMB_HOSTIF);
		ifindex = i ? *i : 0;
	} else {
		struct port *p = at(&ports, to);
		ifindex = p ? p->ifindex : 0;
	}
	if (!ifindex || bpf_skb_vlan_pop(skb))
		return TC_ACT_SHOT;
	return bpf_redirect(ifindex, 0);
}

#endif
