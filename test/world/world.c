/* world.c - setting up the small centre, restoring a state of it, and bringing it to rest. */
#include "world.h"
#include "core/command.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "view/view.h"

#include <stdlib.h>
#include <utlist.h>

const struct str world_number = {"15550100", 8}, world_queue = {"support", 7};

/* Two customers, or one in two spellings. */
static const struct str phones_of_two[CUSTOMERS_MAX] = {{"15551000001", 11}, {"15551000002", 11}};
static const struct str phones_of_one[CUSTOMERS_MAX] = {{"15551000001", 11}, {"+15551000001", 12}};
static const struct str *phones = phones_of_two;

/* --- who is who --------------------------------------------------------------------------------- */

struct str world_phone(unsigned customer)
{
	CHECK(customer < CUSTOMERS_MAX);
	return phones[customer];
}

unsigned world_customer(struct str phone)
{
	unsigned customer = 0;
	while (!str_eq(world_phone(customer), phone))
		customer++;
	return customer;
}

unsigned world_user(const struct world *world, const struct user *user)
{
	unsigned place = 0;
	while (world->users[place] != user)
		CHECK(++place < world->user_count);
	return place;
}

struct session *world_session(const struct world *world, unsigned place)
{
	struct session *session;
	DL_FOREACH(world->core->sessions, session)
		if (place-- == 0)
			break;
	CHECK(session);
	return session;
}

struct link *world_link(const struct world *world)
{
	return world->core->links;
}

/* --- telling ------------------------------------------------------------------------------------ */

bool world_told_of_failure(const struct world *world)
{
	for (size_t i = 0; i < world->outcome.count; i++)
		if (world->outcome.events[i].kind == EV_PARTY_REQUEST_FAILED)
			return true;
	return false;
}

const struct session *world_session_of(const struct world *world, const struct event *event)
{
	const struct body_part *part = event->body;
	enum body_kind kind = event_body(event->kind);
	if (kind == BODY_party)
		return core_session(world->core, ((const struct body_party *)event->body)->session);
	if (kind == BODY_message)
		return core_session(
			world->core, ((const struct body_message *)event->body)->session);
	if (kind == BODY_session)
		return core_session(world->core, ((const struct body_session *)event->body)->id);
	if (kind == BODY_datum)
		return core_session(world->core, ((const struct body_datum *)event->body)->session);
	if (kind == BODY_hand)
		return core_session(world->core, ((const struct body_hand *)event->body)->session);
	const struct message *message =
		kind == BODY_part ? core_outbound(world->core, part->outbound)->message : NULL;
	return message ? message->session : NULL;
}

/* The word behind "state" of what src/view makes of it. */
static void note_state(struct told_then *told, struct str resource)
{
	static const char key[] = "\"state\":\"";
	const char *at = memmem(resource.at, resource.len, key, strlen(key));
	CHECK(at);
	at += strlen(key);
	size_t len = strcspn(at, "\"");
	CHECK(len < sizeof told->word);
	memcpy(told->word, at, len);
}

/* A user who is in the session twice is told of the participation that goes on: not of this one. */
static bool is_told_of_it(const struct party *party)
{
	const struct party *speaks =
		party->user ? session_party(party->session, party->user) : NULL;
	return party->user && (!speaks || speaks == party);
}

static void note_readers(
	const struct world *world, struct told_then *told, const struct session *session)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (viewer->user && viewer_is_joined(viewer))
			told->reads[world_user(world, viewer->user)] |=
				(uint8_t)(1u << viewer->b.kind);
}

static struct told_then told_of(const struct world *world, const struct event *event)
{
	const struct view view = {.core = world->core, .external_url = STR("http://walk/api/v2")};
	const struct session *session = world_session_of(world, event);
	enum body_kind body = event_body(event->kind);
	struct told_then told = {""};
	struct buf out = {0};
	if (session)
		note_readers(world, &told, session);
	told.is_over = session && session->b.state == SESSION_ENDED;
	if (body == BODY_agent)
		view_channels(&out, &view, event->object);
	if (body == BODY_party && is_told_of_it(event->object))
		view_session(&out, &view, event->object, VIEW_BARE);
	buf_put_byte(&out, '\0');
	if (out.len > 1)
		note_state(&told, buf_str(&out));
	buf_free(&out);
	return told;
}

void world_reset(struct world *world)
{
	outcome_reset(&world->outcome);
	world->told_count = 0;
}

void world_tell(struct world *world)
{
	if (world->told_cap < world->outcome.cap) {
		world->told_cap = world->outcome.cap;
		world->told = mem_resize(world->told, world->told_cap * sizeof *world->told);
	}
	for (; world->told_count < world->outcome.count; world->told_count++)
		world->told[world->told_count] =
			told_of(world, &world->outcome.events[world->told_count]);
}

/* --- the group ---------------------------------------------------------------------------------- */

enum assignment_kind world_assigned_as(const struct world *world, unsigned user)
{
	return user < world->scope.agents ? ASSIGNED_MEMBER : ASSIGNED_SUPERVISOR;
}

bool world_is_assigned(const struct world *world, unsigned user)
{
	return core_assignment(
		world->users[user], world_assigned_as(world, user), STR(WORLD_GROUP));
}

bool world_covers(const struct world *world, unsigned supervisor, unsigned agent)
{
	bool is_supervised = false;
	for (unsigned i = world->scope.agents; i < world->user_count; i++)
		is_supervised |= world_is_assigned(world, i);
	if (!(world->users[supervisor]->b.roles & ROLE_SUPERVISOR))
		return supervisor == agent;
	bool is_both = supervisor >= world->scope.agents && agent < world->scope.agents &&
		       world_is_assigned(world, supervisor) && world_is_assigned(world, agent);
	return !is_supervised || supervisor == agent || is_both;
}

/* --- setting up --------------------------------------------------------------------------------- */

#define ANSWER_TIMEOUT       (WORLD_FAR - WORLD_NOON)
#define SHORT_ANSWER_TIMEOUT 1

/* The lengths keep what is set by a step behind what was pending before: only what is `due` ever is. */
static struct body_centre centre_of(const struct scope *scope)
{
	return (struct body_centre) {
		.name = STR("Walk"),
		.id_key = STR("0123456789abcdef0123456789abcdef"),
		.capacity = scope->capacity,
		.on_logout = scope->keep ? LOGOUT_KEEP : LOGOUT_REQUEUE,
		.state_after_login = AGENT_NOT_READY,
		.lost_after = WORLD_FAR - WORLD_NOON,
		.answer_timeout = ANSWER_TIMEOUT,
		.reject_wait = WORLD_FAR - WORLD_NOON,
		.not_ready_after_no_answer = !scope->reoffer,
		.idle_close = WORLD_FAR - WORLD_BEFORE,
		.redelivery_window = WORLD_FAR - WORLD_BEFORE,
		.receipt_window = WORLD_FAR - WORLD_NOON,
		.receive_window = 2,
		.multimedia = 1,
		.stop_reply = STR("stopped"),
		.start_reply = STR("started"),
		.help_reply = STR("help"),
	};
}

static void set_up(struct world *world, struct command command)
{
	outcome_reset(&world->outcome);
	enum err e = core_apply(world->core, &command, WORLD_NOON, &world->outcome);
	CHECK(e == OK);
	for (size_t i = 0; i < world->outcome.count; i++) {
		const struct event *event = &world->outcome.events[i];
		rows_take(&world->rows, &world->strings, event);
		if (rows_is_fixed(event_body(event->kind)))
			rows_take(&world->setup, &world->strings, event);
	}
}

static void add_user(struct world *world, const char *name, uint64_t roles)
{
	struct body_user body = {
		.name = str_of(name), .roles = roles, .provisioned = 1, .enabled = 1};
	set_up(world, (struct command) {.kind = CMD_ADD_USER, .new_user = &body});
	world->user_count += roles != ROLE_INTEGRATOR;
}

const struct str world_rules[rule_kind_count] = {
	[RULE_WORDS] = {"law", 3}, [RULE_REPLY] = {"slow", 4}, [RULE_UNDELIVERED] = {"lost", 4}};

static void add_rules(struct world *world)
{
	for (unsigned kind = 0; kind < rule_kind_count; kind++) {
		if (!(world->scope.rules & 1u << kind))
			continue;
		struct body_rule rule = {.name = world_rules[kind], .kind = kind};
		rule.texts = RULE_OF_BOTH;
		if (kind == RULE_WORDS)
			rule.words = STR("bad day\ngood day\n");
		if (kind == RULE_REPLY)
			rule.after = WORLD_FAR - WORLD_NOON;
		set_up(world, (struct command) {.kind = CMD_DECLARE_RULE, .new_rule = &rule});
	}
}

void world_init(struct world *world, const struct scope *scope)
{
	static const char *const agents[] = {"ana", "ben"}, *const supervisors[] = {"sam", "sue"};
	struct body_centre centre = centre_of(scope);
	struct body_link link = {.name = STR("carrier"), .host = STR("127.0.0.1"), .window = 10};
	struct body_queue queue = {
		.name = world_queue, .number = world_number, .link = STR("carrier")};
	struct body_setting repeats = {.name = STR("sms.repeat-max"), .value = WORLD_REPEAT_MAX};
	struct body_setting icon = {.name = STR("supervision.disclosure.monitor"), .value = 1};
	phones = scope->spellings ? phones_of_one : phones_of_two;
	*world = (struct world) {.scope = *scope, .core = core_new()};
	set_up(world, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &centre});
	for (unsigned i = 0; i < scope->agents; i++)
		add_user(world, agents[i], ROLE_AGENT);
	for (unsigned i = 0; i < scope->supervisors; i++)
		add_user(world, supervisors[i], ROLE_SUPERVISOR | (scope->work ? ROLE_AGENT : 0));
	add_user(world, "crm", ROLE_INTEGRATOR);
	set_up(world, (struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
	set_up(world, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue});
	set_up(world, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &repeats});
	if (scope->icon)
		set_up(world, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &icon});
	add_rules(world);
	world_restore(world, NULL);
}

void world_fini(struct world *world)
{
	core_free(&world->core);
	outcome_free(&world->outcome);
	free(world->told);
	rows_free(&world->rows);
	rows_free(&world->setup);
	strings_free(&world->strings);
}

/* --- restoring ---------------------------------------------------------------------------------- */

/* The field of the row from which its deadline follows; NULL: it has none. */
static msec *deadline_of(struct row *row)
{
	union row_body *b = &row->body;
	if (row->kind == BODY_agent)
		return b->agent.lost_at ? &b->agent.lost_at : NULL;
	if (row->kind == BODY_party)
		return b->party.deadline ? &b->party.deadline : NULL;
	if (row->kind == BODY_registration)
		return b->registration.active && b->registration.expires ? &b->registration.expires
									 : NULL;
	if (row->kind == BODY_flag)
		return b->flag.due ? &b->flag.due : NULL;
	if (row->kind == BODY_refusal)
		return b->refusal.until > WORLD_NOON ? &b->refusal.until : NULL; /* else long ago */
	if (row->kind == BODY_outbound)
		return b->outbound.open ? &b->outbound.closes : NULL;
	if (row->kind == BODY_message)
		return b->message.audience & CLASS_AGENT ? &b->message.at : NULL;
	return NULL;
}

static bool is_same_session(const struct row *a, const struct row *b)
{
	return str_eq(a->body.message.session, b->body.message.session);
}

/* A session's idle time counts from the last entry that agents see. */
static bool is_last_entry(const struct rows *rows, const struct row *row)
{
	for (const struct row *r = row + 1; r < rows->at + rows->count; r++)
		if (r->kind == BODY_message && is_same_session(r, row) &&
			deadline_of((struct row *)(uintptr_t)r))
			return false;
	return true;
}

bool world_is_pending(const struct world *world, const struct row *row)
{
	if (!deadline_of((struct row *)(uintptr_t)row))
		return false;
	return row->kind != BODY_message || is_last_entry(&world->rows, row);
}

static void set_answer_timeout(struct rows *rows, msec length)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == BODY_centre)
			rows->at[i].body.centre.answer_timeout = length;
}

/* Those that are due, so that the last is due at SOON and the one before it right before. */
static void hasten(const struct world *world, struct rows *rows, int sign)
{
	if (world->is_followed)
		set_answer_timeout(rows, sign > 0 ? SHORT_ANSWER_TIMEOUT : ANSWER_TIMEOUT);
	for (unsigned i = 0; i < 2; i++) {
		msec early = i == 0 && world->due[1];
		if (world->due[i])
			*deadline_of(&rows->at[world->due[i] - world->rows.at]) -=
				sign * (WORLD_FAR - WORLD_SOON + early);
	}
}

static struct row *own_row(struct world *world, const struct row *row)
{
	return row ? &world->rows.at[row - world->rows.at] : NULL;
}

static void restore(struct world *world)
{
	hasten(world, &world->rows, 1);
	core_free(&world->core);
	world->core = core_new();
	rows_evolve(&world->rows, world->core, WORLD_NOON);
	hasten(world, &world->rows, -1);
	struct user *user;
	unsigned count = 0;
	DL_FOREACH(world->core->users, user)
		if (user_is_integrator(user))
			world->program = user;
		else
			world->users[count++] = user;
}

void world_restore(struct world *world, const struct row *next)
{
	world_restore_two(world, next, NULL);
}

void world_restore_two(struct world *world, const struct row *first, const struct row *second)
{
	world->is_followed = false;
	world->due[0] = own_row(world, first);
	world->due[1] = own_row(world, second);
	world->now = first ? WORLD_SOON : WORLD_LATER;
	restore(world);
}

void world_restore_followed(struct world *world, const struct row *first)
{
	world->is_followed = true;
	world->due[0] = own_row(world, first);
	world->due[1] = NULL;
	world->now = WORLD_SOON + SHORT_ANSWER_TIMEOUT;
	restore(world);
}

/* --- after a step ------------------------------------------------------------------------------- */

void world_remember(struct world *world, struct rows *after)
{
	rows_copy(after, &world->rows);
	hasten(world, after, 1);
	for (size_t i = 0; i < world->outcome.count; i++)
		rows_take(after, &world->strings, &world->outcome.events[i]);
	rows_drop_over(after);
}

/* At rest, an agent's `since` says only who of the agents was first. */
static msec rank(const struct rows *rows, msec since)
{
	msec before = 0;
	for (size_t i = 0; i < rows->count; i++)
		before += rows->at[i].kind == BODY_agent && rows->at[i].body.agent.since < since;
	return WORLD_BEFORE + before;
}

static void settle_time(const struct field *field, union row_body *body, msec now)
{
	msec at = (msec)body_number(field, body);
	if (at)
		body_set_number(field, body, (uint64_t)(at > now ? WORLD_FAR : WORLD_BEFORE));
}

static void settle(struct row *row, msec now)
{
	const struct body_type *type = body_type(row->kind);
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i].type == FIELD_TIME)
			settle_time(&type->fields[i], &row->body, now);
}

static bool is_of_open(const struct rows *rows, uint64_t serial)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == BODY_outbound && rows->at[i].body.outbound.serial == serial)
			return rows->at[i].body.outbound.open;
	return false;
}

static bool is_looked_at(const struct world *world, const struct rows *rows, const struct row *row)
{
	bool is_last = row + 1 == rows->at + rows->count || row[1].kind != row->kind;
	if (row->kind == BODY_outbound)
		return is_last || (world->scope.texts && row->body.outbound.open);
	if (row->kind == BODY_part)
		return world->scope.texts && is_of_open(rows, row->body.part.outbound);
	if (row->kind == BODY_lost)
		return world->scope.texts && is_of_open(rows, row->body.lost.outbound);
	if (row->kind == BODY_aside)
		return world->scope.texts && is_of_open(rows, row->body.aside.outbound);
	return true;
}

void world_settle(const struct world *world, struct rows *rows)
{
	msec since[USERS_MAX];
	size_t agents = 0, kept = 0;
	set_answer_timeout(rows, ANSWER_TIMEOUT);
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == BODY_agent)
			since[agents++] = rank(rows, rows->at[i].body.agent.since);
	agents = 0;
	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->at[i];
		if (row->kind == BODY_centre ||
			row->kind == BODY_rule) /* times are lengths there */
			continue;
		settle(row, world->now);
		if (row->kind == BODY_agent)
			row->body.agent.since = since[agents++];
	}
	bool *keep = mem_new(rows->count * sizeof *keep);
	for (size_t i = 0; i < rows->count; i++)
		keep[i] = is_looked_at(world, rows, &rows->at[i]);
	for (size_t i = 0; i < rows->count; i++)
		if (keep[i])
			rows->at[kept++] = rows->at[i];
	rows->count = kept;
	free(keep);
}
