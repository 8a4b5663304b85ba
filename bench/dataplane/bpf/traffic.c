// Traffic for measurements: a generator for BPF_PROG_TEST_RUN with live frames,
// and the places where frames end.

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define FLOWS 65536
#define FRAME 60

char _license[] SEC("license") = "GPL";

struct order {
	__u32 ifindex;  /* where frames are put in */
	__u32 mask;     /* number of flows, less one */
	__u32 in_turn;  /* flows in turn, not at random */
	__u32 next;
	__u8 dst[6];    /* its last two bytes are the flow if by_dst */
	__u8 src[6];    /* its last two bytes are the flow if by_src */
	__u8 by_dst;
	__u8 by_src;
	__u8 pad[2];
	__u32 addr[FLOWS]; /* destination of each flow, network order */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct order);
} orders SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} arrived SEC(".maps");

struct packet {
	__u8 dst[6];
	__u8 src[6];
	__be16 proto;
	__u8 ver_ihl, tos;
	__be16 len, id, frag;
	__u8 ttl, next;
	__u16 check;
	__be32 saddr, daddr;
} __attribute__((packed));

/* generate writes every header: the kernel recycles frames as they came back. */
SEC("xdp.frags")
int generate(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct order *o = bpf_map_lookup_elem(&orders, &zero);
	struct packet *p = (void *)(long)ctx->data;

	if (!o || (void *)(p + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__u32 flow = (o->in_turn ? o->next++ : bpf_get_prandom_u32()) & o->mask & (FLOWS - 1);
	__builtin_memcpy(p->dst, o->dst, 6);
	__builtin_memcpy(p->src, o->src, 6);
	if (o->by_dst)
		*(__be16 *)(p->dst + 4) = bpf_htons(flow);
	if (o->by_src)
		*(__be16 *)(p->src + 4) = bpf_htons(flow);
	p->proto = bpf_htons(0x0800);
	p->ver_ihl = 0x45;
	p->tos = 0;
	p->len = bpf_htons(FRAME - 14);
	p->id = p->frag = 0;
	p->ttl = 64;
	p->next = 17;
	p->check = 0;
	p->saddr = bpf_htonl(0x0a000109); /* 10.0.1.9 */
	p->daddr = o->addr[flow];
	__u16 *w = (__u16 *)&p->ver_ihl;
	__u32 sum = 0;
#pragma unroll
	for (int i = 0; i < 10; i++)
		sum += w[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	p->check = ~sum;
	return bpf_redirect(o->ifindex, 0);
}

static __always_inline void count(void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&arrived, &zero);

	if (n)
		*n += 1;
}

SEC("xdp.frags")
int sink(struct xdp_md *ctx)
{
	count();
	return XDP_DROP;
}

SEC("tc")
int tc_sink(struct __sk_buff *skb)
{
	count();
	return TC_ACT_SHOT;
}
