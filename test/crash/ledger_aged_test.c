/* ledger_aged_test.c - words that were kept long enough: what the oracle must blame, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "ledger_scene.h"

#define KEPT_MS 1000
#define LONG_MS (KEPT_MS + 20000) /* by then they are surely gone */

static const struct body_setting kept = {.name = {"sessions.keep-texts-for", 23}, .value = KEPT_MS};
static const struct body_message hello = {
	.session = {"X", 1}, .seq = 1, .type = MESSAGE_TEXT, .text = {"hello", 5}};
static const struct body_message bye = {
	.session = {"X", 1}, .seq = 2, .type = MESSAGE_TEXT, .text = {"bye", 3}};

struct erasing {
	struct body_session ended;
	struct body_erasure end, first, second;
	struct arena arena;
};
static struct erasing e;

static struct body_erasure erasure(uint64_t row, enum event_kind kind, const void *body)
{
	struct buf image = {0};
	body_pack(event_body(kind), &image, body);
	struct body_erasure erased = {
		.row = row, .kind = kind, .image = arena_copy(&e.arena, buf_str(&image))};
	buf_free(&image);
	return erased;
}

/* Two texts, rows 1 and 2, and the end of their session, row 3. */
static int begin(void **state)
{
	struct scene *s = scene_set();
	scene_happens(s, EV_SETTING_CHANGED, &kept);
	scene_happens(s, EV_MESSAGE_ADDED, &hello);
	scene_happens(s, EV_MESSAGE_ADDED, &bye);
	for (uint64_t i = 0; i < 2; i++)
		s->events[BODY_message][i].lsn = i + 1;
	e.ended = (struct body_session) {
		.id = STR("X"), .state = SESSION_ENDED, .ended = net_now(s->net)};
	scene_happens(s, EV_SESSION_CLOSED, &e.ended);
	e.first = erasure(1, EV_MESSAGE_ADDED, &hello);
	e.second = erasure(2, EV_MESSAGE_ADDED, &bye);
	e.end = erasure(3, EV_SESSION_CLOSED, &e.ended);
	*state = s;
	return 0;
}

static int end(void **state)
{
	arena_free(&e.arena);
	return scene_end(state);
}

static void ask(const struct inquiry *in)
{
	ledger_ask_aged(in, false);
}

static void ask_at_rest(const struct inquiry *in)
{
	ledger_ask_aged(in, true);
}

static void is_erased(struct scene *s, const struct body_erasure *row)
{
	scene_happens(s, EV_BODY_ERASED, row);
}

static void words_go_when_they_are_old_and_not_before(void **state)
{
	struct scene *s = *state;
	scene_pass(s, KEPT_MS + 1);
	is_erased(s, &e.first);
	is_erased(s, &e.second);
	is_erased(s, &e.end);
	assert_false(scene_is_blamed(s, ask));
	assert_int_equal(s->ledger->met.aged, 1);
	s->events[BODY_erasure][0].at--;
	assert_true(scene_is_blamed(s, ask));
}

static void nor_while_the_session_goes_on(void **state)
{
	struct scene *s = *state;
	e.ended.state = SESSION_LEFT;
	scene_pass(s, LONG_MS);
	is_erased(s, &e.first);
	assert_true(scene_is_blamed(s, ask));
}

static void of_a_session_all_words_go(void **state)
{
	struct scene *s = *state;
	scene_pass(s, LONG_MS);
	is_erased(s, &e.first);
	is_erased(s, &e.end);
	assert_true(scene_is_blamed(s, ask));
}

static void or_none(void **state)
{
	struct scene *s = *state;
	scene_pass(s, LONG_MS);
	is_erased(s, &e.first);
	is_erased(s, &e.second);
	assert_true(scene_is_blamed(s, ask));
}

static void at_rest_old_words_are_gone(void **state)
{
	struct scene *s = *state;
	assert_false(scene_is_blamed(s, ask_at_rest));
	scene_pass(s, LONG_MS);
	assert_false(scene_is_blamed(s, ask));
	assert_true(scene_is_blamed(s, ask_at_rest));
}

static void unless_a_text_is_on_its_way_or_all_are_kept(void **state)
{
	static const struct body_outbound text = {.serial = 1, .session = {"X", 1}, .open = 1},
					  closed = {.serial = 1, .session = {"X", 1}};
	struct scene *s = *state;
	scene_pass(s, LONG_MS);
	scene_happens(s, EV_SMS_QUEUED, &text);
	assert_false(scene_is_blamed(s, ask_at_rest));
	scene_happens(s, EV_SMS_CLOSED, &closed);
	s->archive.shelves[BODY_setting].count = 0;
	assert_false(scene_is_blamed(s, ask_at_rest));
	s->archive.shelves[BODY_setting].count = 1;
	assert_true(scene_is_blamed(s, ask_at_rest));
}

static void only_then_entries_are_shown_without_words(void **state)
{
	const struct inquiry in = {
		((struct scene *)*state)->ledger, &((struct scene *)*state)->archive};
	assert_false(ledger_is_aged(&in, STR("X")));
	is_erased(*state, &e.end);
	assert_true(ledger_is_aged(&in, STR("X")));
	assert_false(ledger_is_aged(&in, STR("Y")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(words_go_when_they_are_old_and_not_before),
		TEST(nor_while_the_session_goes_on),
		TEST(of_a_session_all_words_go),
		TEST(or_none),
		TEST(at_rest_old_words_are_gone),
		TEST(unless_a_text_is_on_its_way_or_all_are_kept),
		TEST(only_then_entries_are_shown_without_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
