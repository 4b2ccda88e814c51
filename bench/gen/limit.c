/* limit.c - the least work an epoll server on one core can do for a durable operation. No product:
 * no checks, no features. A shorter copy of the project's study tool of that name.
 *
 *   limit PORT LOGFILE
 *   POST /commitpub?id=N   appends the body to the log, one fdatasync for all that wait, then gives
 *                          it to the long polls of N, then answers 200
 *   GET /sub?id=N          a long poll */
#include "common.h"

#define CHANNELS 32768

struct conn {
	int fd, channel;          /* channel < 0: not in a list */
	struct conn *next, *prev; /* pollers of one channel */
	char *in;
	size_t in_len;
	char *body; /* of the commit that is waited for */
	size_t body_len;
	int body_channel;
};

static struct conn *channels[CHANNELS];
static struct conn **waiting;
static size_t waiting_count, waiting_cap;
static char log_text[4 * 1024 * 1024];
static size_t log_len;
static int ep, log_file;

static void unlink_poll(struct conn *c)
{
	if (c->channel < 0)
		return;
	*(c->prev ? &c->prev->next : &channels[c->channel]) = c->next;
	if (c->next)
		c->next->prev = c->prev;
	c->next = c->prev = NULL;
	c->channel = -1;
}

static void link_poll(struct conn *c, int channel)
{
	unlink_poll(c);
	c->channel = channel;
	c->next = channels[channel];
	if (c->next)
		c->next->prev = c;
	channels[channel] = c;
}

static void drop(struct conn *c)
{
	unlink_poll(c);
	for (size_t i = 0; i < waiting_count; i++)
		if (waiting[i] == c)
			waiting[i] = NULL;
	close(c->fd);
	free(c->in);
	free(c->body);
	free(c);
}

static void answer(const struct conn *c, const char *body, size_t len)
{
	static char out[70000];
	int head = snprintf(out, sizeof out,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		len);
	if ((size_t)head + len > sizeof out)
		die("a body is too long");
	memcpy(out + head, body, len);
	if (send(c->fd, out, (size_t)head + len, MSG_NOSIGNAL) < 0 && errno != EPIPE)
		die("send: %s", strerror(errno));
}

static void publish(int channel, const char *body, size_t len)
{
	struct conn *c;
	while ((c = channels[channel])) {
		unlink_poll(c);
		answer(c, body, len);
	}
}

static int channel_of(const char *request)
{
	const char *id = strstr(request, "?id=");
	return id ? atoi(id + 4) % CHANNELS : 0;
}

static void commit_later(struct conn *c, int channel, const char *body, size_t len)
{
	if (log_len + len + 1 > sizeof log_text)
		die("the log's buffer is full");
	memcpy(log_text + log_len, body, len);
	log_len += len;
	log_text[log_len++] = '\n';
	c->body = realloc(c->body, len + 1);
	memcpy(c->body, body, len);
	c->body_len = len;
	c->body_channel = channel;
	if (waiting_count == waiting_cap) {
		waiting_cap = waiting_cap ? waiting_cap * 2 : 256;
		waiting = realloc(waiting, waiting_cap * sizeof *waiting);
	}
	waiting[waiting_count++] = c;
}

static void commit(void)
{
	if (write(log_file, log_text, log_len) != (ssize_t)log_len || fdatasync(log_file))
		die("log: %s", strerror(errno));
	log_len = 0;
	size_t count = waiting_count;
	waiting_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct conn *c = waiting[i];
		if (!c)
			continue;
		publish(c->body_channel, c->body, c->body_len);
		answer(c, "{}", 2);
	}
}

/* Bytes used; 0: incomplete. */
static size_t take_request(struct conn *c, const char *text, size_t len)
{
	const char *blank = memmem(text, len, "\r\n\r\n", 4);
	if (!blank)
		return 0;
	size_t head_len = (size_t)(blank - text) + 4;
	if (text[0] == 'G') {
		link_poll(c, channel_of(text));
		return head_len;
	}
	const char *length = memmem(text, head_len, "ontent-Length: ", 15);
	size_t body_len = length ? (size_t)atol(length + 15) : 0;
	if (len < head_len + body_len)
		return 0;
	commit_later(c, channel_of(text), text + head_len, body_len);
	return head_len + body_len;
}

static void readable(struct conn *c)
{
	static char text[256 * 1024];
	memcpy(text, c->in ? c->in : "", c->in_len);
	ssize_t r = recv(c->fd, text + c->in_len, sizeof text - c->in_len - 1, 0);
	if (r < 0 && errno == EAGAIN)
		return;
	if (r <= 0) {
		drop(c);
		return;
	}
	size_t len = c->in_len + (size_t)r, at = 0, used;
	text[len] = 0;
	while (at < len && (used = take_request(c, text + at, len - at)))
		at += used;
	c->in_len = len - at;
	if (!c->in_len)
		return;
	c->in = realloc(c->in, c->in_len);
	memcpy(c->in, text + at, c->in_len);
}

static void accept_all(int listener)
{
	int s, one = 1;
	while ((s = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct conn *c = calloc(1, sizeof *c);
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
		setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		c->fd = s;
		c->channel = -1;
		epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		die("usage: limit PORT LOGFILE");
	raise_nofile();
	log_file = open(argv[2], O_CREAT | O_WRONLY | O_TRUNC, 0600);
	if (log_file < 0)
		die("%s: %s", argv[2], strerror(errno));
	int listener = tcp_listen(atoi(argv[1]));
	struct epoll_event e = {.events = EPOLLIN}, events[512];
	ep = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &e);
	for (;;) {
		int n = epoll_wait(ep, events, 512, -1);
		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr)
				readable(events[i].data.ptr);
			else
				accept_all(listener);
		}
		if (waiting_count)
			commit();
	}
}
