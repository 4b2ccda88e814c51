/* input_lines.c - looking at standard input, and cutting it into lines. */
#include "cli/input_lines.h"
#include "base/arena.h"
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct input_lines {
	struct net *net;
	void (*on_line)(void *ctx, struct str line);
	void *ctx;
	struct net_timer look;
	struct buf
		line; /* what came of it so far; one byte more than it may have, if it is too long */
};

static void end_line(struct input_lines *lines)
{
	struct str line = buf_str(&lines->line);
	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	if (line.len > INPUT_LINE_MAX)
		log_warn("input", "a line of more than %d bytes is left out", INPUT_LINE_MAX);
	else
		lines->on_line(lines->ctx, line);
	lines->line.len = 0;
}

/* Room for "\r" and for one byte that tells that there were more. */
static void add(struct input_lines *lines, struct str bytes)
{
	size_t room = INPUT_LINE_MAX + 2 - lines->line.len;
	buf_put(&lines->line, str_from(bytes.at, bytes.len < room ? bytes.len : room));
}

static void take(struct input_lines *lines, struct str bytes)
{
	const char *end;
	while (bytes.len && (end = memchr(bytes.at, '\n', bytes.len))) {
		size_t len = (size_t)(end - bytes.at);
		add(lines, str_from(bytes.at, len));
		end_line(lines);
		bytes = str_skip(bytes, len + 1);
	}
	add(lines, bytes);
}

/* Bytes read; 0: there are none now; -1: there will be none. */
static ssize_t read_some(char *room, size_t len)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	if (poll(&input, 1, 0) <= 0)
		return 0;
	ssize_t got = read(STDIN_FILENO, room, len);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	return got > 0 ? got : -1;
}

static void input_look(void *ctx)
{
	struct input_lines *lines = ctx;
	char room[4096];
	ssize_t got = read_some(room, sizeof room);
	if (got < 0) {
		if (lines->line.len)
			end_line(lines);
		return;
	}
	take(lines, str_from(room, (size_t)got));
	net_timer_start(lines->net, &lines->look, got > 0 ? 0 : INPUT_LOOK_MS);
}

struct input_lines *input_lines_new(
	struct net *net, void (*on_line)(void *ctx, struct str line), void *ctx)
{
	struct input_lines *lines = mem_new(sizeof *lines);
	*lines = (struct input_lines) {net, on_line, ctx, {.fire = input_look, .ctx = lines}, {0}};
	net_timer_start(net, &lines->look, 0);
	return lines;
}

void input_lines_free(struct input_lines **lines)
{
	struct input_lines *l = *lines;
	if (!l)
		return;
	net_timer_stop(l->net, &l->look);
	buf_free(&l->line);
	free(l);
	*lines = NULL;
}
