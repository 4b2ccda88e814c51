/* net_uv_test.c - the real world, on this machine's own loopback. */
#include "base/arena.h"
#include "net/net_uv.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A test that hangs must fail: the loop is stopped after this. */
#define HANG_MS 20000

struct world {
	struct net *net;
	struct net_timer guard;
	struct net_listener *listener;
	struct net_conn *accepted;
	struct net_conn *client;
	struct buf client_got;
	struct buf server_got;
	struct buf order;
	size_t wanted; /* the client stops the loop at so many bytes; 0: at its end */
	int accepted_closed;
	int client_closed;
	int drained;
	bool is_hung;
	struct net_timer later; /* again, while nobody has been accepted */
};

static void hang(void *ctx)
{
	struct world *w = ctx;
	w->is_hung = true;
	net_uv_stop(w->net);
}

static unsigned grid_ms; /* of the world */

static struct net *new_net(void)
{
	struct net *net = net_uv_new();
	net_uv_set_grid(net, grid_ms);
	return net;
}

static int set_up(void **state, unsigned grid)
{
	struct world *w = mem_new(sizeof *w);
	grid_ms = grid;
	w->net = new_net();
	w->guard.fire = hang;
	w->guard.ctx = w;
	net_timer_start(w->net, &w->guard, HANG_MS);
	*state = w;
	return 0;
}

static int setup(void **state)
{
	return set_up(state, 0);
}

static int setup_on_a_grid(void **state)
{
	return set_up(state, 4);
}

static int teardown(void **state)
{
	struct world *w = *state;
	net_timer_stop(w->net, &w->guard);
	net_uv_free(&w->net);
	buf_free(&w->client_got);
	buf_free(&w->server_got);
	buf_free(&w->order);
	free(w);
	return 0;
}

static void run(struct world *w)
{
	net_uv_run(w->net);
	assert_false(w->is_hung);
}

static void assert_bytes(const struct buf *got, const char *wanted)
{
	assert_int_equal(got->len, strlen(wanted));
	assert_memory_equal(got->at, wanted, got->len);
}

/* --- a server that echoes, a client that says hello --- */

static void echo(struct net_conn *conn, struct str bytes)
{
	struct world *w = net_conn_ctx(conn);
	buf_put(&w->server_got, bytes);
	net_write(conn, bytes);
}

static void accepted_closed(struct net_conn *conn)
{
	struct world *w = net_conn_ctx(conn);
	w->accepted = NULL;
	w->accepted_closed++;
	if (w->client_closed)
		net_uv_stop(w->net);
}

static void count_drained(struct net_conn *conn)
{
	struct world *w = net_conn_ctx(conn);
	w->drained++;
	buf_puts(&w->order, "drained;");
}

static const struct net_handler echoes = {
	.on_data = echo,
	.on_drained = count_drained,
	.on_closed = accepted_closed,
};

static void accept_echo(void *ctx, struct net_conn *conn)
{
	struct world *w = ctx;
	w->accepted = conn;
	net_conn_attach(conn, &echoes, w);
}

static void say_hello(struct net_conn *conn)
{
	net_write(conn, STR("hello"));
}

static void client_data(struct net_conn *conn, struct str bytes)
{
	struct world *w = net_conn_ctx(conn);
	buf_put(&w->client_got, bytes);
	if (w->wanted && w->client_got.len >= w->wanted)
		net_uv_stop(w->net);
}

static void client_closed(struct net_conn *conn)
{
	struct world *w = net_conn_ctx(conn);
	w->client = NULL;
	w->client_closed++;
	if (w->accepted_closed || !w->listener)
		net_uv_stop(w->net);
}

static const struct net_handler hello = {
	.on_open = say_hello,
	.on_data = client_data,
	.on_closed = client_closed,
};

static unsigned listen_on(struct world *w, const char *host)
{
	assert_int_equal(net_listen(w->net, str_of(host), 0, accept_echo, w, &w->listener), OK);
	return net_listener_port(w->listener);
}

static void a_client_gets_its_bytes_echoed(void **state)
{
	struct world *w = *state;
	unsigned port = listen_on(w, "127.0.0.1");
	assert_true(port > 0);
	w->wanted = 5;
	w->client = net_connect(w->net, STR_NONE, STR("127.0.0.1"), port, &hello, w);
	run(w);
	assert_bytes(&w->client_got, "hello");
	assert_true(str_is(net_conn_peer(w->accepted), "127.0.0.1"));
}

static void a_host_name_is_found_whichever_address_listens(void **state)
{
	struct world *w = *state;
	unsigned port = listen_on(w, "127.0.0.1"); /* localhost may be ::1 as well */
	w->wanted = 5;
	w->client = net_connect(w->net, STR_NONE, STR("localhost"), port, &hello, w);
	run(w);
	assert_bytes(&w->client_got, "hello");
}

static void what_is_written_before_the_connection_is_up_arrives_first(void **state)
{
	struct world *w = *state;
	unsigned port = listen_on(w, "127.0.0.1");
	w->wanted = 8;
	w->client = net_connect(w->net, STR_NONE, STR("127.0.0.1"), port, &hello, w);
	net_write(w->client, STR("oh "));
	assert_int_equal(net_unsent(w->client), 3);
	run(w);
	assert_bytes(&w->client_got, "oh hello");
}

static void nobody_listening_ends_in_on_closed(void **state)
{
	struct world *w = *state;
	unsigned port = listen_on(w, "127.0.0.1");
	net_listener_close(&w->listener);
	assert_null(w->listener);
	w->client = net_connect(w->net, STR_NONE, STR("127.0.0.1"), port, &hello, w);
	assert_int_equal(w->client_closed, 0); /* never from inside net_connect */
	run(w);
	assert_int_equal(w->client_closed, 1);
}

static void a_name_that_does_not_exist_ends_in_on_closed(void **state)
{
	struct world *w = *state;
	w->client = net_connect(w->net, STR_NONE, STR("no such host"), 80, &hello, w);
	run(w);
	assert_int_equal(w->client_closed, 1);
}

static void closing_while_connecting_ends_in_one_on_closed(void **state)
{
	struct world *w = *state;
	unsigned port = listen_on(w, "127.0.0.1");
	net_listener_close(&w->listener);
	w->client = net_connect(w->net, STR_NONE, STR("localhost"), port, &hello, w);
	net_close(w->client, 1000);
	net_close(w->client, 0);
	assert_int_equal(w->client_closed, 0);
	run(w);
	assert_int_equal(w->client_closed, 1);
}

static void an_address_can_be_listened_on_once(void **state)
{
	struct world *w = *state;
	struct net_listener *second = NULL;
	unsigned port = listen_on(w, "127.0.0.1");
	assert_int_equal(
		net_listen(w->net, STR("127.0.0.1"), port, accept_echo, w, &second), ERR_INTERNAL);
	assert_int_equal(net_listen(w->net, STR("not an address"), 0, accept_echo, w, &second),
		ERR_INTERNAL);
	assert_null(second);
}

static void unix_sockets_are_private_and_replace_stale_ones_only(void **state)
{
	struct world *w = *state;
	struct net_listener *second = NULL;
	struct sockaddr_un stale = {.sun_family = AF_UNIX};
	struct stat found;
	char folder[] = "/tmp/net_uv_test.XXXXXX";
	assert_non_null(mkdtemp(folder));
	snprintf(stale.sun_path, sizeof stale.sun_path, "%s/sock", folder);
	int left = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(left, (struct sockaddr *)&stale, sizeof stale), 0);
	close(left);

	struct str path = str_of(stale.sun_path);
	assert_int_equal(net_listen_unix(w->net, path, accept_echo, w, &w->listener), OK);
	assert_int_equal(stat(stale.sun_path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	assert_int_equal(net_listen_unix(w->net, path, accept_echo, w, &second), ERR_INTERNAL);
	w->wanted = 5;
	w->client = net_connect_unix(w->net, path, &hello, w);
	run(w);
	assert_bytes(&w->client_got, "hello");
	net_listener_close(&w->listener);
	assert_int_equal(stat(stale.sun_path, &found), -1);
	rmdir(folder);
}

/* --- what is written in parts --- */

static struct {
	size_t count, bytes;
	char *text; /* all of them, one behind the other */
} parts;

/* Between two of them an empty one. */
static void write_parts(struct net_conn *conn)
{
	struct str *at = mem_new(2 * parts.count * sizeof *at);
	for (size_t i = 0; i < parts.count; i++)
		at[2 * i] = str_from(parts.text + i * parts.bytes, parts.bytes);
	net_writev(conn, at, 2 * parts.count);
	free(at);
	net_write(conn, STR("!"));
}

static void keep(struct net_conn *conn, struct str bytes)
{
	struct world *w = net_conn_ctx(conn);
	buf_put(&w->server_got, bytes);
	if (w->server_got.len == parts.count * parts.bytes + 1)
		net_uv_stop(w->net);
}

static void ignore(struct net_conn *conn)
{
}

static void accept_keeper(void *ctx, struct net_conn *conn)
{
	static const struct net_handler keeper = {.on_data = keep, .on_closed = ignore};
	net_conn_attach(conn, &keeper, ctx);
}

/* Few, as many as one call of the system takes, more, more than it may be given, and more bytes than it takes
 * at once; before the connection is up and afterwards. */
static void parts_arrive_as_if_they_had_been_put_together(void **state)
{
	static const struct net_handler early = {.on_open = ignore, .on_closed = ignore};
	static const struct net_handler late = {.on_open = write_parts, .on_closed = ignore};
	static const size_t rows[][2] = {
		{1, 1}, {31, 7}, {32, 7}, {33, 7}, {700, 100}, {90, 200000}};
	struct world *w = *state;
	assert_int_equal(
		net_listen(w->net, STR("127.0.0.1"), 0, accept_keeper, w, &w->listener), OK);
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		size_t len = rows[i / 2][0] * rows[i / 2][1];
		parts.count = rows[i / 2][0];
		parts.bytes = rows[i / 2][1];
		parts.text = mem_new(len);
		for (size_t n = 0; n < len; n++)
			parts.text[n] = (char)('a' + n / 3 % 23);
		w->server_got.len = 0;
		w->client = net_connect(w->net, STR_NONE, STR("127.0.0.1"),
			net_listener_port(w->listener), i % 2 ? &early : &late, w);
		if (i % 2)
			write_parts(w->client);
		run(w);
		assert_memory_equal(w->server_got.at, parts.text, len);
		assert_int_equal(w->server_got.at[len], '!');
		net_close(w->client, 0);
		free(parts.text);
	}
}

/* --- how connections end --- */

static int connected_socket(unsigned port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static void stop_at_end(struct net_conn *conn)
{
	struct world *w = net_conn_ctx(conn);
	w->accepted_closed++;
	net_uv_stop(w->net);
}

static void accept_last(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {.on_data = echo, .on_closed = stop_at_end};
	net_conn_attach(conn, &handler, ctx);
}

static void a_side_that_ends_its_sending_still_gets_the_answer(void **state)
{
	struct world *w = *state;
	char got[8];
	assert_int_equal(net_listen(w->net, STR("127.0.0.1"), 0, accept_last, w, &w->listener), OK);
	int fd = connected_socket(net_listener_port(w->listener));
	assert_int_equal(write(fd, "bye", 3), 3);
	shutdown(fd, SHUT_WR);
	run(w);
	assert_int_equal(w->accepted_closed, 1);
	assert_int_equal(read(fd, got, sizeof got), 3);
	assert_int_equal(read(fd, got, sizeof got), 0); /* an orderly end, not a reset */
	close(fd);
}

static void answer_and_close(struct net_conn *conn, struct str bytes)
{
	net_write(conn, STR("enough"));
	net_close(conn, 5000);
	net_write(conn, STR("lost"));
}

static void accept_rude(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {
		.on_data = answer_and_close, .on_closed = stop_at_end};
	net_conn_attach(conn, &handler, ctx);
}

struct talker {
	int fd;
	char got[16];
	ssize_t got_len;
	ssize_t end;
};

/* Sends more than is read of it, then reads the answer: it must not have been reset. */
static void *talk_too_much(void *ctx)
{
	struct talker *talker = ctx;
	char much[4096] = {0};
	for (int i = 0; i < 64; i++)
		if (write(talker->fd, much, sizeof much) < 0)
			break;
	shutdown(talker->fd, SHUT_WR);
	talker->got_len = read(talker->fd, talker->got, sizeof talker->got);
	talker->end = read(talker->fd, talker->got + 8, 8);
	return NULL;
}

static void the_last_answer_survives_unread_bytes(void **state)
{
	struct world *w = *state;
	struct talker talker = {0};
	pthread_t thread;
	assert_int_equal(net_listen(w->net, STR("127.0.0.1"), 0, accept_rude, w, &w->listener), OK);
	talker.fd = connected_socket(net_listener_port(w->listener));
	assert_int_equal(pthread_create(&thread, NULL, talk_too_much, &talker), 0);
	run(w);
	pthread_join(thread, NULL);
	close(talker.fd);
	assert_int_equal(talker.got_len, 6);
	assert_memory_equal(talker.got, "enough", 6);
	assert_int_equal(talker.end, 0);
}

static void write_much(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {
		.on_data = echo, .on_drained = count_drained, .on_closed = stop_at_end};
	struct world *w = ctx;
	static const size_t much = 16 * 1024 * 1024;
	char *bytes = mem_new(much);
	w->accepted = conn;
	net_conn_attach(conn, &handler, w);
	net_write(conn, str_from(bytes, much));
	net_write(conn, STR("end"));
	free(bytes);
	assert_true(net_unsent(conn) > 0 && net_unsent(conn) <= much + 3);
	assert_true(grid_ms || net_unsent(conn) < much + 3);
}

static void close_accepted(void *ctx)
{
	struct world *w = ctx;
	if (w->accepted)
		net_close(w->accepted, 100);
	else
		net_timer_start(w->net, &w->later, 20);
}

/* Nobody reads at the other end, so the bytes cannot leave, and the connection ends all the same. */
static void a_close_waits_no_longer_than_asked(void **state)
{
	struct world *w = *state;
	assert_int_equal(net_listen(w->net, STR("127.0.0.1"), 0, write_much, w, &w->listener), OK);
	int fd = connected_socket(net_listener_port(w->listener));
	msec before = net_now(w->net);
	w->later = (struct net_timer) {.fire = close_accepted, .ctx = w};
	net_timer_start(w->net, &w->later, 20);
	run(w);
	assert_int_equal(w->accepted_closed, 1);
	assert_true(net_now(w->net) - before >= 120);
	assert_int_equal(w->drained, 0);
	close(fd);
}

static void all_read(struct net_conn *conn, struct str bytes)
{
	struct world *w = net_conn_ctx(conn);
	w->server_got.len = 0;
	w->wanted += bytes.len;
	if (bytes.at[bytes.len - 1] == 'd')
		buf_puts(&w->order, "read;");
	if (w->drained && w->wanted == 16 * 1024 * 1024 + 3)
		net_uv_stop(w->net);
}

static void start_reading(void *ctx)
{
	struct world *w = ctx;
	if (!w->accepted) {
		net_timer_start(w->net, &w->later, 20);
		return;
	}
	assert_int_equal(w->wanted, 0);
	assert_true(net_unsent(w->accepted) > 0);
	net_read(w->client, true);
}

static void a_slow_reader_is_felt_as_unsent_bytes_and_drains(void **state)
{
	static const struct net_handler reader = {.on_data = all_read, .on_closed = client_closed};
	struct world *w = *state;
	assert_int_equal(net_listen(w->net, STR("127.0.0.1"), 0, write_much, w, &w->listener), OK);
	w->client = net_connect(
		w->net, STR_NONE, STR("127.0.0.1"), net_listener_port(w->listener), &reader, w);
	net_read(w->client, false);
	w->later = (struct net_timer) {.fire = start_reading, .ctx = w};
	net_timer_start(w->net, &w->later, 50);
	run(w);
	assert_bytes(&w->order, "drained;read;");
	assert_int_equal(net_unsent(w->accepted), 0);
}

/* --- timers, turns, threads --- */

struct note {
	struct world *w;
	const char *text;
};

static void write_note(void *ctx)
{
	struct note *note = ctx;
	buf_puts(&note->w->order, note->text);
}

static void write_note_and_stop(void *ctx)
{
	write_note(ctx);
	net_uv_stop(((struct note *)ctx)->w->net);
}

static void timers_fire_in_the_order_of_their_times(void **state)
{
	struct world *w = *state;
	struct note a = {w, "a"}, b = {w, "b"}, c = {w, "c"}, d = {w, "d"}, e = {w, "e"};
	struct net_timer ta = {write_note, &a, NULL}, tb = {write_note, &b, NULL};
	struct net_timer tc = {write_note, &c, NULL}, td = {write_note, &d, NULL};
	struct net_timer te = {write_note_and_stop, &e, NULL};
	msec before = net_now(w->net);
	net_timer_start(w->net, &te, 60);
	net_timer_start(w->net, &tc, 10);
	net_timer_start(w->net, &ta, 1000);
	net_timer_start(w->net, &td, 20);
	net_timer_start(w->net, &tb, 5);
	net_timer_start(w->net, &ta, 0); /* moved */
	net_timer_stop(w->net, &td);
	net_timer_stop(w->net, &td);
	run(w);
	assert_bytes(&w->order, "abce");
	assert_true(net_now(w->net) - before >= 60);
}

static void defer_more(void *ctx)
{
	static struct note last;
	struct note *note = ctx;
	write_note(note);
	last = (struct note) {note->w, "4"};
	net_defer(note->w->net, write_note_and_stop, &last);
}

static void deferred_calls_run_in_order_and_their_own_later(void **state)
{
	struct world *w = *state;
	struct note one = {w, "1"}, two = {w, "2"}, three = {w, "3"};
	net_defer(w->net, write_note, &one);
	net_defer(w->net, defer_more, &two);
	net_defer(w->net, write_note, &three);
	assert_int_equal(w->order.len, 0);
	run(w);
	assert_bytes(&w->order, "1234");
}

/* Long work whose pieces do not end. */
struct long_work {
	struct world *w;
	struct net_turn turn;
	unsigned pieces;
};

static void make_piece(void *ctx)
{
	struct long_work *work = ctx;
	work->pieces++;
	/* On a grid they are made as far as the time goes: one lasts as long as one may. */
	for (msec began = net_now(work->w->net); grid_ms && net_now(work->w->net) < began + 2;)
		continue;
	net_turn_ask(work->w->net, &work->turn, NET_FIRST);
}

static void others_are_served_between_two_pieces_of_long_work(void **state)
{
	struct world *w = *state;
	struct long_work work = {.w = w};
	struct note served = {w, "served"};
	struct net_timer timer = {write_note_and_stop, &served, NULL};
	work.turn = (struct net_turn) {.run = make_piece, .ctx = &work};
	make_piece(&work);
	net_timer_start(w->net, &timer, 0);
	run(w);
	assert_bytes(&w->order, "served");
	assert_true(work.pieces <= 3); /* one a turn of the loop */
	net_turn_drop(&work.turn);
}

/* On a grid: what is written leaves neither at once nor when all is read, but when it is time. */
struct turn_seen {
	struct world *w;
	struct net_timer write; /* the client was accepted by then, or later on a busy machine */
	size_t unsent_at_write, unsent_when_read;
	unsigned reads;
};

static void see_read(void *ctx)
{
	struct turn_seen *seen = ctx;
	seen->reads++;
	seen->unsent_when_read = net_unsent(seen->w->accepted);
}

static void write_and_see(void *ctx)
{
	struct turn_seen *seen = ctx;
	if (!seen->w->accepted) {
		net_timer_start(seen->w->net, &seen->write, 10);
		return;
	}
	net_write(seen->w->accepted, STR("one "));
	net_write(seen->w->accepted, STR("two"));
	seen->unsent_at_write = net_unsent(seen->w->accepted);
	if (!net_once_read(seen->w->net, see_read, seen))
		see_read(seen);
}

static void what_is_written_leaves_at_its_time(void **state)
{
	struct world *w = *state;
	struct turn_seen seen = {.w = w};
	seen.write = (struct net_timer) {write_and_see, &seen, NULL};
	w->wanted = 12; /* its hello, then these */
	w->client = net_connect(
		w->net, STR_NONE, STR("127.0.0.1"), listen_on(w, "127.0.0.1"), &hello, w);
	net_timer_start(w->net, &seen.write, 50);
	run(w);
	assert_int_equal(seen.reads, 1);
	assert_int_equal(seen.unsent_at_write, grid_ms ? 7 : 0);
	assert_int_equal(seen.unsent_when_read, grid_ms ? 7 : 0);
	assert_int_equal(net_unsent(w->accepted), 0);
	assert_int_equal(w->drained, grid_ms ? 2 : 0); /* not of what left at once */
}

/* Two who are written to in one turn, the later one first. */
struct two {
	struct world *w;
	struct net_conn *accepted[2], *clients[2];
	unsigned count;
};

static void note_who(struct net_conn *conn, struct str bytes)
{
	struct two *two = net_conn_ctx(conn);
	buf_put(&two->w->order, bytes);
	if (two->w->order.len == 2)
		net_uv_stop(two->w->net);
}

static void forget_one(struct net_conn *conn)
{
}

static const struct net_handler noting = {.on_data = note_who, .on_closed = forget_one};

static void write_to_both(void *ctx)
{
	struct two *two = ctx;
	if (two->count < 2) {
		net_timer_start(two->w->net, &two->w->later, 20);
		return;
	}
	net_order(two->accepted[0], NET_LAST);
	net_write(two->accepted[0], STR("l"));
	net_write(two->accepted[1], STR("f"));
}

static void accept_two(void *ctx, struct net_conn *conn)
{
	struct two *two = ctx;
	net_conn_attach(conn, &noting, two);
	two->accepted[two->count++] = conn;
}

static void on_a_grid_whoever_is_last_is_written_to_last(void **state)
{
	struct world *w = *state;
	struct two two = {.w = w};
	assert_int_equal(
		net_listen(w->net, STR("127.0.0.1"), 0, accept_two, &two, &w->listener), OK);
	unsigned port = net_listener_port(w->listener);
	for (int i = 0; i < 2; i++)
		two.clients[i] =
			net_connect(w->net, STR_NONE, STR("127.0.0.1"), port, &noting, &two);
	w->later = (struct net_timer) {.fire = write_to_both, .ctx = &two};
	net_timer_start(w->net, &w->later, 20);
	run(w);
	assert_bytes(&w->order, grid_ms ? "fl" : "lf");
	for (int i = 0; i < 2; i++) {
		net_close(two.clients[i], 0);
		net_close(two.accepted[i], 0);
	}
}

#define POSTS 1000
struct posted {
	struct world *w;
	unsigned at[POSTS + 1];
	unsigned next;
	unsigned out_of_order;
	pthread_t loop;
	bool elsewhere;
};

static void take_post(void *ctx)
{
	unsigned *number = ctx;
	struct posted *posted =
		(struct posted *)((char *)(number - *number) - offsetof(struct posted, at));
	posted->out_of_order += *number != posted->next++;
	posted->elsewhere |= !pthread_equal(posted->loop, pthread_self());
	if (posted->next == POSTS)
		net_uv_stop(posted->w->net);
}

static void *post_all(void *ctx)
{
	struct posted *posted = ctx;
	for (unsigned i = 0; i < POSTS; i++)
		net_post(posted->w->net, take_post, &posted->at[i]);
	return NULL;
}

static void posts_of_another_thread_arrive_on_the_loop_in_order(void **state)
{
	struct posted posted = {.w = *state, .loop = pthread_self()};
	pthread_t thread;
	for (unsigned i = 0; i < POSTS; i++)
		posted.at[i] = i;
	assert_int_equal(pthread_create(&thread, NULL, post_all, &posted), 0);
	run(posted.w);
	pthread_join(thread, NULL);
	assert_int_equal(posted.next, POSTS);
	assert_int_equal(posted.out_of_order, 0);
	assert_false(posted.elsewhere);
}

struct job {
	struct world *w;
	pthread_t worked_on;
	char name;
	bool is_last;
};

static void job_work(void *ctx)
{
	struct job *job = ctx;
	job->worked_on = pthread_self();
	if (job->name == 'a')
		usleep(20000); /* the first takes longest, and is still the first to be done */
}

static void job_done(void *ctx)
{
	struct job *job = ctx;
	buf_put_byte(&job->w->order, job->name);
	if (job->is_last)
		net_uv_stop(job->w->net);
}

static void work_is_done_on_one_other_thread_in_order(void **state)
{
	struct world *w = *state;
	struct job jobs[3] = {{.w = w, .name = 'a'}, {.w = w, .name = 'b'},
		{.w = w, .name = 'c', .is_last = true}};
	for (int i = 0; i < 3; i++)
		net_work(w->net, job_work, job_done, &jobs[i]);
	run(w);
	assert_bytes(&w->order, "abc");
	assert_false(pthread_equal(jobs[0].worked_on, pthread_self()));
	assert_true(pthread_equal(jobs[0].worked_on, jobs[2].worked_on));
}

static void the_loop_waits_for_work_and_ends_when_nothing_is_left(void **state)
{
	struct world *w = *state;
	struct job job = {.w = w, .name = 'a'};
	net_timer_stop(w->net, &w->guard);
	net_work(w->net, job_work, job_done, &job);
	net_uv_run(w->net);
	assert_bytes(&w->order, "a");
}

static void freeing_the_world_with_work_and_connections_open_leaks_nothing(void **state)
{
	struct world *w = *state;
	struct job jobs[2] = {{.w = w, .name = 'a'}, {.w = w, .name = 'b'}};
	unsigned port = listen_on(w, "127.0.0.1");
	w->wanted = 5;
	w->client = net_connect(w->net, STR_NONE, STR("127.0.0.1"), port, &hello, w);
	run(w);
	w->order.len = 0;
	net_connect(w->net, STR_NONE, STR("localhost"), port, &hello, w);
	net_close(w->client, 1000);
	net_work(w->net, job_work, job_done, &jobs[0]);
	net_work(w->net, job_work, job_done, &jobs[1]);
	net_uv_free(&w->net);
	assert_null(w->net);
	assert_int_equal(w->client_closed + w->accepted_closed, 0); /* nobody is told */
	assert_int_equal(w->order.len, 0);
	w->net = new_net();
}

static void stop_on_signal(void *ctx, int number)
{
	struct world *w = ctx;
	buf_printf(&w->order, "%d", number);
	net_uv_stop(w->net);
}

static void raise_usr1(void *ctx)
{
	raise(SIGUSR1);
}

static void a_signal_arrives_on_the_loop(void **state)
{
	struct world *w = *state;
	char wanted[16];
	net_uv_on_signal(w->net, SIGUSR1, stop_on_signal, w);
	net_defer(w->net, raise_usr1, NULL);
	run(w);
	snprintf(wanted, sizeof wanted, "%d", SIGUSR1);
	assert_bytes(&w->order, wanted);
}

static void random_bytes_differ_from_draw_to_draw(void **state)
{
	struct world *w = *state;
	struct net_stream stream = net_stream_of(w->net, STR("ann"), 1);
	unsigned char one[32] = {0}, two[32] = {0};
	net_random(w->net, &stream, one, sizeof one);
	net_random(w->net, &stream, two, sizeof two);
	assert_memory_not_equal(one, two, sizeof one);
}

static void what_is_written_to_a_connection_that_ended_never_counts_as_sent(void **state)
{
	struct world *w = *state;
	struct net_conn *conn = net_connect(
		w->net, STR_NONE, STR("127.0.0.1"), listen_on(w, "127.0.0.1"), &hello, w);
	net_close(conn, 0);
	net_write(conn, STR("an answer"));
	assert_true(net_unsent(conn) > 0);
}

static void stopping_before_anything_runs_does_not_spoil_the_end(void **state)
{
	struct world *w = *state;
	net_connect(w->net, STR_NONE, STR("127.0.0.1"), listen_on(w, "127.0.0.1"), &hello, w);
	net_uv_stop(w->net);
	net_uv_free(&w->net);
	assert_null(w->net);
	w->net = new_net();
}

/* Each on both, since a world on a grid must do all that one without it does. */
#define WORLD_TEST(name)                                                                           \
	{#name, name, setup, teardown, NULL},                                                      \
	{                                                                                          \
#name "_on_a_grid", name, setup_on_a_grid, teardown, NULL                          \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_client_gets_its_bytes_echoed),
		WORLD_TEST(a_host_name_is_found_whichever_address_listens),
		WORLD_TEST(what_is_written_before_the_connection_is_up_arrives_first),
		WORLD_TEST(nobody_listening_ends_in_on_closed),
		WORLD_TEST(a_name_that_does_not_exist_ends_in_on_closed),
		WORLD_TEST(closing_while_connecting_ends_in_one_on_closed),
		WORLD_TEST(an_address_can_be_listened_on_once),
		WORLD_TEST(unix_sockets_are_private_and_replace_stale_ones_only),
		WORLD_TEST(a_side_that_ends_its_sending_still_gets_the_answer),
		WORLD_TEST(the_last_answer_survives_unread_bytes),
		WORLD_TEST(a_close_waits_no_longer_than_asked),
		WORLD_TEST(parts_arrive_as_if_they_had_been_put_together),
		WORLD_TEST(a_slow_reader_is_felt_as_unsent_bytes_and_drains),
		WORLD_TEST(timers_fire_in_the_order_of_their_times),
		WORLD_TEST(deferred_calls_run_in_order_and_their_own_later),
		WORLD_TEST(others_are_served_between_two_pieces_of_long_work),
		WORLD_TEST(what_is_written_leaves_at_its_time),
		WORLD_TEST(on_a_grid_whoever_is_last_is_written_to_last),
		WORLD_TEST(posts_of_another_thread_arrive_on_the_loop_in_order),
		WORLD_TEST(work_is_done_on_one_other_thread_in_order),
		WORLD_TEST(the_loop_waits_for_work_and_ends_when_nothing_is_left),
		WORLD_TEST(freeing_the_world_with_work_and_connections_open_leaks_nothing),
		WORLD_TEST(a_signal_arrives_on_the_loop),
		WORLD_TEST(what_is_written_to_a_connection_that_ended_never_counts_as_sent),
		WORLD_TEST(stopping_before_anything_runs_does_not_spoil_the_end),
		WORLD_TEST(random_bytes_differ_from_draw_to_draw),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
