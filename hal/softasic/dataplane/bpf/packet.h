/* Headers on the wire, and what a program knows of the frame at hand. */
#ifndef HEDDLE_PACKET_H
#define HEDDLE_PACKET_H

#include "defs.h"

#define ETH_LEN 14
#define TAG_LEN 4

#define PROTO_IPV4 bpf_htons(0x0800)
#define PROTO_ARP bpf_htons(0x0806)
#define PROTO_VLAN bpf_htons(0x8100)
#define PROTO_SVLAN bpf_htons(0x88a8)
#define PROTO_IPV6 bpf_htons(0x86dd)
#define PROTO_SLOW bpf_htons(0x8809)
#define PROTO_LLDP bpf_htons(0x88cc)

#define IPPROTO_HOPOPTS_ 0
#define IPPROTO_IGMP_ 2
#define IPPROTO_TCP_ 6
#define IPPROTO_UDP_ 17
#define IPPROTO_ICMP6_ 58
#define IPPROTO_PIM_ 103

struct eth {
	__u8 dst[6];
	__u8 src[6];
	__be16 proto;
} __attribute__((packed));

struct tagged_eth {
	__u8 dst[6];
	__u8 src[6];
	__be16 tpid;
	__be16 tci;
	__be16 proto;
} __attribute__((packed));

struct ipv4 {
	__u8 ver_ihl;
	__u8 tos;
	__be16 len;
	__be16 id;
	__be16 frag;
	__u8 ttl;
	__u8 proto;
	__u16 check;
	__be32 src;
	__be32 dst;
};

struct ipv6 {
	__be32 ver_class_flow;
	__be16 payload;
	__u8 next;
	__u8 hops;
	__u32 src[4];
	__u32 dst[4];
};

/* What a stage decided: a verdict of XDP, or one of these, which finish carries
 * out. One place for the last step keeps the program small. */
enum next {
	NEXT_PORT = 16, /* out of port or LAG f->to, tagged if f->to_tagged */
	NEXT_UNICAST,   /* to the destination's port in VLAN f->vid */
	NEXT_FLOOD,     /* to all members of VLAN f->vid, or those of f->slot */
	NEXT_CPU,       /* to host interface f->to */
};

/* A frame on its way through a program. */
struct frame {
	struct xdp_md *ctx;
	__u32 len;    /* whole frame, fragments included */
	__u16 port;   /* came in here; 0: from the CPU */
	__u16 logical; /* the LAG of that port, or the port itself */
	__u16 vid;    /* is in this VLAN; 0: on a routed port */
	__u16 hostif; /* of the VLAN or port it came in by */
	__u16 rif;    /* of the VLAN or port it came in by */
	__be16 proto; /* behind the tag */
	bool tagged;  /* carries a tag now */
	bool routed;  /* has left the port's VLAN: may go back out of it */
	bool to_tagged; /* leaves with a tag */
	bool cpu_tagged; /* the CPU wants to see the tag */
	__u16 to;     /* port, LAG or host interface it leaves by */
	__u16 slot;   /* of multicast that goes to some members of the VLAN only */
};

inline_always void *frame_start(const struct frame *f)
{
	return (void *)(long)f->ctx->data;
}

inline_always void *frame_end(const struct frame *f)
{
	return (void *)(long)f->ctx->data_end;
}

/* forget_marks takes off metadata that a frame brought along from outside. */
inline_always void forget_marks(struct xdp_md *ctx)
{
	if (ctx->data_meta != ctx->data)
		bpf_xdp_adjust_meta(ctx, ctx->data - ctx->data_meta);
}

/* came_by names the port and VLAN of a frame for hash_by_rule. */
inline_always __u32 came_by(const struct frame *f)
{
	return (__u32)f->port << 16 | f->vid;
}

/* linear_len is the length of the first buffer, which alone is in reach. The
 * barrier keeps the compiler from moving the subtraction onto a length, which
 * the verifier would refuse. */
inline_always __u32 linear_len(const struct frame *f)
{
	__u64 n = frame_end(f) - frame_start(f);

	asm volatile("" : "+r"(n));
	return n;
}

inline_always __u32 l3_offset(const struct frame *f)
{
	return f->tagged ? ETH_LEN + TAG_LEN : ETH_LEN;
}

inline_always bool is_multicast(const __u8 *mac)
{
	return mac[0] & 1;
}

inline_always bool is_broadcast(const __u8 *mac)
{
	return *(__u32 *)mac == 0xffffffff && *(__u16 *)(mac + 4) == 0xffff;
}

inline_always bool same_mac(const __u8 *a, const __u8 *b)
{
	return *(__u32 *)a == *(__u32 *)b && *(__u16 *)(a + 4) == *(__u16 *)(b + 4);
}

inline_always void copy_mac(__u8 *to, const __u8 *from)
{
	*(__u32 *)to = *(__u32 *)from;
	*(__u16 *)(to + 4) = *(__u16 *)(from + 4);
}

#endif
