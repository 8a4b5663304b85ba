/*
 * Notifications. The reader thread queues them; a thread of their own calls the
 * client, so that a callback may call SAI. The queue is bounded: when a client
 * does not keep up, the oldest are lost, and it is told so on standard error.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

#define QUEUE_MAX 4096

typedef void (*fdb_event_fn)(uint32_t, const sai_fdb_event_notification_data_t *);
typedef void (*port_state_fn)(uint32_t, const sai_port_oper_status_notification_t *);

struct item {
	uint8_t event;
	size_t len;
	uint8_t body[];
};

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	bool running;
	struct item *items[QUEUE_MAX];
	unsigned int first, count;
	unsigned long lost;
	fdb_event_fn fdb_event;
	port_state_fn port_state;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER};

void notify_learn_callbacks(uint32_t count, const sai_attribute_t *attrs)
{
	uint32_t i;

	pthread_mutex_lock(&queue.lock);
	for (i = 0; i < count; i++) {
		if (attrs[i].id == SAI_SWITCH_ATTR_FDB_EVENT_NOTIFY)
			queue.fdb_event = (fdb_event_fn)attrs[i].value.ptr;
		if (attrs[i].id == SAI_SWITCH_ATTR_PORT_STATE_CHANGE_NOTIFY)
			queue.port_state = (port_state_fn)attrs[i].value.ptr;
	}
	pthread_mutex_unlock(&queue.lock);
}

static struct item *pop_locked(void)
{
	struct item *it = queue.items[queue.first];

	queue.first = (queue.first + 1) % QUEUE_MAX;
	queue.count--;
	return it;
}

void notify_post(uint8_t event, const uint8_t *body, size_t len)
{
	struct item *it = malloc(sizeof(*it) + len), *dropped = NULL;

	if (!it)
		return;
	it->event = event;
	it->len = len;
	memcpy(it->body, body, len);
	pthread_mutex_lock(&queue.lock);
	if (queue.count == QUEUE_MAX) {
		dropped = pop_locked();
		queue.lost++;
		if (!(queue.lost & (queue.lost - 1))) /* powers of two: not one line for each */
			fprintf(stderr, "libsai: %lu notifications lost, callbacks are too slow\n", queue.lost);
	}
	queue.items[(queue.first + queue.count++) % QUEUE_MAX] = it;
	pthread_cond_signal(&queue.filled);
	pthread_mutex_unlock(&queue.lock);
	free(dropped);
}

static void call_port_state(struct reader *r, port_state_fn callback)
{
	uint32_t i, n = take_u32(r);
	sai_port_oper_status_notification_t *data;

	if (n > r->len / 12)
		return;
	data = calloc(n, sizeof(*data));
	for (i = 0; data && i < n; i++) {
		data[i].port_id = take_u64(r);
		data[i].port_state = (sai_port_oper_status_t)take_u32(r);
	}
	if (data && n)
		callback(n, data);
	free(data);
}

static void take_fdb_event(struct reader *r, sai_fdb_event_notification_data_t *e, sai_attribute_t *attrs)
{
	const uint8_t *mac;

	e->event_type = (sai_fdb_event_t)take_u32(r);
	attrs[0].id = SAI_FDB_ENTRY_ATTR_TYPE;
	attrs[0].value.s32 = (int32_t)take_u32(r);
	attrs[1].id = SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID;
	attrs[1].value.oid = take_u64(r);
	e->fdb_entry.switch_id = take_u64(r);
	mac = take_bytes(r, 6);
	if (mac)
		memcpy(e->fdb_entry.mac_address, mac, 6);
	e->fdb_entry.bv_id = take_u64(r);
	e->attr_count = 2;
	e->attr = attrs;
}

static void call_fdb_event(struct reader *r, fdb_event_fn callback)
{
	uint32_t i, n = take_u32(r);
	sai_fdb_event_notification_data_t *data;
	sai_attribute_t *attrs;

	if (n > r->len / 38)
		return;
	data = calloc(n, sizeof(*data));
	attrs = calloc(n, 2 * sizeof(*attrs));
	for (i = 0; data && attrs && i < n; i++)
		take_fdb_event(r, &data[i], &attrs[2 * i]);
	if (data && attrs && n)
		callback(n, data);
	free(attrs);
	free(data);
}

static void call_back(const struct item *it, fdb_event_fn fdb_event, port_state_fn port_state)
{
	struct reader r = {it->body, it->len, false};

	if (it->event == EVENT_FDB && fdb_event)
		call_fdb_event(&r, fdb_event);
	if (it->event == EVENT_PORT_STATE && port_state)
		call_port_state(&r, port_state);
}

static void *notify_main(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&queue.lock);
	for (;;) {
		fdb_event_fn fdb_event;
		port_state_fn port_state;
		struct item *it;

		while (queue.running && !queue.count)
			pthread_cond_wait(&queue.filled, &queue.lock);
		if (!queue.running)
			break;
		it = pop_locked();
		fdb_event = queue.fdb_event;
		port_state = queue.port_state;
		pthread_mutex_unlock(&queue.lock);
		call_back(it, fdb_event, port_state);
		free(it);
		pthread_mutex_lock(&queue.lock);
	}
	while (queue.count)
		free(pop_locked());
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

bool notify_start(void)
{
	queue.running = true;
	queue.fdb_event = NULL;
	queue.port_state = NULL;
	return !pthread_create(&queue.thread, NULL, notify_main, NULL);
}

void notify_stop(void)
{
	pthread_mutex_lock(&queue.lock);
	queue.running = false;
	pthread_cond_signal(&queue.filled);
	pthread_mutex_unlock(&queue.lock);
	pthread_join(queue.thread, NULL);
}
