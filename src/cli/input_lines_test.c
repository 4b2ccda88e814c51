/* input_lines_test.c - lines of standard input, as they come in pieces, to their end; how long one may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/input_lines.h"
#include "net/net_sim.h"

struct reading {
	struct net *net;
	struct input_lines *lines;
	int pipe, before; /* its writing end; what standard input was */
	struct buf got;   /* "line|line|" */
	size_t longest;
};

static void on_line(void *ctx, struct str line)
{
	struct reading *r = ctx;
	if (line.len > r->longest)
		r->longest = line.len;
	if (line.len < 64)
		buf_put(&r->got, line);
	buf_put_byte(&r->got, '|');
}

static int set_up(void **state)
{
	struct reading *r = calloc(1, sizeof *r);
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	r->before = dup(STDIN_FILENO);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	r->pipe = ends[1];
	r->net = net_sim_new(1, 1000);
	r->lines = input_lines_new(r->net, on_line, r);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct reading *r = *state;
	input_lines_free(&r->lines);
	net_sim_free(&r->net);
	if (r->pipe >= 0)
		close(r->pipe);
	if (r->before >= 0) {
		assert_int_equal(dup2(r->before, STDIN_FILENO), STDIN_FILENO);
		close(r->before);
	}
	buf_free(&r->got);
	free(r);
	return 0;
}

static void come(struct reading *r, const char *bytes, size_t len)
{
	assert_int_equal(write(r->pipe, bytes, len), len);
	net_sim_run(r->net, net_now(r->net) + INPUT_LOOK_MS);
}

static void end_input(struct reading *r)
{
	close(r->pipe);
	r->pipe = -1;
	net_sim_run(r->net, net_now(r->net) + INPUT_LOOK_MS);
}

static void assert_got(struct reading *r, const char *lines)
{
	buf_put_byte(&r->got, '\0');
	assert_string_equal(r->got.at, lines);
	r->got.len = 0;
}

static void lines_come_whole_however_they_are_cut(void **state)
{
	struct reading *r = *state;
	come(r, "+4", 2);
	assert_got(r, "");
	come(r, "20 Hello\n\n+1 a\r\n+2 b", 20);
	assert_got(r, "+420 Hello||+1 a|");
	come(r, "\n", 1);
	assert_got(r, "+2 b|");
}

static void the_last_line_may_lack_its_end(void **state)
{
	struct reading *r = *state;
	come(r, "+1 a\n+2 b", 9);
	end_input(r);
	assert_got(r, "+1 a|+2 b|");
	net_sim_run(r->net, net_now(r->net) + 1000);
	assert_got(r, "");
}

static void an_end_behind_a_whole_line_is_no_line(void **state)
{
	struct reading *r = *state;
	come(r, "+1 a\n", 5);
	end_input(r);
	assert_got(r, "+1 a|");
}

static void without_an_input_nothing_comes(void **state)
{
	struct reading *r = *state;
	close(STDIN_FILENO);
	net_sim_run(r->net, net_now(r->net) + 1000);
	assert_got(r, "");
}

static void come_long(struct reading *r, size_t len, const char *end)
{
	char *line = malloc(len + 3);
	assert_non_null(line);
	memset(line, 'a', len);
	strcpy(line + len, end);
	r->longest = 0;
	come(r, line, len + strlen(end));
	free(line);
}

static void a_line_has_a_longest_length(void **state)
{
	struct reading *r = *state;
	come_long(r, INPUT_LINE_MAX - 1, "\n");
	assert_int_equal(r->longest, INPUT_LINE_MAX - 1);
	come_long(r, INPUT_LINE_MAX, "\n");
	assert_int_equal(r->longest, INPUT_LINE_MAX);
	come_long(r, INPUT_LINE_MAX, "\r\n");
	assert_int_equal(r->longest, INPUT_LINE_MAX);
	assert_got(r, "|||");
	come_long(r, INPUT_LINE_MAX + 1, "\n");
	come_long(r, 3 * INPUT_LINE_MAX, "\r\n");
	assert_got(r, "");
	come(r, "+1 a\n", 5);
	assert_got(r, "+1 a|");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lines_come_whole_however_they_are_cut),
		T(the_last_line_may_lack_its_end),
		T(an_end_behind_a_whole_line_is_no_line),
		T(without_an_input_nothing_comes),
		T(a_line_has_a_longest_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
