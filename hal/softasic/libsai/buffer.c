/* Byte strings in the wire's order, which is little-endian. */
#include <stdlib.h>
#include <string.h>

#include "shim.h"

static bool reserve(struct buffer *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 4096;
	uint8_t *data;

	if (b->failed)
		return false;
	if (n <= b->cap - b->len)
		return true;
	while (cap - b->len < n)
		cap *= 2;
	data = realloc(b->data, cap);
	if (!data) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void put_bytes(struct buffer *b, const void *data, size_t n)
{
	if (!n || !reserve(b, n))
		return;
	memcpy(b->data + b->len, data, n);
	b->len += n;
}

void put_u8(struct buffer *b, uint8_t v)
{
	put_bytes(b, &v, 1);
}

void put_u16(struct buffer *b, uint16_t v)
{
	uint8_t raw[2] = {v & 0xff, v >> 8};

	put_bytes(b, raw, sizeof(raw));
}

void put_u32(struct buffer *b, uint32_t v)
{
	uint8_t raw[4] = {v & 0xff, v >> 8 & 0xff, v >> 16 & 0xff, v >> 24};

	put_bytes(b, raw, sizeof(raw));
}

void put_u64(struct buffer *b, uint64_t v)
{
	put_u32(b, (uint32_t)v);
	put_u32(b, (uint32_t)(v >> 32));
}

const uint8_t *take_bytes(struct reader *r, size_t n)
{
	const uint8_t *p = r->data;

	if (r->bad || r->len < n) {
		r->bad = true;
		return NULL;
	}
	r->data += n;
	r->len -= n;
	return p;
}

uint8_t take_u8(struct reader *r)
{
	const uint8_t *p = take_bytes(r, 1);

	return p ? *p : 0;
}

uint16_t take_u16(struct reader *r)
{
	const uint8_t *p = take_bytes(r, 2);

	return p ? (uint16_t)(p[0] | p[1] << 8) : 0;
}

uint32_t take_u32(struct reader *r)
{
	const uint8_t *p = take_bytes(r, 4);

	return p ? p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

uint64_t take_u64(struct reader *r)
{
	uint64_t low = take_u32(r);

	return low | (uint64_t)take_u32(r) << 32;
}
