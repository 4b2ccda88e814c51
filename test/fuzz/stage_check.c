/* stage_check.c - what must hold after anything at all. */
#include "stage_private.h"
#include "store/store_mem.h"

/* Answers that wait for something have come (receipts and held polls at most so long), the link is back (the longest pause
 * between two attempts is 37.5 s). */
#define END_MS    45000
#define ANSWER_MS 10
/* Of a world that was given a few kilobytes; two transcripts of the longest texts and their copies fit. */
#define MEMORY_MOST (64u * 1024 * 1024)

static bool is_quiet(const struct stage *stage)
{
	return smsc_is_quiet(&stage->smsc) && web_is_quiet(&stage->web) &&
	       door_is_quiet(&stage->admin);
}

/* A carrier that did nothing wrong owes nothing; held polls in line behind each other end one by one. */
static void check_answered(struct stage *stage)
{
	for (unsigned left = STAGE_LINES_MOST; left > 0 && !is_quiet(stage); left--)
		stage_run(stage, END_MS);
	CHECK(web_is_quiet(&stage->web));
	CHECK(door_is_quiet(&stage->admin));
	CHECK(smsc_is_quiet(&stage->smsc));
}

static void check_replay(const struct stage *stage)
{
	const struct core *core = server_core(stage->server);
	struct core *again = core_new();
	struct buf dump = {0}, dump_again = {0};
	CHECK(store_mem_load_from(stage->store, again) == OK);
	core_dump(core, &dump);
	core_dump(again, &dump_again);
	CHECK(str_eq(buf_str(&dump), buf_str(&dump_again)));
	buf_free(&dump);
	buf_free(&dump_again);
	core_free(&again);
}

static void answer_came(void *ctx, int status, struct str body)
{
	*(int *)ctx = status;
}

static void check_serves(struct stage *stage)
{
	int status = 0;
	struct http_client *client = http_client_new(
		stage->net, STR("eve"), STR(STAGE_HOST), STAGE_PORT, STR("zoe"), STR("x"));
	http_client_send(client, "GET", STR("/api/v2/me"), STR_NONE, answer_came, &status);
	stage_run(stage, ANSWER_MS);
	CHECK(status == 200);
	http_client_free(&client);
}

/* Where the sanitizers count it. */
__attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes(void);

static void check_memory(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		CHECK(__sanitizer_get_current_allocated_bytes() <= MEMORY_MOST);
}

void stage_check(struct stage *stage)
{
	store_mem_fail(stage->store, STORE_DURABLE, false);
	stage->slow_ms = 0;
	smsc_behave(&stage->smsc);
	stage_run(stage, END_MS);
	if (stage->is_lost)
		stage_restart(stage);
	check_memory();
	check_answered(stage);
	check_serves(stage);
	CHECK(stage->smsc.is_bound || stage->smsc.is_strange);
	core_check(server_core(stage->server));
	check_replay(stage);
}
