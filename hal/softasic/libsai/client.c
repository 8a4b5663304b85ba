/*
 * The connection to asicd. One thread reads; it also connects, again and again
 * while asicd is away, and repeats the request that is still unanswered. asicd
 * knows the session and the number of a request, so a repeated one takes effect
 * once. Callers wait for their reply, but never longer than the patience that the
 * profile sets.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

#define RETRY_MS 50

static struct {
	struct sockaddr_un address;
	uint8_t session[16];
	int patience; /* seconds */
	pthread_t thread;

	pthread_mutex_t call; /* one call at a time */

	/* Guards fd and pending, and is held while sending. The reader takes it
	 * only between connections, so a sender that waits for room in the socket
	 * never keeps replies from being read. */
	pthread_mutex_t send;
	int fd;
	bool pending;
	struct buffer request;

	pthread_mutex_t state; /* guards the rest; held for moments only */
	pthread_cond_t changed;
	bool running;
	bool connected;
	bool answered;
	uint64_t seq;
	struct buffer reply;
	struct buffer incoming; /* the reader's own */
} client = {
	.call = PTHREAD_MUTEX_INITIALIZER,
	.send = PTHREAD_MUTEX_INITIALIZER,
	.state = PTHREAD_MUTEX_INITIALIZER,
	.fd = -1,
};

bool client_running(void)
{
	bool running;

	pthread_mutex_lock(&client.state);
	running = client.running;
	pthread_mutex_unlock(&client.state);
	return running;
}

static bool send_all(int fd, const uint8_t *data, size_t len)
{
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static bool read_all(int fd, uint8_t *data, size_t len)
{
	while (len) {
		ssize_t n = recv(fd, data, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* Reads a frame into client.incoming: the header, then the body. */
static bool read_frame(int fd)
{
	struct buffer *b = &client.incoming;
	uint8_t header[FRAME_HEADER];
	struct reader r = {header, sizeof(header), false};
	uint32_t len;

	if (!read_all(fd, header, sizeof(header)))
		return false;
	len = take_u32(&r);
	if (len > FRAME_MAX)
		return false;
	if (b->cap < FRAME_HEADER + len) {
		uint8_t *data = realloc(b->data, FRAME_HEADER + len);

		if (!data)
			return false;
		b->data = data;
		b->cap = FRAME_HEADER + len;
	}
	memcpy(b->data, header, sizeof(header));
	b->len = FRAME_HEADER + len;
	return read_all(fd, b->data + FRAME_HEADER, len);
}

/* A connection after Hello and Welcome, or -1. */
static int dial(void)
{
	struct timeval patience = {.tv_sec = client.patience}, none = {0};
	struct buffer hello = {0};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	put_u32(&hello, 4 + 4 + sizeof(client.session));
	put_u32(&hello, FRAME_HELLO);
	put_u64(&hello, 0);
	put_u32(&hello, WIRE_MAGIC);
	put_u32(&hello, WIRE_VERSION);
	put_bytes(&hello, client.session, sizeof(client.session));
	ok = !hello.failed && !connect(fd, (struct sockaddr *)&client.address, sizeof(client.address)) &&
	     send_all(fd, hello.data, hello.len) && read_frame(fd) && client.incoming.data[4] == FRAME_WELCOME;
	free(hello.data);
	if (!ok) {
		close(fd);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof(none));
	return fd;
}

/* Makes fd the connection and repeats what is unanswered. */
static bool adopt(int fd)
{
	bool ok = true;

	pthread_mutex_lock(&client.send);
	client.fd = fd;
	if (client.pending)
		ok = send_all(fd, client.request.data, client.request.len);
	pthread_mutex_unlock(&client.send);
	pthread_mutex_lock(&client.state);
	client.connected = true;
	if (!client.running)
		ok = false;
	pthread_cond_broadcast(&client.changed);
	pthread_mutex_unlock(&client.state);
	return ok;
}

static void abandon(int fd)
{
	pthread_mutex_lock(&client.state);
	client.connected = false;
	pthread_mutex_unlock(&client.state);
	shutdown(fd, SHUT_RDWR);
	pthread_mutex_lock(&client.send);
	client.fd = -1;
	pthread_mutex_unlock(&client.send);
	close(fd);
}

/* Hands a reply to the caller that waits for it; late ones are dropped. */
static void deliver(uint64_t seq)
{
	struct buffer old;

	pthread_mutex_lock(&client.state);
	if (seq == client.seq && !client.answered) {
		old = client.reply;
		client.reply = client.incoming;
		client.incoming = old;
		client.answered = true;
		pthread_cond_broadcast(&client.changed);
	}
	pthread_mutex_unlock(&client.state);
}

static void read_until_broken(int fd)
{
	while (read_frame(fd)) {
		struct reader r = {client.incoming.data, client.incoming.len, false};
		uint8_t kind, op;
		uint64_t seq;

		take_u32(&r);
		kind = take_u8(&r);
		op = take_u8(&r);
		take_u16(&r);
		seq = take_u64(&r);
		if (kind == FRAME_REPLY)
			deliver(seq);
		else if (kind == FRAME_NOTIFICATION)
			notify_post(op, r.data, r.len);
		else
			return;
	}
}

static void *reader_main(void *unused)
{
	struct timespec pause = {.tv_nsec = RETRY_MS * 1000000L};

	(void)unused;
	while (client_running()) {
		int fd = dial();

		if (fd < 0) {
			nanosleep(&pause, NULL);
			continue;
		}
		if (adopt(fd))
			read_until_broken(fd);
		abandon(fd);
	}
	return NULL;
}

static struct timespec deadline(int seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += seconds;
	return t;
}

static sai_status_t await_connection(void)
{
	struct timespec until = deadline(client.patience);
	int err = 0;
	bool connected;

	pthread_mutex_lock(&client.state);
	while (!client.connected && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&client.changed, &client.state, &until);
	connected = client.connected;
	pthread_mutex_unlock(&client.state);
	return connected ? SAI_STATUS_SUCCESS : SAI_STATUS_FAILURE;
}

sai_status_t client_start(const char *path, int patience)
{
	pthread_condattr_t attr;

	if (strlen(path) >= sizeof(client.address.sun_path))
		return SAI_STATUS_INVALID_PARAMETER;
	client.address.sun_family = AF_UNIX;
	strcpy(client.address.sun_path, path);
	if (getrandom(client.session, sizeof(client.session), 0) != sizeof(client.session))
		return SAI_STATUS_FAILURE;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&client.changed, &attr);
	pthread_condattr_destroy(&attr);
	client.patience = patience;
	client.running = true;
	client.seq = 0;
	if (pthread_create(&client.thread, NULL, reader_main, NULL)) {
		client.running = false;
		return SAI_STATUS_FAILURE;
	}
	if (await_connection() == SAI_STATUS_SUCCESS)
		return SAI_STATUS_SUCCESS;
	fprintf(stderr, "libsai: no answer from %s within %d s\n", path, patience);
	client_stop();
	return SAI_STATUS_FAILURE;
}

void client_stop(void)
{
	pthread_mutex_lock(&client.state);
	client.running = false;
	pthread_cond_broadcast(&client.changed);
	pthread_mutex_unlock(&client.state);
	pthread_mutex_lock(&client.send);
	if (client.fd >= 0)
		shutdown(client.fd, SHUT_RDWR);
	pthread_mutex_unlock(&client.send);
	pthread_join(client.thread, NULL);
	pthread_cond_destroy(&client.changed);
}

struct buffer *call_begin(uint8_t op, uint32_t object_type, sai_object_id_t sw, uint8_t mode)
{
	struct buffer *b = &client.request;

	pthread_mutex_lock(&client.call);
	pthread_mutex_lock(&client.state);
	client.seq++;
	client.answered = false;
	pthread_mutex_unlock(&client.state);
	b->len = 0;
	b->failed = false;
	put_u32(b, 0);
	put_u8(b, FRAME_REQUEST);
	put_u8(b, op);
	put_u16(b, 0);
	put_u64(b, client.seq);
	put_u32(b, object_type);
	put_u64(b, sw);
	put_u8(b, mode);
	return b;
}

static void send_request(void)
{
	pthread_mutex_lock(&client.send);
	client.pending = true;
	/* What fails here is repeated by the reader once it is connected again. */
	if (client.fd >= 0 && !send_all(client.fd, client.request.data, client.request.len))
		shutdown(client.fd, SHUT_RDWR);
	pthread_mutex_unlock(&client.send);
}

static bool await_reply(void)
{
	struct timespec until = deadline(client.patience);
	bool answered;
	int err = 0;

	pthread_mutex_lock(&client.state);
	while (!client.answered && client.running && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&client.changed, &client.state, &until);
	answered = client.answered;
	client.answered = true; /* a later reply is nobody's */
	pthread_mutex_unlock(&client.state);
	pthread_mutex_lock(&client.send);
	client.pending = false;
	pthread_mutex_unlock(&client.send);
	return answered;
}

sai_status_t call_send(struct reader *reply)
{
	struct buffer *b = &client.request;
	uint32_t len = (uint32_t)(b->len - FRAME_HEADER);
	uint8_t raw[4] = {len & 0xff, len >> 8 & 0xff, len >> 16 & 0xff, len >> 24};

	if (b->failed)
		return SAI_STATUS_NO_MEMORY;
	if (b->len - FRAME_HEADER > FRAME_MAX)
		return SAI_STATUS_INVALID_PARAMETER;
	memcpy(b->data, raw, sizeof(raw));
	send_request();
	if (!await_reply())
		return SAI_STATUS_FAILURE;
	*reply = (struct reader){client.reply.data + FRAME_HEADER, client.reply.len - FRAME_HEADER, false};
	return (sai_status_t)take_u32(reply);
}

void call_end(void)
{
	pthread_mutex_unlock(&client.call);
}
