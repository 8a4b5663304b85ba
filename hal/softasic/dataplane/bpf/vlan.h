/* VLAN tags (IEEE 802.1Q 9.6) and membership. */
#ifndef HEDDLE_VLAN_H
#define HEDDLE_VLAN_H

#include "maps.h"
#include "packet.h"

inline_always bool has_port(const __u64 *set, __u16 port)
{
	return set[(port / 64) & (PORT_WORDS - 1)] >> (port & 63) & 1;
}

/* pop_tag takes the tag out. Every packet pointer is void afterwards. */
inline_always bool pop_tag(struct frame *f)
{
	struct tagged_eth *old = frame_start(f);
	__u8 macs[12];

	if ((void *)(old + 1) > frame_end(f))
		return false;
	__builtin_memcpy(macs, old, 12);
	if (bpf_xdp_adjust_head(f->ctx, TAG_LEN))
		return false;
	struct eth *e = frame_start(f);
	if ((void *)(e + 1) > frame_end(f))
		return false;
	__builtin_memcpy(e, macs, 12);
	f->tagged = false;
	f->len -= TAG_LEN;
	return true;
}

/* put_tag puts a tag in front of what is there. Every packet pointer is void
 * afterwards. */
inline_always bool put_tag(struct frame *f, __be16 tpid, __u16 tci)
{
	struct eth *old = frame_start(f);
	__u8 macs[12];

	if ((void *)(old + 1) > frame_end(f))
		return false;
	__builtin_memcpy(macs, old, 12);
	if (bpf_xdp_adjust_head(f->ctx, -TAG_LEN))
		return false;
	struct tagged_eth *e = frame_start(f);
	if ((void *)(e + 1) > frame_end(f))
		return false;
	__builtin_memcpy(e, macs, 12);
	e->tpid = tpid;
	e->tci = bpf_htons(tci);
	return true;
}

/* push_tag puts the VLAN's tag in, with priority 0. */
inline_always bool push_tag(struct frame *f)
{
	if (!put_tag(f, PROTO_VLAN, f->vid))
		return false;
	f->tagged = true;
	f->len += TAG_LEN;
	return true;
}

/* set_tag leaves the frame with or without a tag. */
inline_always bool set_tag(struct frame *f, bool tagged)
{
	if (tagged == f->tagged)
		return true;
	return tagged ? push_tag(f) : pop_tag(f);
}

/* write_vid names the frame's VLAN in the tag that it already carries. */
inline_always bool write_vid(struct frame *f)
{
	struct tagged_eth *e = frame_start(f);

	if ((void *)(e + 1) > frame_end(f))
		return false;
	e->tci = (e->tci & ~bpf_htons(0x0fff)) | bpf_htons(f->vid);
	return true;
}

#endif
