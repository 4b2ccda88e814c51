/* visibility_test.c - every kind of party, each visibility, each fact: the table of visibility.c against
 * test/world/spec_sight, which was written from the specification. No row can go or grow unnoticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../test/world/spec_sight.h"
#include "core/model/message.h"
#include "core/model/session.h"
#include "core/rules/visibility.h"

/* --- a session with one of each ------------------------------------------------------------------ */

struct scene {
	struct core *core;
	struct session *session;
	struct viewer *viewers[SPEC_ONLOOKERS]; /* each visible to all */
	uint64_t entries;
};

static const char id_of[SPEC_ONLOOKERS + 1][USER_ID_LEN + 1] = {"0000000000000000000000000000000a",
	"", "0000000000000000000000000000000b", "0000000000000000000000000000000f",
	"0000000000000000000000000000000e"}; /* the last is seen or not */
enum { EVE = SPEC_ONLOOKERS };

static const enum party_kind kind_of[SPEC_KINDS] = {
	[SPEC_AGENT] = PARTY_AGENT,
	[SPEC_CUSTOMER] = PARTY_CONTACT,
	[SPEC_SUPERVISOR] = PARTY_SUPERVISOR,
};

static const enum audience_class class_of[SPEC_ONLOOKERS] = {
	[SPEC_AGENT] = CLASS_AGENT,
	[SPEC_CUSTOMER] = CLASS_CUSTOMER,
	[SPEC_SUPERVISOR] = CLASS_SUPERVISOR,
	[SPEC_FEED] = CLASS_FEED,
};

static struct event happened(struct scene *scene, enum event_kind kind, const void *body)
{
	struct event event = {
		.kind = kind, .lsn = scene->core->lsn + 1, .at = 1700000000000, .body = body};
	core_evolve(scene->core, &event);
	return event;
}

static void add_user(struct scene *scene, const char *id, const char *name, unsigned roles)
{
	struct body_user body = {.id = str_of(id),
		.serial = scene->core->users_drawn + 1,
		.name = str_of(name),
		.roles = roles,
		.provisioned = 1};
	happened(scene, EV_USER_ADDED, &body);
}

static struct event party_event(struct scene *scene, enum event_kind event, enum party_kind kind,
	enum visibility visibility, const char *user)
{
	char id[PARTY_ID_LEN + 1];
	/* Who is seen by others than before is there anew. */
	snprintf(id, sizeof id, "%016X",
		kind == PARTY_CONTACT ? 1u : 16 * (unsigned)user[31] + visibility);
	struct body_party body = {.session = scene->session->b.id,
		.id = str_of(id),
		.kind = kind,
		.state = PARTY_CHATTING,
		.visibility = visibility,
		.supervision = visibility < VISIBLE_SUPERVISORS
				       ? (enum supervision)(VISIBLE_SUPERVISORS - visibility)
				       : SUPERVISION_MONITOR,
		.user = kind == PARTY_CONTACT ? STR_NONE : str_of(user),
		.joined = 1};
	struct event happens = happened(scene, event, &body);
	happens.body = &((struct viewer *)happens.object)->b;
	return happens;
}

static int setup(void **state)
{
	struct scene *scene = mem_new(sizeof *scene);
	scene->core = core_new();
	struct body_centre centre = {.name = STR("demo"), .receive_window = 1};
	struct body_link link = {.name = STR("m1")};
	struct body_queue queue = {
		.name = STR("support"), .number = STR("5000"), .link = STR("m1")};
	struct body_contact contact = {.phone = STR("+1")};
	struct body_session session = {.id = STR("0123456789ABCDEF"),
		.serial = 1,
		.state = SESSION_ACTIVE,
		.phone = STR("+1"),
		.number = STR("5000"),
		.queue = STR("support")};
	happened(scene, EV_CENTRE_CREATED, &centre);
	add_user(scene, id_of[SPEC_AGENT], "ana", ROLE_AGENT);
	add_user(scene, id_of[SPEC_SUPERVISOR], "sam", ROLE_SUPERVISOR);
	add_user(scene, id_of[SPEC_FEED], "crm", ROLE_INTEGRATOR);
	add_user(scene, id_of[EVE], "eve", ROLE_SUPERVISOR);
	happened(scene, EV_LINK_ADDED, &link);
	happened(scene, EV_QUEUE_ADDED, &queue);
	happened(scene, EV_CONTACT_ADDED, &contact);
	scene->session = happened(scene, EV_SESSION_OPENED, &session).object;
	scene->viewers[SPEC_FEED] = session_feed(scene->session);
	for (int who = 0; who < SPEC_KINDS; who++)
		scene->viewers[who] =
			party_event(scene, EV_PARTY_JOINED, kind_of[who], VISIBLE_ALL, id_of[who])
				.object;
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;
	core_free(&scene->core);
	free(scene);
	return 0;
}

/* --- asking both ---------------------------------------------------------------------------------- */

static const char *word(unsigned visibility)
{
	return words_name(&visibility_words, visibility);
}

/* As a set of classes: who sees what has this visibility. */
static unsigned seen_by(unsigned visibility)
{
	unsigned set = 0;
	for (int who = 0; who < SPEC_ONLOOKERS; who++)
		set |= spec_sees(word(visibility), (enum spec_onlooker)who) ? class_of[who] : 0u;
	return set;
}

struct told {
	const struct scene *scene;
	unsigned count[SPEC_ONLOOKERS + 1], in_all;
	bool is_eve_first;
};

static void note(struct told *told, const struct viewer *viewer)
{
	told->is_eve_first |= told->in_all++ == 0 && str_is(viewer->b.user, id_of[EVE]);
	for (int who = 0; who < SPEC_ONLOOKERS; who++)
		told->count[who] += told->scene->viewers[who] == viewer;
}

static struct told told_of(const struct scene *scene, const struct event *event)
{
	struct told told = {.scene = scene};
	struct outcome outcome = {0};
	outcome_add(&outcome, event);
	visibility_note_recipients(scene->core, &outcome, 0);
	for (size_t i = 0; i < outcome.events[0].recipient_count; i++)
		note(&told, outcome.events[0].recipients[i].viewer);
	outcome_free(&outcome);
	return told;
}

/* Customers read SMS: of those who see, only agents and supervisors are told. */
static void assert_told(const struct told *told, unsigned visibility)
{
	assert_int_equal(told->count[SPEC_AGENT], spec_sees(word(visibility), SPEC_AGENT));
	assert_int_equal(
		told->count[SPEC_SUPERVISOR], spec_sees(word(visibility), SPEC_SUPERVISOR));
	assert_int_equal(told->count[SPEC_CUSTOMER], 0);
}

static size_t in_session(const struct told *told)
{
	return told->in_all - told->count[SPEC_FEED];
}

static void test_each_kind_lists_the_participants_that_the_table_says(void **state)
{
	struct scene *scene = *state;
	for (unsigned v = 0; v < visibility_count; v++) {
		for (int kind = 0; kind < SPEC_KINDS; kind++) {
			struct viewer other = {.b = {.kind = kind_of[kind], .visibility = v}};
			for (int who = 0; who < SPEC_KINDS; who++)
				assert_int_equal(
					visibility_shows_party(scene->viewers[who], &other),
					spec_sees(word(v), (enum spec_onlooker)who));
		}
	}
}

static void test_the_feed_names_agents_and_customers_whom_the_customer_sees(void **state)
{
	static const struct {
		const char *mode;
		enum party_kind kind;
		enum visibility visibility;
	} modes[] = {
		{"Monitor", PARTY_SUPERVISOR, VISIBLE_SUPERVISORS},
		{"Coach", PARTY_SUPERVISOR, VISIBLE_AGENTS},
		{"BargeIn", PARTY_SUPERVISOR, VISIBLE_ALL},
		{"Consultant", PARTY_AGENT, VISIBLE_AGENTS},
		{"Agent", PARTY_AGENT, VISIBLE_ALL},
		{"Customer", PARTY_CONTACT, VISIBLE_ALL},
	};
	struct scene *scene = *state;
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		bool is_named = spec_feed_names(modes[i].mode);
		struct viewer other = {
			.b = {.kind = modes[i].kind, .visibility = modes[i].visibility}};
		assert_int_equal(
			visibility_shows_party(session_feed(scene->session), &other), is_named);
		if (modes[i].kind == PARTY_CONTACT)
			continue;
		struct event event = party_event(
			scene, EV_PARTY_JOINED, modes[i].kind, modes[i].visibility, id_of[EVE]);
		assert_int_equal(told_of(scene, &event).count[SPEC_FEED], is_named);
	}
}

/* Also who reads no session and has a role beside that one, in a journal of before. */
static void test_the_feed_is_told_to_programs_alone(void **state)
{
	struct scene *scene = *state;
	struct arena arena = {0};
	struct event event = {
		.kind = EV_SESSION_QUEUED, .lsn = scene->core->lsn + 7, .object = scene->session};
	struct user *program = core_user(scene->core, str_of(id_of[SPEC_FEED]));
	visibility_note_audience(scene->core, &event, AUDIENCE_FEED, &arena);
	assert_int_equal(event.recipient_count, 1);
	assert_ptr_equal(event.recipients[0].user, program);
	assert_ptr_equal(event.recipients[0].viewer, session_feed(scene->session));
	assert_int_equal(event.recipients[0].relation, RELATION_FEED);
	assert_int_equal(program->seen_lsn, event.lsn);
	assert_int_equal(scene->viewers[SPEC_AGENT]->user->seen_lsn, 0);
	struct body_user body = program->b;
	body.roles = ROLE_INTEGRATOR | ROLE_AGENT;
	happened(scene, EV_USER_ROLES_CHANGED, &body);
	visibility_note_audience(scene->core, &event, AUDIENCE_FEED, &arena);
	assert_int_equal(event.recipient_count, 0);
	arena_free(&arena);
}

static void test_comings_and_goings_are_told_to_those_who_see_the_party(void **state)
{
	static const enum event_kind events[] = {
		EV_PARTY_JOINED, EV_PARTY_LEFT, EV_PARTY_FINISHED, EV_PARTY_WAS_REVOKED};
	struct scene *scene = *state;
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
		for (unsigned v = 0; v < visibility_count; v++) {
			struct event event =
				party_event(scene, events[i], PARTY_SUPERVISOR, v, id_of[EVE]);
			struct told told = told_of(scene, &event);
			assert_told(&told, v);
			assert_true(told.is_eve_first);
			assert_int_equal(in_session(&told),
				1 + told.count[SPEC_AGENT] + told.count[SPEC_SUPERVISOR]);
		}
	}
}

static const struct user *eve(const struct scene *scene)
{
	return core_user(scene->core, str_of(id_of[EVE]));
}

static void test_who_is_in_a_session_anew_is_told_through_that(void **state)
{
	struct scene *scene = *state;
	struct arena arena = {0};
	struct event event = party_event(
		scene, EV_PARTY_JOINED, PARTY_SUPERVISOR, VISIBLE_SUPERVISORS, id_of[EVE]);
	visibility_note_audience(scene->core, &event, AUDIENCE_PARTY, &arena);
	assert_ptr_equal(event.recipients[0].viewer, event.object);
	assert_int_equal(event.recipients[0].relation, RELATION_OWN);
	struct event again =
		party_event(scene, EV_PARTY_WAS_INVITED, PARTY_AGENT, VISIBLE_ALL, id_of[EVE]);
	visibility_note_audience(scene->core, &event, AUDIENCE_PARTY, &arena);
	assert_ptr_equal(event.recipients[0].viewer, again.object);
	assert_ptr_equal(event.recipients[0].user, eve(scene));
	assert_int_equal(event.recipients[0].relation, RELATION_AGAIN);
	assert_int_equal(event.recipients[1].relation, RELATION_OTHER);
	arena_free(&arena);
}

static void test_all_in_a_session_are_all_who_read_it(void **state)
{
	struct scene *scene = *state;
	struct arena arena = {0};
	struct event event = {
		.kind = EV_SESSION_QUEUED, .lsn = scene->core->lsn, .object = scene->session};
	struct event watch = party_event(
		scene, EV_PARTY_JOINED, PARTY_SUPERVISOR, VISIBLE_SUPERVISORS, id_of[EVE]);
	visibility_note_audience(scene->core, &event, AUDIENCE_SESSION, &arena);
	assert_int_equal(event.recipient_count, 4);
	assert_ptr_equal(event.recipients[0].viewer, scene->viewers[SPEC_AGENT]);
	assert_ptr_equal(event.recipients[1].viewer, scene->viewers[SPEC_SUPERVISOR]);
	assert_ptr_equal(event.recipients[2].viewer, watch.object);
	assert_int_equal(event.recipients[2].relation, RELATION_OTHER);
	assert_int_equal(event.recipients[3].relation, RELATION_FEED);
	struct viewer *gone = watch.object;
	gone->b.state = PARTY_COMPLETED;
	visibility_note_audience(scene->core, &event, AUDIENCE_SESSION, &arena);
	assert_int_equal(event.recipient_count, 3);
	arena_free(&arena);
}

static void test_who_may_know_of_an_event_waits_for_it(void **state)
{
	struct scene *scene = *state;
	struct arena arena = {0};
	struct event event = {
		.kind = EV_SESSION_QUEUED, .lsn = scene->core->lsn + 7, .object = scene->session};
	visibility_note_audience(scene->core, &event, AUDIENCE_SESSION, &arena);
	assert_int_equal(scene->viewers[SPEC_AGENT]->user->seen_lsn, event.lsn);
	assert_int_equal(scene->viewers[SPEC_SUPERVISOR]->user->seen_lsn, event.lsn);
	assert_int_equal(eve(scene)->seen_lsn, 0);
	arena_free(&arena);
}

static struct event entry(struct scene *scene, unsigned visibility, bool by_sms)
{
	struct body_message last = {0};
	if (scene->entries)
		last = message_body(scene->session->messages[scene->entries - 1]);
	struct body_message body = {.session = scene->session->b.id,
		.seq = ++scene->entries,
		.visibility = visibility,
		.author = PARTY_AGENT,
		.outbound = by_sms ? scene->entries : 0,
		.at = 1};
	body.audience = visibility_audience_of_entry(&body);
	body.agent_index = last.agent_index + !!(body.audience & CLASS_AGENT);
	body.supervisor_index = last.supervisor_index + !!(body.audience & CLASS_SUPERVISOR);
	body.feed_index = last.feed_index + !!(body.audience & CLASS_FEED);
	struct event event = happened(scene, EV_MESSAGE_ADDED, &body);
	static struct body_message kept; /* of the latest one */
	kept = message_body(event.object);
	event.body = &kept;
	return event;
}

static void test_entries_are_told_and_numbered_for_those_who_see_them(void **state)
{
	struct scene *scene = *state;
	uint64_t number[SPEC_ONLOOKERS] = {0};
	for (unsigned i = 0; i < 6 * visibility_count; i++) {
		unsigned v = i % visibility_count;
		bool by_sms = i / visibility_count % 2;
		struct event event = entry(scene, v, by_sms);
		struct told told = told_of(scene, &event);
		assert_told(&told, v);
		assert_int_equal(
			in_session(&told), told.count[SPEC_AGENT] + told.count[SPEC_SUPERVISOR]);
		assert_int_equal(told.count[SPEC_FEED], spec_feed_has(word(v), by_sms));
		for (int who = 0; who < SPEC_ONLOOKERS; who++) {
			bool sees = who == SPEC_FEED ? spec_feed_has(word(v), by_sms)
						     : spec_sees(word(v), (enum spec_onlooker)who);
			number[who] += sees;
			if (who == SPEC_CUSTOMER)
				continue; /* nobody numbers for customers */
			assert_int_equal(visibility_index(scene->viewers[who], event.object),
				sees ? number[who] : 0);
			assert_int_equal(
				visibility_shows_message(scene->viewers[who], event.object), sees);
		}
	}
}

static void test_the_audience_of_what_is_written_is_all_who_see_it(void **state)
{
	for (unsigned v = 0; v < visibility_count; v++)
		assert_int_equal(visibility_audience(v), seen_by(v));
}

static void test_an_id_is_drawn_from_the_generator_of_all_who_see_it(void **state)
{
	for (unsigned v = 0; v < visibility_count; v++)
		assert_int_equal(visibility_draws_from(v), seen_by(v) & ~CLASS_FEED);
}

static void test_each_mode_has_the_visibility_that_the_table_says(void **state)
{
	assert_string_equal(spec_visibility("Monitor"), word(VISIBLE_SUPERVISORS));
	assert_string_equal(spec_visibility("Coach"), word(VISIBLE_AGENTS));
	assert_string_equal(spec_visibility("Consultant"), word(VISIBLE_AGENTS));
	assert_string_equal(spec_visibility("BargeIn"), word(VISIBLE_ALL));
	assert_string_equal(spec_visibility("Agent"), word(VISIBLE_ALL));
	assert_string_equal(spec_visibility("Customer"), word(VISIBLE_ALL));
}

static void test_the_specification_says_of_every_event_who_is_told(void **state)
{
	for (unsigned kind = 0; kind < EVENT_NUMBER_END; kind++)
		if (event_is_known(kind))
			assert_int_not_equal(
				spec_told(event_name((enum event_kind)kind)), SPEC_UNKNOWN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each_kind_lists_the_participants_that_the_table_says),
		TEST(test_the_feed_names_agents_and_customers_whom_the_customer_sees),
		TEST(test_the_feed_is_told_to_programs_alone),
		TEST(test_comings_and_goings_are_told_to_those_who_see_the_party),
		TEST(test_who_is_in_a_session_anew_is_told_through_that),
		TEST(test_all_in_a_session_are_all_who_read_it),
		TEST(test_who_may_know_of_an_event_waits_for_it),
		TEST(test_entries_are_told_and_numbered_for_those_who_see_them),
		TEST(test_the_audience_of_what_is_written_is_all_who_see_it),
		TEST(test_an_id_is_drawn_from_the_generator_of_all_who_see_it),
		TEST(test_each_mode_has_the_visibility_that_the_table_says),
		TEST(test_the_specification_says_of_every_event_who_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
