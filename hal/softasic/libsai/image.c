/*
 * Structured values between C structs and the wire, where they are images: the
 * sai_attribute_value_t, then the lists it points to, with offsets in the image
 * in place of pointers. Package sai/cabi reads and writes the other end.
 */
#include <string.h>

#include "shim.h"

/* How every list in a value looks: sai_object_list_t stands for all of them. */
struct list {
	uint32_t count;
	void *data;
};

_Static_assert(sizeof(struct list) == sizeof(sai_object_list_t), "a list is a count and a pointer");
_Static_assert(sizeof(sai_attribute_value_t) == 40, "images begin with a value");

/* Lists of a value: none where a field or an action is off. */
static uint32_t lists_of(const struct layout *l, const void *value)
{
	return l->gated && !*(const uint8_t *)value ? 0 : l->lists;
}

static void align(struct buffer *b, size_t start)
{
	while (!b->failed && (b->len - start) % 8)
		put_u8(b, 0);
}

/* Appends the elements of the list that the image has at offset at, and makes the
 * list there point to them. */
static sai_status_t put_elements(struct buffer *b, size_t start, size_t at, size_t size)
{
	struct list l;
	uint64_t place;

	if (b->failed)
		return SAI_STATUS_NO_MEMORY;
	memcpy(&l, b->data + start + at, sizeof(l));
	if (l.count && !l.data)
		return SAI_STATUS_INVALID_ATTR_VALUE_0;
	if (l.count > FRAME_MAX / size)
		return SAI_STATUS_INVALID_ATTR_VALUE_0;
	align(b, start);
	place = l.count ? b->len - start : 0;
	put_bytes(b, l.data, l.count * size);
	if (!b->failed)
		memcpy(b->data + start + at + offsetof(struct list, data), &place, sizeof(place));
	return SAI_STATUS_SUCCESS;
}

/* Appends the lists that are the elements of a list in the image. */
static sai_status_t put_inner(struct buffer *b, size_t start, const struct list_at *at)
{
	struct list l;
	uint32_t i;

	if (b->failed)
		return SAI_STATUS_NO_MEMORY;
	memcpy(&l, b->data + start + at->offset, sizeof(l));
	for (i = 0; at->inner && i < l.count; i++) {
		sai_status_t s = put_elements(b, start, (uintptr_t)l.data + i * at->size, at->inner);

		if (s != SAI_STATUS_SUCCESS)
			return s;
	}
	return SAI_STATUS_SUCCESS;
}

sai_status_t put_image(struct buffer *b, uint32_t object_type, uint8_t layout, const sai_attribute_value_t *v)
{
	const struct layout *l = &layouts[layout];
	uint32_t i, lists = lists_of(l, v), len;
	size_t start, len_at;
	sai_status_t s;

	put_u32(b, object_type);
	len_at = b->len;
	put_u32(b, 0);
	start = b->len;
	put_bytes(b, v, sizeof(*v));
	for (i = 0; i < lists; i++) {
		s = put_elements(b, start, l->list[i].offset, l->list[i].size);
		if (s == SAI_STATUS_SUCCESS)
			s = put_inner(b, start, &l->list[i]);
		if (s != SAI_STATUS_SUCCESS)
			return s;
	}
	len = (uint32_t)(b->len - start);
	if (!b->failed)
		memcpy(b->data + len_at, &len, sizeof(len));
	return SAI_STATUS_SUCCESS;
}

struct image {
	const uint8_t *data;
	size_t len;
};

/* Copies the elements of a list out of an image to where dst has room. */
static sai_status_t take_elements(const struct image *m, struct list src, struct list *dst, size_t size)
{
	uint32_t room = dst->count;
	uintptr_t at = (uintptr_t)src.data;

	if (src.count && (at > m->len || src.count > (m->len - at) / size))
		return SAI_STATUS_FAILURE;
	dst->count = src.count;
	if (src.count > room || (src.count && !dst->data))
		return SAI_STATUS_BUFFER_OVERFLOW;
	if (src.count)
		memcpy(dst->data, m->data + at, src.count * size);
	return SAI_STATUS_SUCCESS;
}

/* Copies a list of lists: the caller's elements are lists with room. */
static sai_status_t take_nested(const struct image *m, struct list src, struct list *dst, const struct list_at *at)
{
	sai_status_t result = SAI_STATUS_SUCCESS;
	uint32_t i, room = dst->count;
	uintptr_t place = (uintptr_t)src.data;

	if (src.count && (place > m->len || src.count > (m->len - place) / at->size))
		return SAI_STATUS_FAILURE;
	dst->count = src.count;
	if (src.count > room || (src.count && !dst->data))
		return SAI_STATUS_BUFFER_OVERFLOW;
	for (i = 0; i < src.count; i++) {
		struct list inner;
		sai_status_t s;

		memcpy(&inner, m->data + place + i * at->size, sizeof(inner));
		s = take_elements(m, inner, (struct list *)dst->data + i, at->inner);
		if (s != SAI_STATUS_SUCCESS)
			result = s;
	}
	return result;
}

sai_status_t take_image(struct reader *r, uint8_t layout, sai_attribute_value_t *v)
{
	const struct layout *l = &layouts[layout];
	sai_status_t s, result = SAI_STATUS_SUCCESS;
	struct list room[2] = {{0}};
	struct image m;
	uint32_t i;

	(void)take_u32(r); /* the object's type, which is known here */
	m.len = take_u32(r);
	m.data = take_bytes(r, m.len);
	if (!m.data || m.len < sizeof(*v)) {
		r->bad = true;
		return SAI_STATUS_FAILURE;
	}
	for (i = 0; i < l->lists; i++)
		memcpy(&room[i], (uint8_t *)v + l->list[i].offset, sizeof(room[i]));
	memcpy(v, m.data, sizeof(*v));
	for (i = 0; i < l->lists; i++) {
		const struct list_at *at = &l->list[i];
		struct list src = {0};

		if (i < lists_of(l, m.data))
			memcpy(&src, m.data + at->offset, sizeof(src));
		s = at->inner ? take_nested(&m, src, &room[i], at) : take_elements(&m, src, &room[i], at->size);
		memcpy((uint8_t *)v + at->offset, &room[i], sizeof(room[i]));
		if (s != SAI_STATUS_SUCCESS)
			result = s;
	}
	return result;
}
