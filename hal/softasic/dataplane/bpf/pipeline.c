// Programs of the software ASIC. See ../doc.go and docs/design/0003.

#include "port.h"
#include "stack.h"

char _license[] SEC("license") = "GPL";

/* port_ingress: every frame that a front-panel port receives. */
SEC("xdp.frags")
int port_ingress(struct xdp_md *ctx)
{
	struct iface *i = iface_of(ctx->ingress_ifindex);
	struct settings *s = at(&config, 0);

	if (!i || !s || !i->port)
		return drop(0, DROP_UNKNOWN_INTERFACE);
	forget_marks(ctx);
	struct frame f = {.ctx = ctx, .port = i->port, .len = bpf_xdp_get_buff_len(ctx)};
	return finish(&f, s, port_frame(&f, s));
}

/* wire_back: the far end of a wire that leads a port's frames back to it. */
SEC("xdp.frags")
int wire_back(struct xdp_md *ctx)
{
	return XDP_TX;
}

/* group_from_cpu sends a group or broadcast frame of the CPU to the VLAN's members,
 * or to those that listen. */
inline_always int group_from_cpu(struct frame *f)
{
	struct vlan *v = at(&vlans, f->vid);

	if (v && v->flags & (VLAN_SNOOPS4 | VLAN_SNOOPS6) &&
	    !classify_membership(frame_start(f), frame_end(f), ETH_LEN, f->proto, v->flags))
		find_stream(f, v);
	return f->slot == STREAM_DROP ? drop(0, DROP_FLOOD_DISABLED) : to_flood(f);
}

/* cpu_ingress: every frame that the CPU sends on a VLAN's host interface. */
SEC("xdp.frags")
int cpu_ingress(struct xdp_md *ctx)
{
	struct iface *i = iface_of(ctx->ingress_ifindex);
	struct settings *s = at(&config, 0);

	if (!i || !s || !i->vlan)
		return drop(0, DROP_UNKNOWN_INTERFACE);
	struct frame f = {.ctx = ctx, .vid = i->vlan, .len = bpf_xdp_get_buff_len(ctx)};
	struct eth *e = frame_start(&f);

	if ((void *)(e + 1) > frame_end(&f))
		return drop(0, DROP_SHORT);
	if (e->proto == PROTO_VLAN)
		return drop(0, DROP_TAGGED);
	f.proto = e->proto;
	return finish(&f, s, is_multicast(e->dst) ? group_from_cpu(&f) : NEXT_UNICAST);
}

/* flooded takes the mark off a frame that has one: send_flood put it there. The
 * kernel runs one program for all frames that it collects for a device, the
 * program of the first. So unicast frames to a port that floods reach, or to a
 * host interface, have the same one, which lets pass what is not marked. */
inline_always bool flooded(struct xdp_md *ctx)
{
	__u32 *mark = (void *)(long)ctx->data_meta;

	if ((void *)(mark + 1) > (void *)(long)ctx->data || *mark != FLOOD_MARK)
		return false;
	bpf_xdp_adjust_meta(ctx, sizeof(*mark));
	return true;
}

/* echoes tells whether a flooded frame of a VLAN is about to go back into the
 * LAG that it came from: the kernel leaves out only the member itself. One that
 * was routed may go back; its source is the router. */
inline_always bool echoes(struct xdp_md *ctx, const struct port *out, const struct vlan *v)
{
	struct iface *from = iface_of(ctx->ingress_ifindex);
	struct eth *e = (void *)(long)ctx->data;

	if (!from || !from->port || !out->lag || (void *)(e + 1) > (void *)(long)ctx->data_end)
		return false;
	struct port *in = at(&ports, from->port);
	if (!in || in->lag != out->lag)
		return false;
	struct rif *r = v->rif ? at(&rifs, v->rif) : 0;
	return !r || !same_mac(e->src, r->mac);
}

/* egress_port: every frame that leaves by a port in the bridge or in a LAG. A
 * flooded one carries its tag. */
SEC("xdp.frags/devmap")
int egress_port(struct xdp_md *ctx)
{
	if (!flooded(ctx))
		return XDP_PASS;
	struct frame f = {.ctx = ctx, .tagged = true};
	struct tagged_eth *e = frame_start(&f);
	struct iface *i = iface_of(ctx->egress_ifindex);
	if (!i || (void *)(e + 1) > frame_end(&f))
		return XDP_DROP;
	struct port *p = at(&ports, i->port);
	struct vlan *v = at(&vlans, bpf_ntohs(e->tci) & 0x0fff);
	if (!p || !v || echoes(ctx, p, v))
		return XDP_DROP;
	if (!has_port(v->tagged, p->lag ? p->lag : i->port) && !pop_tag(&f))
		return XDP_DROP;
	struct eth *out = frame_start(&f);
	if ((void *)(out + 1) > frame_end(&f))
		return XDP_DROP;
	count_port(i->port, true, out->dst, bpf_xdp_get_buff_len(ctx));
	return XDP_PASS;
}

/* egress_cpu: every frame to a host interface. Of flooded ones a VLAN's wants
 * group and broadcast frames of its own concern only. */
SEC("xdp.frags/devmap")
int egress_cpu(struct xdp_md *ctx)
{
	if (!flooded(ctx))
		return XDP_PASS;
	struct frame f = {.ctx = ctx, .tagged = true};
	struct tagged_eth *e = frame_start(&f);
	struct settings *s = at(&config, 0);
	void *end = frame_end(&f);

	if ((void *)(e + 1) > end || !s || !is_multicast(e->dst))
		return XDP_DROP;
	if (!cpu_wants(e, end, sizeof(*e), e->proto))
		return XDP_DROP;
	__u8 kind = classify(e, end, sizeof(*e), e->proto);
	if (kind != TRAP_NONE && !to_cpu(trap_action(s, kind)))
		return XDP_DROP;
	if (!cpu_takes(s, kind, bpf_xdp_get_buff_len(ctx)))
		return XDP_DROP;
	return pop_tag(&f) ? XDP_PASS : XDP_DROP;
}

/* slow_flood: a frame that send_flood or climb passed up. Its tag, now beside
 * the frame, names the VLAN, or where it goes. */
SEC("tc")
int slow_flood(struct __sk_buff *skb)
{
	struct iface *i = iface_of(skb->ifindex);

	if (!i || !skb->vlan_present)
		return TC_ACT_SHOT;
	if (frags_stay && skb->vlan_proto == PROTO_SVLAN)
		return climbed(skb);
	__u16 tci = skb->vlan_tci;
	struct vlan *v = at(&vlans, tci & 0x0fff);
	if (!v || bpf_skb_vlan_pop(skb))
		return TC_ACT_SHOT;
	struct port *in = at(&ports, i->port);
	struct flood_walk walk = {.skb = skb, .vlan = v, .from = in && in->lag ? in->lag : i->port};
	choose_stream(&walk, tci & 0x0fff);
	bpf_loop(MAX_PORTS, flood_one, &walk, 0);
	if (!i->vlan)
		flood_cpu(skb, v);
	if (bpf_skb_vlan_push(skb, PROTO_VLAN, tci))
		return TC_ACT_SHOT;
	walk.tagged = true;
	bpf_loop(MAX_PORTS, flood_one, &walk, 0);
	return TC_ACT_SHOT;
}

/* port_output: every frame that the CPU sends on the host interface of a port or
 * a LAG. */
SEC("tc")
int port_output(struct __sk_buff *skb)
{
	struct iface *i = iface_of(skb->ifindex);
	struct settings *s = at(&config, 0);
	__u16 port = i ? i->port : 0;
	void *end = (void *)(long)skb->data_end;
	struct eth *e = (void *)(long)skb->data;

	if (s && port >= FIRST_LAG)
		port = lag_member(port, e, end, s, 0);
	struct port *p = at(&ports, port);
	if (!p || !port || !p->ifindex || (void *)(e + 1) > end) {
		note(port ? DROP_UNKNOWN_INTERFACE : DROP_LAG_EGRESS);
		return TC_ACT_SHOT;
	}
	/* A tag that is still beside the frame goes out with it. */
	count_port(port, true, e->dst, skb->len + (skb->vlan_present ? TAG_LEN : 0));
	return bpf_redirect(p->ifindex, 0);
}
