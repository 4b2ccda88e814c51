/* fanout.c - subscribers that poll over HTTP, and a publisher: what does the server's CPU pay?
 *
 * A shorter copy of the project's study tool of that name: long polls and WebSockets only, notifications are
 * counted by a mark in their text, connecting may last longer (--connect), there may be no
 * subscribers (--sub none), the publisher may alternate two bodies. Loopback only, one line of
 * JSON at the end.
 *
 *   --sub bayeux|raw|bayeux-ws|raw-ws|none --port P --path /p --topic /t   raw: GET --path, %d is the client; in a topic too
 *   --n N                  clients; with --sub none the users that the publisher goes round
 *   --auth 'u%d:secret'    Basic; subscribers use the cookie once they have one
 *   --begin P              as a page does it: GET P gives the cookie, with which a body (--body) is posted there; then the rest
 *   --first K              the first client is K, not 0
 *   --mark TEXT            what each notification contains once
 *   --pubs K --pubpath '/p?id=%d' --body TEXT [--body2 TEXT]   K = 0: nothing is published
 *   --window W             closed loop of W operations; or --rate R operations a second
 *   --warm S --dur S --connect S
 *   --late text            how late a notification is says its text (gen/smsc.c), not the publisher
 *   --ask 1                once all are connected says "ready", measures whenever a line comes, until none can any more
 *   --pid P                the server: CPU and memory */
#include "common.h"

enum transport { BAYEUX, RAW, NONE };
enum state { OPENING, SIGNING_IN, BEGINNING, UPGRADING, HANDSHAKING, SUBSCRIBING, LIVE, DEAD };

#define REQUEST_MAX (16 * 1024)

struct conn {
	int fd, index;
	enum state state;
	bool is_publisher, is_busy, wants_out;
	bool is_socket; /* what comes is frames */
	char *in, *out; /* partial response; unsent request */
	size_t in_len, out_len;
	char client_id[72], cookie[128], etag[64], modified[64];
	char *poll; /* the Bayeux poll, which never changes */
	size_t poll_len;
};

static struct {
	enum transport sub;
	bool by_socket;
	int port, n, first, pubs, window, pid, asks;
	double rate, warm, dur, connect;
	const char *path, *begin, *topic, *auth, *mark, *late, *pubpath, *body, *body2;
} opt = {.n = 100,
	.pubs = 64,
	.window = 64,
	.warm = 1,
	.dur = 3,
	.connect = 600,
	.path = "/",
	.topic = "/",
	.mark = "",
	.pubpath = "/",
	.body = "{}"};

static int ep;
static struct conn *subs, *pubs;
static bool *flips;   /* which body comes next, by user */
static uint64_t *due; /* of the user's oldest operation that was not told of yet; 0: none waits */
static double *late;  /* ms from then to the notification, of each while it is measured */
static size_t late_count, late_cap;
static int next_user, next_pub, live_count;
static uint64_t published, answered, notified, polls, refused, errors, lost;

/* --- requests -------------------------------------------------------------------------------- */

static void fail(struct conn *c, const char *why)
{
	if (c->state == DEAD)
		return;
	if (errors++ < 5)
		fprintf(stderr, "%s %d, state %d: %s\n", c->is_publisher ? "publisher" : "client",
			c->index, (int)c->state, why);
	close(c->fd);
	c->state = DEAD;
	if (errors > 50)
		die("too many errors");
}

static void watch(struct conn *c, int op, bool out)
{
	struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0u), .data.ptr = c};
	c->wants_out = out;
	epoll_ctl(ep, op, c->fd, &e);
}

static void flush_out(struct conn *c)
{
	ssize_t r = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL);
	if (r < 0 && errno != EAGAIN) {
		fail(c, "send");
		return;
	}
	if (r > 0) {
		memmove(c->out, c->out + r, c->out_len - (size_t)r);
		c->out_len -= (size_t)r;
	}
	if (c->wants_out != (c->out_len > 0))
		watch(c, EPOLL_CTL_MOD, c->out_len > 0);
}

static void put(struct conn *c, const char *bytes, size_t len)
{
	ssize_t r = c->out_len ? 0 : send(c->fd, bytes, len, MSG_NOSIGNAL);
	if (r < 0 && errno != EAGAIN) {
		fail(c, "send");
		return;
	}
	size_t sent = r > 0 ? (size_t)r : 0;
	if (sent == len)
		return;
	c->out = realloc(c->out, c->out_len + len - sent);
	memcpy(c->out + c->out_len, bytes + sent, len - sent);
	c->out_len += len - sent;
	if (!c->wants_out)
		watch(c, EPOLL_CTL_MOD, true);
}

/* snprintf at the end of what is there. */
static void add(char *out, size_t *len, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	*len += (size_t)vsnprintf(out + *len, REQUEST_MAX - *len, format, args);
	va_end(args);
	if (*len >= REQUEST_MAX)
		die("a request is too long");
}

static void add_basic(char *out, size_t *len, int user)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char text[131] = "";
	int n = snprintf((char *)text, sizeof text - 3, opt.auth, user);
	add(out, len, "Authorization: Basic ");
	for (int i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)text[i] << 16 | (uint32_t)text[i + 1] << 8 | text[i + 2];
		add(out, len, "%c%c%c%c", digits[v >> 18], digits[v >> 12 & 63],
			i + 1 < n ? digits[v >> 6 & 63] : '=', i + 2 < n ? digits[v & 63] : '=');
		text[i + 3] = i + 3 < n ? text[i + 3] : 0;
	}
	add(out, len, "\r\n");
}

static void add_credentials(char *out, size_t *len, const struct conn *c, int user)
{
	if (c->cookie[0])
		add(out, len, "Cookie: %s\r\n", c->cookie);
	else if (opt.auth)
		add_basic(out, len, user);
}

static size_t write_post(
	char *out, const struct conn *c, const char *path, int user, const char *body)
{
	size_t len = 0;
	add(out, &len, "POST ");
	add(out, &len, path, user);
	add(out, &len,
		" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
		"Content-Length: %zu\r\n",
		opt.port, strlen(body));
	add_credentials(out, &len, c, user);
	add(out, &len, "\r\n%s", body);
	return len;
}

static void post(struct conn *c, const char *path, int user, const char *body)
{
	char out[REQUEST_MAX];
	put(c, out, write_post(out, c, path, user, body));
}

/* A text in one frame, RFC 6455, masked with zeros, which leave it as it is. */
static void say(struct conn *c, const char *text)
{
	char out[REQUEST_MAX] = "\x81";
	size_t len = strlen(text), head = len < 126 ? 2 : 4;
	if (len + 8 > sizeof out)
		die("a frame is too long");
	out[1] = (char)(0x80 | (len < 126 ? len : 126));
	if (head == 4) {
		out[2] = (char)(len >> 8);
		out[3] = (char)len;
	}
	memcpy(out + head + 4, text, len);
	put(c, out, head + 4 + len);
}

static int user_of(const struct conn *c)
{
	return opt.first + c->index;
}

/* A batch of Bayeux messages. */
static void tell(struct conn *c, const char *batch)
{
	if (c->is_socket)
		say(c, batch);
	else
		post(c, opt.path, user_of(c), batch);
}

static const char *connection_type(void)
{
	return opt.by_socket ? "websocket" : "long-polling";
}

static void handshake(struct conn *c)
{
	char batch[256];
	c->state = HANDSHAKING;
	snprintf(batch, sizeof batch,
		"[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\","
		"\"supportedConnectionTypes\":[\"%s\"],\"id\":\"1\"}]",
		connection_type());
	tell(c, batch);
}

static void upgrade(struct conn *c)
{
	char out[REQUEST_MAX];
	size_t len = 0;
	c->state = UPGRADING;
	add(out, &len, "GET ");
	add(out, &len, opt.path, user_of(c));
	add(out, &len,
		" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
		opt.port);
	add_credentials(out, &len, c, user_of(c));
	add(out, &len, "\r\n");
	put(c, out, len);
}

static void sign_in(struct conn *c)
{
	char out[REQUEST_MAX];
	size_t len = 0;
	c->state = SIGNING_IN;
	add(out, &len, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", opt.begin, opt.port);
	add_credentials(out, &len, c, user_of(c));
	add(out, &len, "\r\n");
	put(c, out, len);
}

static void subscribe(struct conn *c)
{
	char body[2 * REQUEST_MAX], topic[REQUEST_MAX] = "";
	size_t len = 0;
	c->state = SUBSCRIBING;
	add(topic, &len, opt.topic, user_of(c));
	snprintf(body, sizeof body,
		"[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"%s\","
		"\"id\":\"2\"}]",
		c->client_id, topic);
	tell(c, body);
}

static void poll_bayeux(struct conn *c)
{
	char out[REQUEST_MAX], body[256];
	if (!c->poll) {
		snprintf(body, sizeof body,
			"[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\","
			"\"connectionType\":\"%s\",\"id\":\"9\"}]",
			c->client_id, connection_type());
		if (c->is_socket) {
			say(c, body);
			return;
		}
		c->poll_len = write_post(out, c, opt.path, user_of(c), body);
		c->poll = memcpy(malloc(c->poll_len), out, c->poll_len);
	}
	put(c, c->poll, c->poll_len);
}

static void poll_raw(struct conn *c)
{
	char out[REQUEST_MAX];
	size_t len = 0;
	add(out, &len, "GET ");
	add(out, &len, opt.path, user_of(c));
	add(out, &len, " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", opt.port);
	if (c->modified[0])
		add(out, &len, "If-Modified-Since: %s\r\n", c->modified);
	if (c->etag[0])
		add(out, &len, "If-None-Match: %s\r\n", c->etag);
	add(out, &len, "\r\n");
	put(c, out, len);
}

static void poll(struct conn *c)
{
	polls++;
	if (opt.sub == BAYEUX)
		poll_bayeux(c);
	else
		poll_raw(c);
}

static void go_live(struct conn *c)
{
	c->state = LIVE;
	live_count++;
}

static void open_up(struct conn *c)
{
	if (!c->is_publisher && opt.sub == BAYEUX) {
		handshake(c);
		return;
	}
	go_live(c);
	if (!c->is_publisher && !c->is_socket)
		poll(c);
}

static void go_on(struct conn *c)
{
	if (!c->is_publisher && opt.by_socket)
		upgrade(c);
	else
		open_up(c);
}

static void connected(struct conn *c)
{
	if (!c->is_publisher && opt.begin)
		sign_in(c);
	else
		go_on(c);
}

/* False: no connection is free. */
static bool publish(uint64_t at)
{
	struct conn *c = NULL;
	for (int i = 0; i < opt.pubs && !c; i++) {
		struct conn *candidate = &pubs[(next_pub + i) % opt.pubs];
		if (candidate->state == LIVE && !candidate->is_busy)
			c = candidate;
	}
	if (!c)
		return false;
	int user = next_user;
	next_pub = (c->index + 1) % opt.pubs;
	next_user = (next_user + 1) % opt.n;
	post(c, opt.pubpath, user, opt.body2 && flips[user] ? opt.body2 : opt.body);
	flips[user] = !flips[user];
	c->is_busy = true;
	if (!due[user])
		due[user] = at;
	published++;
	return true;
}

/* --- responses ------------------------------------------------------------------------------- */

/* Writes the value of a header line, or "" if there is none. */
static void header_value(const char *head, size_t len, const char *name, char *out, size_t cap)
{
	const char *at = head, *end = head + len, *line_end;
	size_t name_len = strlen(name);
	out[0] = 0;
	for (; (line_end = memchr(at, '\n', (size_t)(end - at))); at = line_end + 1) {
		if ((size_t)(line_end - at) <= name_len || strncasecmp(at, name, name_len))
			continue;
		at += name_len + strspn(at + name_len, " ");
		size_t n = strcspn(at, "\r\n;");
		snprintf(out, cap, "%.*s", (int)n, at);
		return;
	}
}

static unsigned count_marks(const char *body, size_t len)
{
	unsigned count = 0;
	size_t mark_len = strlen(opt.mark);
	const char *end = body + len;
	while (mark_len && (body = memmem(body, (size_t)(end - body), opt.mark, mark_len))) {
		count++;
		body += mark_len;
	}
	return count;
}

static void note_late(uint64_t since)
{
	if (late_count == late_cap) {
		late_cap = late_cap ? 2 * late_cap : 4096;
		late = realloc(late, late_cap * sizeof *late);
	}
	late[late_count++] = (double)(now_ns() - since) * 1e-6;
}

/* Each text says when it was due: QT<16 hexadecimal digits>Q. */
static void note_texts(const char *body, size_t len)
{
	const char *end = body + len;
	while ((body = memmem(body, (size_t)(end - body), "QT", 2)) && end - body >= 19) {
		char digits[17] = "", *behind;
		memcpy(digits, body + 2, 16);
		uint64_t since = strtoull(digits, &behind, 16);
		if (!*behind && body[18] == 'Q')
			note_late(since);
		body += 2;
	}
}

static void take_notifications(struct conn *c, const char *body, size_t len)
{
	unsigned count = count_marks(body, len);
	notified += count;
	if (opt.late) {
		note_texts(body, len);
	} else if (count && due[c->index]) {
		note_late(due[c->index]);
		due[c->index] = 0;
	}
}

static void take_handshake(struct conn *c, const char *head, size_t head_len, const char *body)
{
	const char *id = strstr(body, "\"clientId\":\"");
	if (!id) {
		fail(c, "the handshake was refused");
		return;
	}
	snprintf(c->client_id, sizeof c->client_id, "%.*s", (int)strcspn(id + 12, "\""), id + 12);
	if (!c->cookie[0])
		header_value(head, head_len, "Set-Cookie:", c->cookie, sizeof c->cookie);
	subscribe(c);
}

static void take_subscriber(
	struct conn *c, const char *head, size_t head_len, char *body, size_t len)
{
	char kept = body[len]; /* what was pipelined behind; the buffer has room for one more */
	body[len] = 0;
	switch (c->state) {
	case SIGNING_IN:
		header_value(head, head_len, "Set-Cookie:", c->cookie, sizeof c->cookie);
		c->state = BEGINNING;
		post(c, opt.begin, user_of(c), opt.body);
		break;
	case BEGINNING:
		go_on(c);
		break;
	case HANDSHAKING:
		take_handshake(c, head, head_len, body);
		break;
	case SUBSCRIBING:
		if (!strstr(body, "\"successful\":true")) {
			fail(c, "the subscription was refused");
			break;
		}
		go_live(c);
		poll(c);
		break;
	default:
		take_notifications(c, body, len);
		if (c->is_socket && !strstr(body, "\"/meta/connect\""))
			break;
		if (opt.sub == RAW) {
			header_value(
				head, head_len, "Last-Modified:", c->modified, sizeof c->modified);
			header_value(head, head_len, "Etag:", c->etag, sizeof c->etag);
		}
		poll(c);
	}
	body[len] = kept;
}

/* Bytes used; 0: incomplete. A server's frames are not masked; those that are no text say nothing to us. */
static size_t take_frame(struct conn *c, char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t head = 2, size = len > 1 ? at[1] & 127 : 0;
	if (size == 126) {
		head = 4;
		size = len < head ? 0 : (size_t)at[2] << 8 | at[3];
	} else if (size == 127) {
		head = 10;
		size = 0;
		for (size_t i = 2; i < head && head <= len; i++)
			size = size << 8 | at[i];
	}
	if (len < head || len - head < size)
		return 0;
	if ((at[0] & 15) == 8)
		fail(c, "the server closed the socket");
	else if ((at[0] & 15) == 1)
		take_subscriber(c, "", 0, text + head, size);
	return head + size;
}

/* Bytes used; 0: incomplete. Every response here but an upgrade's has a Content-Length. */
static size_t take_response(struct conn *c, char *text, size_t len)
{
	char length[24];
	const char *blank = memmem(text, len, "\r\n\r\n", 4);
	if (!blank)
		return 0;
	size_t head_len = (size_t)(blank - text) + 4;
	if (c->state == UPGRADING) {
		if (atoi(text + 9) != 101)
			fail(c, "the upgrade was refused");
		c->is_socket = true;
		open_up(c);
		return head_len;
	}
	header_value(text, head_len, "Content-Length:", length, sizeof length);
	size_t body_len = (size_t)atol(length);
	if (len < head_len + body_len)
		return 0;
	if (atoi(text + 9) >= 400 && refused++ < 3)
		fprintf(stderr, "%.*s\n", (int)(head_len + body_len), text);
	if (c->is_publisher) {
		c->is_busy = false;
		answered++;
	} else
		take_subscriber(c, text, head_len, text + head_len, body_len);
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
		fail(c, r ? strerror(errno) : "the server hung up");
		return;
	}
	size_t len = c->in_len + (size_t)r, at = 0, used;
	while (at < len && c->state != DEAD &&
		(used = c->is_socket ? take_frame(c, text + at, len - at)
				     : take_response(c, text + at, len - at)))
		at += used;
	c->in_len = len - at;
	if (!c->in_len)
		return;
	c->in = realloc(c->in, c->in_len);
	memcpy(c->in, text + at, c->in_len);
}

/* --- running --------------------------------------------------------------------------------- */

static void turn(int timeout_ms)
{
	struct epoll_event events[512];
	int n = epoll_wait(ep, events, 512, timeout_ms);
	for (int i = 0; i < n; i++) {
		struct conn *c = events[i].data.ptr;
		if (c->state == DEAD)
			continue;
		if (c->state == OPENING && events[i].events & EPOLLOUT) {
			watch(c, EPOLL_CTL_MOD, false);
			connected(c);
		} else if (c->out_len && events[i].events & EPOLLOUT)
			flush_out(c);
		if (c->state != DEAD && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			readable(c);
	}
}

static void connect_all(struct conn *conns, int count, bool is_publisher)
{
	/* Passwords wait for the server's hashing thread: no more at once than its queue takes. */
	const int at_once = 48;
	uint64_t end = now_ns() + (uint64_t)(opt.connect * 1e9);
	int opened = 0, before = live_count;
	while (live_count - before < count) {
		while (opened < count && opened - (live_count - before) < at_once) {
			struct conn *c = &conns[opened];
			*c = (struct conn) {.index = opened++, .is_publisher = is_publisher};
			c->fd = tcp_connect_nb(opt.port);
			watch(c, EPOLL_CTL_ADD, true);
		}
		turn(100);
		if (now_ns() > end)
			die("only %d of %d connected", live_count - before, count);
	}
}

/* An operation is over when it is answered and, with subscribers, its notification has come. */
static uint64_t completed(void)
{
	return opt.sub == NONE || answered < notified ? answered : notified;
}

static void publish_closed(void)
{
	static uint64_t last, moved;
	uint64_t now = now_ns();
	if (completed() != last || !moved) {
		last = completed();
		moved = now;
	} else if (now - moved > 2000000000ull && answered > notified) {
		lost += answered - notified; /* never told: go on, and say so at the end */
		notified = answered;
	}
	while (published - completed() < (uint64_t)opt.window && publish(now_ns()))
		;
}

static void publish_paced(uint64_t began)
{
	uint64_t count = (uint64_t)((double)(now_ns() - began) * 1e-9 * opt.rate);
	while (published < count &&
		publish(began + (uint64_t)((double)(published + 1) / opt.rate * 1e9)))
		;
}

/* Clients go on meanwhile. False: nothing is asked of us any more. */
static bool is_asked_to_go_on(void)
{
	char line[64];
	for (;;) {
		turn(20);
		ssize_t r = read(0, line, sizeof line);
		if (r >= 0)
			return r > 0;
	}
}

static void say_ready(void)
{
	fcntl(0, F_SETFL, O_NONBLOCK);
	puts("ready");
	fflush(stdout);
}

static void run_for(double seconds, uint64_t began)
{
	uint64_t end = now_ns() + (uint64_t)(seconds * 1e9);
	while (now_ns() < end) {
		if (opt.pubs && opt.rate > 0)
			publish_paced(began);
		else if (opt.pubs)
			publish_closed();
		turn(opt.rate > 0 ? 1 : 20);
	}
}

struct reading {
	double cpu, own;
	uint64_t answered, notified, polls, at;
};

static struct reading read_all(void)
{
	return (struct reading) {
		opt.pid ? process_cpu(opt.pid) : 0, own_cpu(), answered, notified, polls, now_ns()};
}

static int order(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Of what was sorted; 0: nothing was told. */
static double late_at(double part)
{
	size_t place = (size_t)(part * (double)late_count);
	return late_count ? late[place < late_count ? place : late_count - 1] : 0;
}

static void report(const struct reading *a, const struct reading *b, long kib_before, long kib_idle)
{
	double seconds = (double)(b->at - a->at) * 1e-9;
	double ops = (double)(b->answered - a->answered);
	qsort(late, late_count, sizeof *late, order);
	printf("{\"n\":%d,\"seconds\":%.3f,\"ops\":%.0f,\"ops_per_s\":%.0f,\"notified\":%llu,"
	       "\"polls\":%llu,\"server_us_per_op\":%.3f,\"server_cpu\":%.3f,\"generator_cpu\":%."
	       "3f,"
	       "\"pss_before_kib\":%ld,\"pss_idle_kib\":%ld,\"kib_per_client\":%.3f,"
	       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
	       "\"lost\":%llu,\"refused\":%llu,\"errors\":%llu}\n",
		opt.n, seconds, ops, ops / seconds, (unsigned long long)(b->notified - a->notified),
		(unsigned long long)(b->polls - a->polls),
		ops > 0 ? (b->cpu - a->cpu) * 1e6 / ops : 0, (b->cpu - a->cpu) / seconds,
		(b->own - a->own) / seconds, kib_before, kib_idle,
		(double)(kib_idle - kib_before) / opt.n, late_at(0.5), late_at(0.99),
		(unsigned long long)lost, (unsigned long long)refused, (unsigned long long)errors);
}

static enum transport transport_of(const char *word)
{
	static const char *const words[] = {[BAYEUX] = "bayeux", [RAW] = "raw", [NONE] = "none"};
	static char first[16];
	size_t len = strcspn(word, "-");
	opt.by_socket = !strcmp(word + len, "-ws");
	snprintf(first, sizeof first, "%.*s", (int)len, word);
	word = first;
	for (int i = BAYEUX; i <= NONE; i++)
		if (!strcmp(word, words[i]))
			return (enum transport)i;
	die("--sub %s?", word);
	return NONE;
}

static void read_options(int argc, char **argv)
{
	const struct {
		const char *name;
		const char **text;
		int *number;
		double *seconds;
	} options[] = {
		{"--path", &opt.path, NULL, NULL},
		{"--begin", &opt.begin, NULL, NULL},
		{"--topic", &opt.topic, NULL, NULL},
		{"--auth", &opt.auth, NULL, NULL},
		{"--mark", &opt.mark, NULL, NULL},
		{"--late", &opt.late, NULL, NULL},
		{"--pubpath", &opt.pubpath, NULL, NULL},
		{"--body", &opt.body, NULL, NULL},
		{"--body2", &opt.body2, NULL, NULL},
		{"--port", NULL, &opt.port, NULL},
		{"--n", NULL, &opt.n, NULL},
		{"--first", NULL, &opt.first, NULL},
		{"--ask", NULL, &opt.asks, NULL},
		{"--pubs", NULL, &opt.pubs, NULL},
		{"--window", NULL, &opt.window, NULL},
		{"--pid", NULL, &opt.pid, NULL},
		{"--rate", NULL, NULL, &opt.rate},
		{"--warm", NULL, NULL, &opt.warm},
		{"--dur", NULL, NULL, &opt.dur},
		{"--connect", NULL, NULL, &opt.connect},
	};
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];
		size_t k = 0, count = sizeof options / sizeof options[0];
		if (!strcmp(argv[i], "--sub")) {
			opt.sub = transport_of(value);
			continue;
		}
		while (k < count && strcmp(argv[i], options[k].name))
			k++;
		if (k == count)
			die("what is %s?", argv[i]);
		if (options[k].text)
			*options[k].text = value;
		else if (options[k].number)
			*options[k].number = atoi(value);
		else
			*options[k].seconds = atof(value);
	}
	if (opt.n < 1 || opt.n > 28000 || opt.pubs > 1000 || opt.dur > 120)
		die("at most 28000 clients (loopback ports), 1000 publishers, 120 s");
}

static void measure(long kib_before)
{
	uint64_t began = now_ns();
	run_for(opt.warm, began);
	struct reading a = read_all();
	long kib_idle = opt.pid ? process_kib(opt.pid, "Pss:") : 0;
	a.at = now_ns();
	late_count = 0;
	run_for(opt.dur, began);
	struct reading b = read_all();
	report(&a, &b, kib_before, kib_idle);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	read_options(argc, argv);
	raise_nofile();
	ep = epoll_create1(EPOLL_CLOEXEC);
	subs = calloc((size_t)opt.n, sizeof *subs);
	pubs = calloc((size_t)opt.pubs + 1, sizeof *pubs);
	flips = calloc((size_t)opt.n, sizeof *flips);
	due = calloc((size_t)opt.n, sizeof *due);
	long kib_before = opt.pid ? process_kib(opt.pid, "Pss:") : 0;
	if (opt.sub != NONE)
		connect_all(subs, opt.n, false);
	connect_all(pubs, opt.pubs, true);
	if (!opt.asks)
		measure(kib_before);
	else
		say_ready();
	while (opt.asks && is_asked_to_go_on())
		measure(kib_before);
	return 0;
}
