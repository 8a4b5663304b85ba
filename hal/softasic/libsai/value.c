/* Attribute values between C structs and the wire. */
#include <string.h>

#include "shim.h"

const struct attr_kind *attr_kind(uint32_t object_type, uint32_t id)
{
	const struct object_kinds *o;
	uint32_t low = 0, high;

	if (object_type >= sizeof(object_kinds) / sizeof(object_kinds[0]))
		return NULL;
	o = &object_kinds[object_type];
	high = o->count;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (o->attrs[mid].id == id)
			return &o->attrs[mid];
		if (o->attrs[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Size of a list's elements, 0 for other kinds. Elements that are integers are
 * in the machine's order, which is little-endian too on every machine we build
 * for. */
static size_t element_size(uint8_t kind)
{
	switch (kind) {
	case KIND_OID_LIST:
		return sizeof(sai_object_id_t);
	case KIND_U8_LIST:
	case KIND_S8_LIST:
		return 1;
	case KIND_U16_LIST:
	case KIND_S16_LIST:
	case KIND_VLAN_LIST:
		return 2;
	case KIND_U32_LIST:
	case KIND_S32_LIST:
	case KIND_ENUM_LIST:
		return 4;
	}
	return 0;
}

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "lists are copied as they are: port put_list and take_list first"
#endif

static void put_ip(struct buffer *b, bool v6, const void *addr)
{
	uint8_t raw[17] = {v6};

	memcpy(raw + 1, addr, v6 ? 16 : 4);
	put_bytes(b, raw, sizeof(raw));
}

void put_address(struct buffer *b, const sai_ip_address_t *a)
{
	put_ip(b, a->addr_family == SAI_IP_ADDR_FAMILY_IPV6, &a->addr);
}

/* Length of a mask, or -1 if its ones are not all in front. */
static int mask_length(const uint8_t *mask, int bytes)
{
	int n = 0, i;

	for (i = 0; i < bytes * 8; i++) {
		bool one = mask[i / 8] & 0x80 >> i % 8;

		if (one && n != i)
			return -1;
		n += one;
	}
	return n;
}

sai_status_t put_prefix(struct buffer *b, const sai_ip_prefix_t *p)
{
	bool v6 = p->addr_family == SAI_IP_ADDR_FAMILY_IPV6;
	int n = mask_length((const uint8_t *)&p->mask, v6 ? 16 : 4);

	if (n < 0)
		return SAI_STATUS_INVALID_ATTR_VALUE_0;
	put_u8(b, (uint8_t)n);
	put_ip(b, v6, &p->addr);
	return SAI_STATUS_SUCCESS;
}

static sai_status_t put_list(struct buffer *b, uint32_t count, const void *list, size_t size)
{
	if (count && !list)
		return SAI_STATUS_INVALID_ATTR_VALUE_0;
	put_u32(b, count);
	put_bytes(b, list, count * size);
	return SAI_STATUS_SUCCESS;
}

static sai_status_t put_value(struct buffer *b, uint8_t kind, const sai_attribute_value_t *v)
{
	uint32_t i;

	switch (kind) {
	case KIND_BOOL:
		put_u8(b, v->booldata);
		return SAI_STATUS_SUCCESS;
	case KIND_U8:
	case KIND_S8:
		put_u8(b, v->u8);
		return SAI_STATUS_SUCCESS;
	case KIND_U16:
	case KIND_S16:
		put_u16(b, v->u16);
		return SAI_STATUS_SUCCESS;
	case KIND_U32:
	case KIND_S32:
	case KIND_ENUM:
		put_u32(b, v->u32);
		return SAI_STATUS_SUCCESS;
	case KIND_U64:
	case KIND_S64:
	case KIND_OID:
	case KIND_POINTER:
		put_u64(b, v->u64);
		return SAI_STATUS_SUCCESS;
	case KIND_MAC:
		put_bytes(b, v->mac, sizeof(v->mac));
		return SAI_STATUS_SUCCESS;
	case KIND_IP4:
		put_ip(b, false, &v->ip4);
		return SAI_STATUS_SUCCESS;
	case KIND_IP6:
		put_ip(b, true, v->ip6);
		return SAI_STATUS_SUCCESS;
	case KIND_IPADDR:
		put_address(b, &v->ipaddr);
		return SAI_STATUS_SUCCESS;
	case KIND_PREFIX:
		return put_prefix(b, &v->ipprefix);
	case KIND_CHARDATA:
		put_u8(b, (uint8_t)strnlen(v->chardata, sizeof(v->chardata)));
		put_bytes(b, v->chardata, strnlen(v->chardata, sizeof(v->chardata)));
		return SAI_STATUS_SUCCESS;
	case KIND_U32_RANGE:
	case KIND_S32_RANGE:
		put_u32(b, v->u32range.min);
		put_u32(b, v->u32range.max);
		return SAI_STATUS_SUCCESS;
	case KIND_IP_LIST:
		if (v->ipaddrlist.count && !v->ipaddrlist.list)
			return SAI_STATUS_INVALID_ATTR_VALUE_0;
		put_u32(b, v->ipaddrlist.count);
		for (i = 0; i < v->ipaddrlist.count; i++)
			put_address(b, &v->ipaddrlist.list[i]);
		return SAI_STATUS_SUCCESS;
	}
	if (element_size(kind))
		return put_list(b, v->objlist.count, v->objlist.list, element_size(kind));
	return SAI_STATUS_ATTR_NOT_SUPPORTED_0;
}

sai_status_t put_attr(struct buffer *b, uint32_t object_type, const sai_attribute_t *attr)
{
	const struct attr_kind *k = attr_kind(object_type, attr->id);

	if (!k)
		return SAI_STATUS_UNKNOWN_ATTRIBUTE_0;
	put_u32(b, attr->id);
	put_u8(b, k->kind);
	if (k->kind == KIND_OTHER)
		return put_image(b, object_type, k->layout, &attr->value);
	return put_value(b, k->kind, &attr->value);
}

sai_status_t put_attrs(struct buffer *b, uint32_t object_type, uint32_t count, const sai_attribute_t *attrs)
{
	uint32_t i;

	if (count > UINT16_MAX || (count && !attrs))
		return SAI_STATUS_INVALID_PARAMETER;
	put_u16(b, (uint16_t)count);
	for (i = 0; i < count; i++) {
		sai_status_t s = put_attr(b, object_type, &attrs[i]);

		if (s != SAI_STATUS_SUCCESS)
			return s - (sai_status_t)i;
	}
	return SAI_STATUS_SUCCESS;
}

void take_ip(struct reader *r, sai_ip_addr_family_t *family, sai_ip_addr_t *addr)
{
	const uint8_t *raw = take_bytes(r, 17);

	memset(addr, 0, sizeof(*addr));
	*family = SAI_IP_ADDR_FAMILY_IPV4;
	if (!raw)
		return;
	if (raw[0])
		*family = SAI_IP_ADDR_FAMILY_IPV6;
	memcpy(addr, raw + 1, raw[0] ? 16 : 4);
}

void take_prefix(struct reader *r, sai_ip_prefix_t *p)
{
	uint8_t *mask = (uint8_t *)&p->mask;
	int i, n = take_u8(r);

	take_ip(r, &p->addr_family, &p->addr);
	memset(&p->mask, 0, sizeof(p->mask));
	for (i = 0; i < n && i < 128; i++)
		mask[i / 8] |= 0x80 >> i % 8;
}

/* The caller's list has room for count elements; count becomes what there is. */
static sai_status_t take_list(struct reader *r, uint32_t *count, void *list, size_t size)
{
	uint32_t room = *count, n = take_u32(r);
	const uint8_t *data = take_bytes(r, n * size);

	if (!data && n)
		return SAI_STATUS_FAILURE;
	*count = n;
	if (n > room || (n && !list))
		return SAI_STATUS_BUFFER_OVERFLOW;
	if (n)
		memcpy(list, data, n * size);
	return SAI_STATUS_SUCCESS;
}

static sai_status_t take_ip_list(struct reader *r, sai_ip_address_list_t *l)
{
	uint32_t i, room = l->count, n = take_u32(r);

	l->count = n;
	for (i = 0; i < n && !r->bad; i++) {
		sai_ip_address_t a;

		take_ip(r, &a.addr_family, &a.addr);
		if (i < room && l->list)
			l->list[i] = a;
	}
	return n > room || (n && !l->list) ? SAI_STATUS_BUFFER_OVERFLOW : SAI_STATUS_SUCCESS;
}

sai_status_t take_value(struct reader *r, const struct attr_kind *k, sai_attribute_value_t *v)
{
	uint8_t kind = k->kind;
	const uint8_t *raw;
	sai_ip_addr_family_t family;
	sai_ip_addr_t addr;
	size_t n;

	switch (kind) {
	case KIND_BOOL:
		v->booldata = take_u8(r) != 0;
		return SAI_STATUS_SUCCESS;
	case KIND_U8:
	case KIND_S8:
		v->u8 = take_u8(r);
		return SAI_STATUS_SUCCESS;
	case KIND_U16:
	case KIND_S16:
		v->u16 = take_u16(r);
		return SAI_STATUS_SUCCESS;
	case KIND_U32:
	case KIND_S32:
	case KIND_ENUM:
		v->u32 = take_u32(r);
		return SAI_STATUS_SUCCESS;
	case KIND_U64:
	case KIND_S64:
	case KIND_OID:
	case KIND_POINTER:
		v->u64 = take_u64(r);
		return SAI_STATUS_SUCCESS;
	case KIND_MAC:
		raw = take_bytes(r, sizeof(v->mac));
		if (raw)
			memcpy(v->mac, raw, sizeof(v->mac));
		return SAI_STATUS_SUCCESS;
	case KIND_IP4:
		take_ip(r, &family, &addr);
		v->ip4 = addr.ip4;
		return SAI_STATUS_SUCCESS;
	case KIND_IP6:
		take_ip(r, &family, &addr);
		memcpy(v->ip6, addr.ip6, sizeof(v->ip6));
		return SAI_STATUS_SUCCESS;
	case KIND_IPADDR:
		take_ip(r, &v->ipaddr.addr_family, &v->ipaddr.addr);
		return SAI_STATUS_SUCCESS;
	case KIND_PREFIX:
		take_prefix(r, &v->ipprefix);
		return SAI_STATUS_SUCCESS;
	case KIND_CHARDATA:
		n = take_u8(r);
		raw = take_bytes(r, n);
		memset(v->chardata, 0, sizeof(v->chardata));
		if (raw)
			memcpy(v->chardata, raw, n < sizeof(v->chardata) ? n : sizeof(v->chardata) - 1);
		return SAI_STATUS_SUCCESS;
	case KIND_U32_RANGE:
	case KIND_S32_RANGE:
		v->u32range.min = take_u32(r);
		v->u32range.max = take_u32(r);
		return SAI_STATUS_SUCCESS;
	case KIND_IP_LIST:
		return take_ip_list(r, &v->ipaddrlist);
	case KIND_OTHER:
		return take_image(r, k->layout, v);
	}
	if (element_size(kind))
		return take_list(r, &v->objlist.count, v->objlist.list, element_size(kind));
	return SAI_STATUS_ATTR_NOT_SUPPORTED_0;
}
