/* smsc.c - the far end of an SMPP link for measuring: sends texts once somebody is bound, and accepts every
 * submit_sm at once. No receipts. Loopback only; on SIGTERM one line of JSON.
 *
 *   smsc --port P --number 5000 --texts N [--from 15550000000]   N texts, each from another phone
 *   smsc --port P --number 5000 --ask 1   does what the lines say that come, and answers each with one of JSON:
 *       bound                     waits until somebody is
 *       texts N                   as above
 *       closed WINDOW PHONES WARM SECONDS   as many unanswered at any time, from so many phones in no order
 *       paced RATE PHONES WARM SECONDS      so many a second, whether answered or not
 *
 * Each text says when it was due, QT<16 hexadecimal digits of nanoseconds>Q, by the clock that all processes of a
 * machine share: whoever is told of it can tell how late it is. */
#include "common.h"

#define WINDOW     10        /* unanswered deliver_sm, unless it is said */
#define WINDOW_MAX (1 << 16) /* a power of two: what is sent is remembered in a ring */
#define PDU_MAX    65536
#define SPREAD     2654435761ull /* a prime: phones come in an order that no cache knows beforehand */
#define LATE_MAX   8000000       /* answers whose time is kept */

enum {
	ENQUIRE_LINK = 0x15,
	UNBIND = 0x06,
	BIND_TRANSCEIVER = 0x09,
	SUBMIT_SM = 0x04,
	DELIVER_SM = 0x05,
	RESPONSE = (int)0x80000000,
};

static struct {
	int port, texts, asks;
	const char *number;
	unsigned long from;
} opt = {.number = "5000", .from = 15550000000};

static struct {
	int fd;
	bool is_bound;
	char in[PDU_MAX], *out;
	size_t in_len, out_len, out_cap;
} conn = {.fd = -1};

enum work { NOTHING, BOUND, TEXTS, CLOSED, PACED };

/* What is being done, and since when. */
static struct {
	enum work work;
	uint64_t began, from, until; /* ns; from: what comes then is counted */
	bool is_measuring;
	double rate;
	unsigned long long window, phones, texts; /* texts: still to be sent */
	unsigned long long sent;
	/* of the time that is counted */
	unsigned long long answered, refused, submitted;
	double own_cpu;
	float *late; /* ms */
	size_t late_count;
} run;

static int ep;
static uint32_t sequence;
static unsigned long long delivered, deliver_answered, deliver_refused, submitted;
static uint64_t sent_at[WINDOW_MAX];
static volatile sig_atomic_t is_told_to_end;

/* --- PDUs ------------------------------------------------------------------------------------ */

static void put_u32(char *at, uint32_t value)
{
	value = htonl(value);
	memcpy(at, &value, 4);
}

static uint32_t get_u32(const char *at)
{
	uint32_t value;
	memcpy(&value, at, 4);
	return ntohl(value);
}

static void put_pdu(uint32_t command, uint32_t number, const char *body, size_t len)
{
	if (conn.out_len + 16 + len > conn.out_cap) {
		conn.out_cap = 2 * (conn.out_len + 16 + len) + 4096;
		conn.out = realloc(conn.out, conn.out_cap);
	}
	char *at = conn.out + conn.out_len;
	put_u32(at, (uint32_t)(16 + len));
	put_u32(at + 4, command);
	put_u32(at + 8, 0);
	put_u32(at + 12, number);
	memcpy(at + 16, body, len);
	conn.out_len += 16 + len;
}

static void deliver_one(unsigned long long phone, uint64_t due)
{
	char body[160] = {0};
	size_t n = 1; /* service_type: empty */
	body[n++] = 1;
	body[n++] = 1;
	n += (size_t)sprintf(body + n, "%llu", opt.from + phone) + 1;
	body[n++] = 1;
	body[n++] = 1;
	n += (size_t)sprintf(body + n, "%.20s", opt.number) + 1;
	n += 9; /* esm_class, protocol, priority, two empty times, receipt, replace, coding, id: all 0 */
	int len = sprintf(body + n + 1, "Where is my order? QT%016llxQ", (unsigned long long)due);
	body[n++] = (char)len;
	sent_at[++sequence % WINDOW_MAX] = due;
	put_pdu(DELIVER_SM, sequence, body, n + (size_t)len);
	delivered++;
	run.sent++;
}

/* --- what is asked --------------------------------------------------------------------------- */

static void deliver_texts(void)
{
	while (run.texts && delivered - deliver_answered < run.window) {
		run.texts--;
		deliver_one(run.sent, now_ns());
	}
}

static void deliver_closed(void)
{
	while (delivered - deliver_answered < run.window)
		deliver_one(run.sent * SPREAD % run.phones, now_ns());
}

static void deliver_paced(uint64_t now)
{
	double step = 1e9 / run.rate;
	uint64_t due;
	while ((due = run.began + (uint64_t)((double)(run.sent + 1) * step)) <= now &&
		delivered - deliver_answered < WINDOW_MAX)
		deliver_one(run.sent * SPREAD % run.phones, due);
}

static int order(const void *a, const void *b)
{
	const float *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static double late_at(double part)
{
	size_t place = (size_t)(part * (double)run.late_count);
	return run.late_count
		       ? (double)run.late[place < run.late_count ? place : run.late_count - 1]
		       : 0;
}

static void answer_asked(double seconds)
{
	qsort(run.late, run.late_count, sizeof *run.late, order);
	printf("{\"sent\":%llu,\"seconds\":%.3f,\"answered\":%llu,\"refused\":%llu,\"submitted\":%"
	       "llu,"
	       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"generator_cpu\":%.3f}\n",
		run.sent, seconds, run.answered, run.refused, run.submitted, late_at(0.5),
		late_at(0.99), seconds > 0 ? (own_cpu() - run.own_cpu) / seconds : 0);
	fflush(stdout);
	run.work = NOTHING;
}

static void measure(uint64_t now)
{
	if (!run.is_measuring && now >= run.from) {
		run.is_measuring = true;
		run.from = now;
		run.answered = run.refused = run.submitted = 0;
		run.late_count = 0;
		run.own_cpu = own_cpu();
	}
	if (now >= run.until)
		answer_asked((double)(now - run.from) * 1e-9);
}

static void work(void)
{
	uint64_t now = now_ns();
	if (!conn.is_bound || run.work == NOTHING)
		return;
	switch (run.work) {
	case CLOSED:
		measure(now);
		if (run.work == CLOSED)
			deliver_closed();
		return;
	case PACED:
		measure(now);
		if (run.work == PACED)
			deliver_paced(now);
		return;
	default:
		deliver_texts();
		if (opt.asks && !run.texts && delivered == deliver_answered)
			answer_asked((double)(now - run.began) * 1e-9);
	}
}

/* Until there is something to do that nobody tells us of: to the nanosecond, for who spins takes the time of the
 * subscribers, which run beside. */
static struct timespec patience(void)
{
	const uint64_t ms = 1000000;
	if (run.work != PACED)
		return (struct timespec) {.tv_nsec = (long)((run.work == CLOSED ? 10 : 100) * ms)};
	double next = (double)run.began + (double)(run.sent + 1) / run.rate * 1e9;
	double wait = next - (double)now_ns();
	return (struct timespec) {.tv_nsec = wait <= 0 ? 0 : wait < 1e8 ? (long)wait : 100000000};
}

static void ask(const char *line)
{
	unsigned long long count, phones;
	double warm, seconds;
	float *late = run.late ? run.late : malloc(LATE_MAX * sizeof *late);
	memset(&run, 0, sizeof run);
	run.late = late;
	run.began = now_ns();
	run.window = WINDOW;
	run.own_cpu = own_cpu();
	if (!strcmp(line, "bound\n"))
		run.work = BOUND;
	else if (sscanf(line, "texts %llu", &run.texts) == 1)
		run.work = TEXTS;
	else if (sscanf(line, "closed %llu %llu %lf %lf", &count, &phones, &warm, &seconds) == 4)
		run.work = CLOSED;
	else if (sscanf(line, "paced %llu %llu %lf %lf", &count, &phones, &warm, &seconds) == 4)
		run.work = PACED;
	else
		die("what is %s?", line);
	if (run.work != CLOSED && run.work != PACED)
		return;
	if (count < 1 || count > (run.work == CLOSED ? WINDOW_MAX / 2 : 100000) || phones < 1 ||
		seconds > 120)
		die("%s is more than is measured here", line);
	run.window = count;
	run.rate = (double)count;
	run.phones = phones;
	run.from = run.began + (uint64_t)(warm * 1e9);
	run.until = run.from + (uint64_t)(seconds * 1e9);
}

static void take_lines(void)
{
	static char text[256];
	static size_t len;
	ssize_t r = read(0, text + len, sizeof text - 1 - len);
	if (r <= 0) {
		is_told_to_end |= r == 0;
		return;
	}
	text[len += (size_t)r] = 0;
	if (text[len - 1] != '\n' && len < sizeof text - 1)
		return;
	if (run.work != NOTHING)
		die("one thing after the other");
	len = 0;
	ask(text);
}

/* --- the link -------------------------------------------------------------------------------- */

static void note_answer(uint32_t number, bool is_refused)
{
	deliver_answered++;
	deliver_refused += is_refused;
	run.answered += !is_refused;
	run.refused += is_refused;
	if (run.is_measuring && run.late_count < LATE_MAX)
		run.late[run.late_count++] =
			(float)((double)(now_ns() - sent_at[number % WINDOW_MAX]) * 1e-6);
}

static void take_pdu(const char *pdu)
{
	uint32_t command = get_u32(pdu + 4), number = get_u32(pdu + 12);
	char id[24];
	switch ((int)command) {
	case BIND_TRANSCEIVER:
		conn.is_bound = true;
		put_pdu(command | (uint32_t)RESPONSE, number, "bench", 6);
		return;
	case SUBMIT_SM:
		snprintf(id, sizeof id, "m%llx", ++submitted);
		run.submitted++;
		put_pdu(command | (uint32_t)RESPONSE, number, id, strlen(id) + 1);
		return;
	case ENQUIRE_LINK:
	case UNBIND:
		put_pdu(command | (uint32_t)RESPONSE, number, "", 0);
		return;
	case DELIVER_SM | RESPONSE:
		note_answer(number, get_u32(pdu + 8) != 0);
		return;
	default:
		return;
	}
}

static void hang_up(void)
{
	close(conn.fd);
	conn.fd = -1;
	conn.is_bound = false;
	conn.in_len = conn.out_len = 0;
	delivered = deliver_answered; /* nobody answers them any more */
}

static void flush_out(void)
{
	ssize_t r = send(conn.fd, conn.out, conn.out_len, MSG_NOSIGNAL);
	if (r < 0 && errno != EAGAIN) {
		hang_up();
		return;
	}
	if (r > 0) {
		memmove(conn.out, conn.out + r, conn.out_len - (size_t)r);
		conn.out_len -= (size_t)r;
	}
	struct epoll_event e = {
		.events = EPOLLIN | (conn.out_len ? EPOLLOUT : 0u), .data.ptr = &conn};
	epoll_ctl(ep, EPOLL_CTL_MOD, conn.fd, &e);
}

static void readable(void)
{
	ssize_t r = recv(conn.fd, conn.in + conn.in_len, sizeof conn.in - conn.in_len, 0);
	if (r <= 0) {
		if (r == 0 || errno != EAGAIN)
			hang_up();
		return;
	}
	size_t at = 0, pdu_len;
	conn.in_len += (size_t)r;
	while (conn.in_len - at >= 16 && (pdu_len = get_u32(conn.in + at)) <= conn.in_len - at) {
		if (pdu_len < 16)
			die("a PDU of %zu bytes", pdu_len);
		take_pdu(conn.in + at);
		at += pdu_len;
	}
	memmove(conn.in, conn.in + at, conn.in_len - at);
	conn.in_len -= at;
}

/* One peer at a time: a new one takes the place of the old. */
static void welcome(int listener)
{
	int one = 1, s = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = &conn};
	if (s < 0)
		return;
	if (conn.fd >= 0)
		hang_up();
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	conn.fd = s;
	epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
}

static void on_signal(int signal)
{
	(void)signal;
	is_told_to_end = 1;
}

static void read_options(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--port"))
			opt.port = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--texts"))
			opt.texts = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--ask"))
			opt.asks = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--number"))
			opt.number = argv[i + 1];
		else if (!strcmp(argv[i], "--from"))
			opt.from = strtoul(argv[i + 1], NULL, 10);
		else
			die("what is %s?", argv[i]);
	}
}

/* Who is in an event's data. */
static int listener;

static void listen_to_all(void)
{
	struct epoll_event link = {.events = EPOLLIN, .data.ptr = &listener};
	struct epoll_event lines = {.events = EPOLLIN, .data.ptr = &opt};
	ep = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &link);
	if (opt.asks)
		epoll_ctl(ep, EPOLL_CTL_ADD, 0, &lines);
}

static void take(const struct epoll_event *event)
{
	if (event->data.ptr == &listener)
		welcome(listener);
	else if (event->data.ptr == &opt)
		take_lines();
	else if (conn.fd >= 0 && event->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		readable();
}

int main(int argc, char **argv)
{
	read_options(argc, argv);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	listener = tcp_listen(opt.port);
	listen_to_all();
	if (!opt.asks) {
		run.work = TEXTS;
		run.window = WINDOW;
		run.texts = (unsigned long long)opt.texts;
	}
	while (!is_told_to_end) {
		struct epoll_event events[8];
		struct timespec wait = patience();
		int n = epoll_pwait2(ep, events, 8, &wait, NULL);
		for (int i = 0; i < n; i++)
			take(&events[i]);
		work();
		if (conn.fd >= 0 && conn.out_len)
			flush_out();
	}
	printf("{\"delivered\":%llu,\"deliver_refused\":%llu,\"submitted\":%llu}\n",
		deliver_answered, deliver_refused, submitted);
	return 0;
}
