/* admin_line_test.c - `sotto user` without a server: what the store does not take is not said to be
 * done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>

#include "cli/admin_line.h"
#include "store/store_fault.h"

#define ADD                                                                                        \
	"{\"operation\":\"user-add\",\"name\":\"zoe\",\"roles\":[\"agent\"],\"password\":\"$"      \
	"argon2id$v=19$m=8,t=1,p=1$AAAA$BBBB\"}"
#define LIST "{\"operation\":\"user-list\"}"

#define WRITES_MAX 100 /* that opening the store and one commit take, at most */

struct alone_test {
	char path[64];
	struct fault fault;
	struct cli_folder folder;
	struct buf answer, why;
};

static enum err ask(struct alone_test *t, const char *request)
{
	t->answer.len = t->why.len = 0;
	enum err e = admin_line(&t->folder, str_of(request), &t->answer, &t->why);
	buf_put_byte(&t->answer, '\0');
	buf_put_byte(&t->why, '\0');
	return e;
}

static int set_up(void **state)
{
	struct alone_test *t = calloc(1, sizeof *t);
	struct buf why = {0};
	snprintf(t->path, sizeof t->path, "/tmp/sotto-alone-XXXXXX");
	assert_non_null(mkdtemp(t->path));
	fault_begin(&t->fault, "journal.db");
	assert_int_equal(config_parse(STR("c"), STR("listen: 127.0.0.1:8080\ndata-dir: /nowhere\n"),
				 &t->folder.config, &why),
		OK);
	t->folder.file = "c";
	t->folder.path = t->path;
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct alone_test *t = *state;
	char command[128];
	fault_end(&t->fault);
	config_free(&t->folder.config);
	buf_free(&t->answer);
	buf_free(&t->why);
	snprintf(command, sizeof command, "rm -r %s", t->path);
	assert_int_equal(system(command), 0);
	free(t);
	return 0;
}

static void a_user_that_was_added_is_there(void **state)
{
	struct alone_test *t = *state;
	assert_int_equal(ask(t, ADD), OK);
	assert_string_equal(t->answer.at, "{\"ok\":true}");
	assert_int_equal(ask(t, LIST), OK);
	assert_non_null(strstr(t->answer.at, "zoe"));
}

static bool has_zoe(struct alone_test *t)
{
	assert_int_equal(ask(t, LIST), OK);
	return strstr(t->answer.at, "zoe") != NULL;
}

/* With the first write, the second, and so on until it is done. */
static void what_a_full_disk_did_not_take_is_not_said_to_be_done(void **state)
{
	struct alone_test *t = *state;
	bool is_added = false, was_refused = false;
	assert_false(has_zoe(t));
	atomic_store(&t->fault.reason, ENOSPC);
	for (int spared = 0; !is_added; spared++) {
		assert_true(spared < WRITES_MAX);
		atomic_store(&t->fault.spared, spared);
		atomic_store(&t->fault.write_code, SQLITE_FULL);
		is_added = ask(t, ADD) == OK && strcmp(t->answer.at, "{\"ok\":true}") == 0;
		/* While it opened the store, or after. */
		was_refused |= strstr(t->why.at, "the store takes no writes") ||
			       strstr(t->answer.at, "the store takes no writes");
		atomic_store(&t->fault.write_code, SQLITE_OK);
		assert_int_equal(has_zoe(t), is_added);
	}
	assert_true(was_refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_user_that_was_added_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_a_full_disk_did_not_take_is_not_said_to_be_done, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
