/* Hashing by rule: fields, algorithm and symmetry as the control plane says. Who
 * is content with what hash.h does never comes here. */
#ifndef HEDDLE_HASHRULE_H
#define HEDDLE_HASHRULE_H

#include "hash.h"
#include "maps.h"

/* Words of a hash's input. */
enum {
	WORD_IN, /* port and VLAN */
	WORD_TYPE, /* Ethertype and IP protocol */
	WORD_MAC,
	WORD_SRC = WORD_MAC + 4,
	WORD_DST = WORD_SRC + 4,
	WORD_PORTS = WORD_DST + 4,
	WORD_LABEL,
	HASH_WORDS,
};

/* What a hash is made of: words that no field was chosen for are left out. */
struct hash_input {
	__u32 seed;
	__u32 used; /* a bit for each word */
	__u32 word[HASH_WORDS];
};

inline_always void use(struct hash_input *in, __u32 i, __u32 v)
{
	in->word[i] |= v;
	in->used |= 1 << i;
}

/* use_pair takes what has two directions. A symmetric hash takes what is the same
 * both ways, whichever of the two was chosen. */
inline_always void use_pair(struct hash_input *in, bool symmetric, bool src, bool dst, __u32 at, __u32 step,
			    __u32 a, __u32 b)
{
	if (symmetric && (src || dst)) {
		use(in, at, a + b);
		use(in, at + step, a ^ b);
		return;
	}
	if (src)
		use(in, at, a);
	if (dst)
		use(in, at + step, b);
}

/* take_link takes the fields of the frame's first header. */
inline_always void take_link(struct hash_input *in, const struct hash_rule *r, __u32 fields, __u32 from,
			     const struct tagged_eth *e, __be16 proto)
{
	if (fields & HASH_IN_PORT)
		use(in, WORD_IN, from & 0xffff0000);
	if (fields & HASH_VLAN_ID)
		use(in, WORD_IN, from & 0xffff);
	if (fields & HASH_ETHERTYPE)
		use(in, WORD_TYPE, (__u32)bpf_ntohs(proto) << 16);
	use_pair(in, r->symmetric, fields & HASH_SRC_MAC, fields & HASH_DST_MAC, WORD_MAC, 2, *(__u32 *)e->src,
		 *(__u32 *)e->dst);
	use_pair(in, r->symmetric, fields & HASH_SRC_MAC, fields & HASH_DST_MAC, WORD_MAC + 1, 2,
		 *(__u16 *)(e->src + 4), *(__u16 *)(e->dst + 4));
}

/* take_ports takes the protocol and the ports of TCP and UDP. */
inline_always void take_ports(struct hash_input *in, const struct hash_rule *r, __u32 fields, __u8 proto, void *l4,
			      void *end)
{
	__be16 *p = l4;

	if (fields & HASH_IP_PROTOCOL)
		use(in, WORD_TYPE, proto);
	if (!l4 || (void *)(p + 2) > end || (proto != IPPROTO_TCP_ && proto != IPPROTO_UDP_))
		return;
	__u32 src = p[0], dst = p[1];
	bool from = fields & HASH_L4_SRC_PORT, to = fields & HASH_L4_DST_PORT;
	if (r->symmetric && (from || to))
		use(in, WORD_PORTS, src + dst);
	else if (from || to)
		use(in, WORD_PORTS, (from ? src << 16 : 0) | (to ? dst : 0));
}

inline_always void take_ipv4(struct hash_input *in, const struct hash_rule *r, __u32 fields, struct ipv4 *ip,
			     void *end)
{
	void *l4 = (void *)ip + (ip->ver_ihl & 15) * 4;

	use_pair(in, r->symmetric, fields & HASH_SRC_IP, fields & HASH_DST_IP, WORD_SRC, WORD_DST - WORD_SRC, ip->src,
		 ip->dst);
	/* Fragments have no ports, so that all take one way. */
	take_ports(in, r, fields, ip->proto, ip->frag & bpf_htons(0x3fff) ? 0 : l4, end);
}

inline_always void take_ipv6(struct hash_input *in, const struct hash_rule *r, __u32 fields, struct ipv6 *ip,
			     void *end)
{
#pragma unroll
	for (int i = 0; i < 4; i++)
		use_pair(in, r->symmetric, fields & HASH_SRC_IP, fields & HASH_DST_IP, WORD_SRC + i,
			 WORD_DST - WORD_SRC, ip->src[i], ip->dst[i]);
	/* The two directions of a flow have labels of their own (RFC 6437 section 3). */
	if (fields & HASH_FLOW_LABEL && !r->symmetric)
		use(in, WORD_LABEL, ip->ver_class_flow & bpf_htonl(0x000fffff));
	take_ports(in, r, fields, ip->next, ip + 1, end);
}

/* take_frame takes the chosen fields of a frame. */
static __noinline int take_frame(struct hash_input *in, const struct hash_rule *r, __u32 from, void *data, void *end)
{
	struct tagged_eth *e = data;
	void *l3 = data + ETH_LEN;

	if ((void *)(e + 1) > end)
		return 0;
	__be16 proto = e->tpid;
	if (proto == PROTO_VLAN) {
		proto = e->proto;
		l3 += TAG_LEN;
	}
	if (proto == PROTO_IPV4 && l3 + sizeof(struct ipv4) <= end) {
		take_link(in, r, r->fields[FAMILY_IPV4], from, e, proto);
		take_ipv4(in, r, r->fields[FAMILY_IPV4], l3, end);
	} else if (proto == PROTO_IPV6 && l3 + sizeof(struct ipv6) <= end) {
		take_link(in, r, r->fields[FAMILY_IPV6], from, e, proto);
		take_ipv6(in, r, r->fields[FAMILY_IPV6], l3, end);
	} else {
		take_link(in, r, r->fields[FAMILY_OTHER], from, e, proto);
	}
	return 0;
}

/* The verifier looks at each of the next functions once, however many programs
 * and branches call it: they are not static. */

/* CRC-32 of IEEE 802.3 section 3.2.9, four bits at a time, lowest first. */
const __u32 crc32_step[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

__noinline __u32 hash_crc32(struct hash_input *in)
{
	if (!in)
		return 0;
	__u32 crc = ~in->seed;
	for (int i = 0; i < HASH_WORDS; i++) {
		if (!(in->used >> i & 1))
			continue;
		crc ^= in->word[i];
		for (int n = 0; n < 8; n++)
			crc = crc >> 4 ^ crc32_step[crc & 15];
	}
	return ~crc;
}

/* CRC-16 of ITU-T V.41 (x^16 + x^12 + x^5 + 1), four bits at a time, highest first. */
const __u16 ccitt_step[16] = {
	0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7,
	0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef,
};

__noinline __u32 hash_ccitt(struct hash_input *in)
{
	if (!in)
		return 0;
	__u32 crc = ~in->seed & 0xffff;
	for (int i = 0; i < HASH_WORDS; i++) {
		if (!(in->used >> i & 1))
			continue;
		for (int n = 28; n >= 0; n -= 4) {
			__u32 step = crc >> 12 ^ in->word[i] >> n;

			/* Linux 6.1 does not follow bounds through an exclusive or: the mask,
			 * which the compiler knows to be needless, must stay. */
			asm volatile("" : "+r"(step));
			crc = (crc << 4 ^ ccitt_step[step & 15]) & 0xffff;
		}
	}
	return crc;
}

__noinline __u32 hash_xor(struct hash_input *in)
{
	if (!in)
		return 0;
	__u32 x = in->seed;
	for (int i = 0; i < HASH_WORDS; i++)
		x ^= in->word[i];
	return x;
}

__noinline __u64 hash_mix(struct hash_input *in)
{
	if (!in)
		return 0;
	__u64 h = in->seed;
	for (int i = 0; i < HASH_WORDS; i++)
		if (in->used >> i & 1)
			h = mix(h, (__u64)i << 32 | in->word[i]);
	return h;
}

inline_always __u64 hash_with(__u8 algorithm, struct hash_input *in)
{
	switch (algorithm) {
	case ALGORITHM_XOR:
		return hash_xor(in);
	case ALGORITHM_RANDOM: /* packet by packet */
		return bpf_get_prandom_u32();
	case ALGORITHM_CRC32_LOW:
		return hash_crc32(in) & 0xffff;
	case ALGORITHM_CRC32_HIGH:
		return hash_crc32(in) >> 16;
	case ALGORITHM_CCITT:
		return hash_ccitt(in);
	case ALGORITHM_CRC_XOR:
		return hash_crc32(in) ^ hash_xor(in);
	}
	return hash_mix(in);
}

/* hash_by_rule hashes a frame as its kind's rule says. From is the port that it
 * came in by, above its VLAN. */
static __noinline __u64 hash_by_rule(void *data, void *end, __u32 kind, __u32 from)
{
	struct hash_rule *r = at(&hash_rules, kind);
	struct hash_input in = {};

	if (!r)
		return 0;
	in.seed = r->seed;
	take_frame(&in, r, from, data, end);
	__u64 h = hash_with(r->algorithm, &in);
	__u32 n = r->rotate & 63;
	return n ? h >> n | h << (64 - n) : h;
}

inline_always bool has_rule(const struct settings *s, enum hash_kind kind)
{
	return s->hash_rules & 1 << kind;
}

#endif
