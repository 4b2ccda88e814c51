/* smsc.c - the far end of an SMPP link for measuring: sends a given number of texts once somebody
 * is bound, each from another phone, and accepts every submit_sm at once. No receipts. Loopback
 * only; on SIGTERM one line of JSON.
 *
 *   smsc --port P --number 5000 --texts N [--from 15550000000] */
#include "common.h"

#define WINDOW  10 /* unanswered deliver_sm */
#define PDU_MAX 65536

enum {
	ENQUIRE_LINK = 0x15,
	UNBIND = 0x06,
	BIND_TRANSCEIVER = 0x09,
	SUBMIT_SM = 0x04,
	DELIVER_SM = 0x05,
	RESPONSE = (int)0x80000000,
};

static struct {
	int port, texts;
	const char *number;
	unsigned long from;
} opt = {.number = "5000", .from = 15550000000};

static struct {
	int fd;
	bool is_bound;
	char in[PDU_MAX], *out;
	size_t in_len, out_len, out_cap;
} conn = {.fd = -1};

static int ep;
static uint32_t sequence;
static unsigned long long delivered, deliver_answered, deliver_refused, submitted;
static volatile sig_atomic_t is_told_to_end;

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

static void deliver_one(void)
{
	char body[128] = {0};
	size_t n = 1; /* service_type: empty */
	body[n++] = 1;
	body[n++] = 1;
	n += (size_t)sprintf(body + n, "%lu", opt.from + (unsigned long)delivered++) + 1;
	body[n++] = 1;
	body[n++] = 1;
	n += (size_t)sprintf(body + n, "%.20s", opt.number) + 1;
	n += 9; /* esm_class, protocol, priority, two empty times, receipt, replace, coding, id: all 0 */
	body[n++] = 5;
	memcpy(body + n, "hello", 5);
	put_pdu(DELIVER_SM, ++sequence, body, n + 5);
}

static void deliver_more(void)
{
	while (conn.is_bound && delivered < (unsigned long long)opt.texts &&
		delivered - deliver_answered < WINDOW)
		deliver_one();
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
		put_pdu(command | (uint32_t)RESPONSE, number, id, strlen(id) + 1);
		return;
	case ENQUIRE_LINK:
	case UNBIND:
		put_pdu(command | (uint32_t)RESPONSE, number, "", 0);
		return;
	case DELIVER_SM | RESPONSE:
		deliver_answered++;
		deliver_refused += get_u32(pdu + 8) != 0;
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
		else if (!strcmp(argv[i], "--number"))
			opt.number = argv[i + 1];
		else if (!strcmp(argv[i], "--from"))
			opt.from = strtoul(argv[i + 1], NULL, 10);
		else
			die("what is %s?", argv[i]);
	}
}

int main(int argc, char **argv)
{
	read_options(argc, argv);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	int listener = tcp_listen(opt.port);
	struct epoll_event e = {.events = EPOLLIN}, events[8];
	ep = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &e);
	while (!is_told_to_end) {
		int n = epoll_wait(ep, events, 8, 100);
		for (int i = 0; i < n; i++) {
			if (!events[i].data.ptr)
				welcome(listener);
			else if (conn.fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
				readable();
		}
		deliver_more();
		if (conn.fd >= 0 && conn.out_len)
			flush_out();
	}
	printf("{\"delivered\":%llu,\"deliver_refused\":%llu,\"submitted\":%llu}\n",
		deliver_answered, deliver_refused, submitted);
	return 0;
}
