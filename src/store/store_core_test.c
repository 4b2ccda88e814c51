/* store_core_test.c - a core that comes back from the tables is the core that went.
 *
 * A centre lives through some thousand commands drawn from a seed, on a real store that is closed,
 * opened and loaded again and again; each time the texts of both cores must be equal. */
#include "core/rules/access.h"
#include "core/model/over.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/request.h"
#include "core/model/session.h"
#include "core/erasing.h"
#include "core/model/erased.h"
#include "store/store_erasing.h"
#include "store/store_load.h"
#include "store/store_sample.h"
#include "store/store_table.h"
#include "store/store_schema.h"

#include <stdlib.h>
#include <utlist.h>

#define USERS         4
#define KEEP_TEXTS_MS 20000

struct life {
	uint64_t seed;
	struct sample_loop loop;
	char *folder;
	struct store *store;
	struct core *core;
	struct outcome outcome;
	msec now;
	struct arena arena;
	struct store_event events[4096];
	size_t count;
	struct body_erasure written; /* the last row with words; its image is owned */
	unsigned *done;              /* how often each kind of command succeeded, over all lives */
	unsigned *over;              /* rows of each table that were over */
};

/* --- drawing ------------------------------------------------------------------------------------ */

static unsigned draw(struct life *l, unsigned below)
{
	l->seed ^= l->seed << 13;
	l->seed ^= l->seed >> 7;
	l->seed ^= l->seed << 17;
	return (unsigned)(l->seed >> 33) % below;
}

static struct user *draw_user(struct life *l)
{
	struct user *user = l->core->users;
	for (unsigned n = draw(l, USERS); n; n--)
		user = user->next;
	return user;
}

static struct session *draw_session(struct life *l, const struct user *user)
{
	struct viewer *viewer;
	unsigned count = 0;
	EACH_SESSION_OF(user, viewer)
		count++;
	if (count == 0)
		return NULL;
	viewer = user_next_viewer(user, NULL);
	for (unsigned n = draw(l, count); n; n--)
		viewer = user_next_viewer(user, viewer);
	return viewer->session;
}

/* --- living ------------------------------------------------------------------------------------- */

static void note_words(struct life *l, const struct store_event *event)
{
	if (event->kind != EV_MESSAGE_ADDED && event->kind != EV_SMS_QUEUED &&
		event->kind != EV_SEGMENT_HELD)
		return;
	str_free(&l->written.image);
	l->written = (struct body_erasure) {event->lsn, event->kind, str_copy(event->body)};
}

static void keep(struct life *l)
{
	for (size_t i = 0; i < l->outcome.count; i++) {
		const struct event *event = &l->outcome.events[i];
		struct buf packed = {0};
		CHECK(l->count < sizeof l->events / sizeof l->events[0]);
		body_pack(event_body(event->kind), &packed, event->body);
		struct store_event *kept = &l->events[l->count++];
		*kept = (struct store_event) {event->lsn, event->at, event->kind,
			arena_copy(&l->arena, buf_str(&packed)), *event->cause};
		note_words(l, kept);
		kept->cause.asker = arena_copy(&l->arena, kept->cause.asker);
		buf_free(&packed);
	}
	outcome_reset(&l->outcome);
	core_check(l->core);
}

/* Of what users ask some has a key. */
static void draw_key(struct life *l, struct command *command)
{
	if (!command->caller || draw(l, 4))
		return;
	unsigned char *digests = arena_take(&l->arena, 2 * DIGEST_BYTES);
	request_digest(digests, l->core, STR("key"), str_from(&l->core->lsn, sizeof l->core->lsn));
	memset(digests + DIGEST_BYTES, 7, DIGEST_BYTES);
	command->key = str_from(digests, DIGEST_BYTES);
	command->asked = str_from(digests + DIGEST_BYTES, DIGEST_BYTES);
}

static void run(struct life *l, struct command command)
{
	draw_key(l, &command);
	if (core_apply(l->core, &command, l->now, &l->outcome) == OK)
		l->done[command.kind]++;
	keep(l);
}

static void note(void *ctx, enum store_result result)
{
	*(int *)ctx = (int)result;
}

static void commit(struct life *l)
{
	int result = -1;
	if (l->count == 0)
		return;
	l->store->ops->append(l->store, sample_batch(l->events, l->count), note, &result);
	while (result < 0)
		sample_turn(&l->loop);
	assert_int_equal(result, STORE_DURABLE);
	l->count = 0;
	arena_reset(&l->arena);
}

/* Some write theirs now with a plus, now without. */
static struct str draw_phone(struct life *l)
{
	return arena_printf(&l->arena, "%s49%u", draw(l, 4) ? "+" : "", draw(l, 12));
}

static struct contact *draw_contact(struct life *l)
{
	return core_contact(l->core, draw_phone(l));
}

static void merge(struct life *l)
{
	struct command command = {.kind = CMD_MERGE_CONTACT,
		.merge = {.from = draw_contact(l), .into = draw_contact(l)}};
	if (command.merge.from && command.merge.into)
		run(l, command);
}

static void decide(struct life *l)
{
	struct command command = {
		.kind = CMD_DECIDE_OPT_OUT, .decide = {draw_contact(l), !draw(l, 6)}};
	if (command.decide.contact && contact_body(command.decide.contact).doubted)
		run(l, command);
}

/* A phone of nobody as well. */
static void refuse(struct life *l)
{
	struct str phone =
		draw(l, 8) ? arena_printf(&l->arena, "+4870000000%u", draw(l, 10)) : draw_phone(l);
	run(l, (struct command) {.kind = CMD_REFUSE_TEXTS, .refusing = phone});
}

static void erase(struct life *l)
{
	if (l->written.row)
		run(l, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &l->written});
}

static void await_nothing(struct life *l)
{
	struct contact *contact = draw_contact(l);
	if (contact)
		run(l, (struct command) {
			       .kind = CMD_AWAIT_NO_RECEIPTS, .erase = {.contact = contact}});
}

static void look_through_store(const struct life *l, struct erasing *erasing)
{
	struct buf why = {0};
	assert_int_equal(store_erasing_look(str_of(l->folder), erasing, &why), OK);
	buf_free(&why);
}

/* The first one that is at rest, when all of it is in the tables. */
static void erase_contact(struct life *l)
{
	char room[ERASED_ALIAS_ROOM];
	for (unsigned i = 0; i < 24; i++) {
		struct str phone = arena_printf(&l->arena, "%s49%u", i < 12 ? "+" : "", i % 12);
		struct contact *contact = contact_as_written(l->core, phone);
		struct erasing erasing;
		if (!contact)
			continue;
		erasing_init(&erasing, phone,
			erased_alias(room, l->core->centre.id_key, phone,
				erased_count(l->core, phone) + 1));
		look_through_store(l, &erasing);
		unsigned before = l->done[CMD_ERASE_CONTACT];
		run(l, (struct command) {.kind = CMD_ERASE_CONTACT,
			       .erase = {contact, erasing.rows, erasing.count}});
		erasing_free(&erasing);
		if (l->done[CMD_ERASE_CONTACT] == before)
			continue;
		l->written.row = 0; /* it may be one of those */
		commit(l);
		return;
	}
}

/* All that is old enough, as far as it may go: sessions, then what is of none. */
static void erase_rows(struct life *l, struct str session, const struct aged_rows *rows)
{
	run(l, (struct command) {
		       .kind = CMD_ERASE_AGED, .aged = {session, rows->at, rows->count, l->now}});
}

static void read_aged(struct aged_source *source, struct aged *aged)
{
	while (aged->has_more)
		assert_int_equal(source->words(source, aged), OK);
}

static void erase_aged(struct life *l)
{
	struct aged_source *source = l->store->ops->aged(l->store);
	struct aged aged = {0}, loose = {.before = l->now - KEEP_TEXTS_MS, .has_more = true};
	assert_int_equal(source->due(source, loose.before, (struct aged_place) {0}, &aged), OK);
	read_aged(source, &aged);
	read_aged(source, &loose);
	source->free(source);
	for (size_t i = 0; i < aged.count; i++)
		erase_rows(l, aged.sessions[i].id, &aged.sessions[i].rows);
	for (size_t i = 0; i < loose.loose.count; i++)
		erase_rows(l, STR_NONE, &(struct aged_rows) {&loose.loose.at[i], 1, 1});
	aged_free(&aged);
	aged_free(&loose);
	l->written.row = 0; /* it may be one of those */
	commit(l);
}

static void keep_texts(struct life *l)
{
	const struct body_setting setting = {
		.name = STR("sessions.keep-texts-for"), .value = KEEP_TEXTS_MS};
	run(l, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &setting});
}

static void receive(struct life *l)
{
	static const enum keyword keywords[] = {
		KEYWORD_STOP, KEYWORD_START, KEYWORD_HELP, KEYWORD_PERHAPS_STOP};
	struct link *link = l->core->links;
	struct segment_held *held = link->segments;
	struct command command = {
		.kind = CMD_RECEIVE_SMS,
		.link = link,
		.receive = {.phone = draw_phone(l),
			.number = draw(l, 2) ? STR("5000") : STR("6000"),
			.text = STR("Hello"),
			.keyword = draw(l, 8) ? KEYWORD_NONE : keywords[draw(l, 4)],
			.fingerprint = arena_printf(&l->arena, "%032u", draw(l, 1000))},
	};
	if (held && draw(l, 2)) {
		command.receive.phone = arena_copy(&l->arena, held->b.phone);
		command.receive.number = arena_copy(&l->arena, held->b.number);
		command.receive.joins = held;
	}
	run(l, command);
}

static void hold(struct life *l)
{
	struct body_segment body = {
		.phone = arena_printf(&l->arena, "+49%u", draw(l, 12)),
		.number = STR("5000"),
		.reference = draw(l, 3),
		.part = 1 + draw(l, 2),
		.parts = 3,
		.data = STR("a part"),
	};
	run(l, (struct command) {
		       .kind = CMD_HOLD_SEGMENT, .link = l->core->links, .hold.segment = &body});
}

static void match(struct life *l)
{
	struct link *link = l->core->links;
	const struct body_inbound *b =
		&link->inbound[draw(l, (unsigned)l->core->centre.receive_window)].b;
	run(l, (struct command) {.kind = CMD_MATCH_REDELIVERY,
		       .link = link,
		       .match = {
			       .fingerprint = arena_copy(&l->arena, b->fingerprint), .at = b->at}});
	if (draw(l, 20) == 0)
		run(l, (struct command) {.kind = CMD_SETTLE_INBOUND, .link = link});
}

/* With the bind or with the process, or both; and it is put aside, or leaves out of turn. */
static void lose(struct life *l, struct part_place place)
{
	struct link *link = place.outbound->link;
	const struct part_places places = {&place, 1};
	run(l, (struct command) {.kind = CMD_CHANGE_TURN,
		       .link = link,
		       .change_turn = {places, 1 + draw(l, sms_turn_count - 1)}});
	run(l, (struct command) {.kind = CMD_SEND_WITHIN,
		       .link = link,
		       .send_within = {.parts = draw(l, 20),
			       .through = draw(l, 2) ? draw(l, 20) << 8 : 0,
			       .lost = places}});
	run(l, (struct command) {.kind = CMD_FIND_SENT, .link = link, .find_sent.lost = places});
}

static struct link *draw_link(struct life *l)
{
	struct link *first = l->core->links;
	return first->next && draw(l, 3) == 0 ? first->next : first;
}

/* What waits, and was never tried, goes over to the other link. */
static void move_text(struct life *l)
{
	struct link *from = draw_link(l);
	struct link *to = from->next ? from->next : l->core->links;
	struct part_place place = {from->unsent, 1, 1};
	if (place.outbound && !place.outbound->part_count)
		run(l, (struct command) {
			       .kind = CMD_MOVE_TEXTS, .link = to, .move.places = {&place, 1}});
}

/* The SMSC answers, or its answer is lost, or a receipt comes. */
static void deliver(struct life *l)
{
	struct link *link = draw_link(l);
	struct outbound *out = link->unsent;
	if (draw(l, 3) == 0) {
		run(l, (struct command) {.kind = CMD_SMS_RECEIPT,
			       .link = link,
			       .receipt = {.smsc_id = arena_printf(&l->arena, "%u", draw(l, 40)),
				       .delivery =
					       draw(l, 4) ? DELIVERY_DELIVERED : DELIVERY_FAILED}});
		return;
	}
	if (!out)
		return;
	unsigned parts = out->part_count ? out->part_count : 1 + (out->b.reference > 0);
	struct command command = {
		.kind = CMD_SMS_ANSWERED,
		.answer = {.place = {out, 1 + draw(l, parts), parts},
			.delivery = draw(l, 6) ? DELIVERY_SENT : DELIVERY_FAILED},
	};
	if (draw(l, 5) == 0)
		lose(l, (struct part_place) {out, command.answer.place.part, parts});
	if (command.answer.delivery == DELIVERY_SENT)
		command.answer.smsc_id = arena_printf(&l->arena, "%u", draw(l, 40));
	run(l, command);
}

static struct str draw_queue(struct life *l)
{
	return draw(l, 2) ? STR("support") : STR("sales");
}

/* On a queue, all of it or a sample, for good or for a time. */
static void order_standing(struct life *l, struct user *supervisor)
{
	static const enum command_kind kinds[] = {
		CMD_ORDER_MONITOR, CMD_ORDER_COACH, CMD_ORDER_BARGE_IN, CMD_CANCEL_ORDER};
	struct command command = {
		.kind = kinds[draw(l, sizeof kinds / sizeof *kinds)],
		.caller = supervisor,
		.monitor = {.mode = draw(l, 2) ? MONITOR_ALL : MONITOR_NEXT,
			.reason = draw(l, 2) ? STR("New here") : STR_NONE,
			.expires_in = draw(l, 3) ? 0 : 30,
			.on = {ORDER_ON_QUEUE, draw_queue(l)},
			.percent = draw(l, 2) ? 0 : 1 + draw(l, 100)},
	};
	const struct registration *order = supervisor->orders;
	while (order && order->agent)
		order = order->order_next;
	if (command.kind == CMD_CANCEL_ORDER && order)
		command.monitor.on.name = order->b.thing;
	if (supervisor->b.roles & ROLE_SUPERVISOR && draw(l, 2))
		run(l, command);
}

static void supervise(struct life *l)
{
	static const enum command_kind kinds[] = {CMD_MONITOR, CMD_MONITOR, CMD_COACH, CMD_BARGE_IN,
		CMD_CANCEL_MONITORING, CMD_CANCEL_MONITORING, CMD_READY_AGENT, CMD_NOT_READY_AGENT,
		CMD_STOP_OTHER_AGENT};
	struct command command = {
		.kind = kinds[draw(l, sizeof kinds / sizeof *kinds)],
		.caller = draw_user(l),
		.agent = draw_user(l),
	};
	if (command.kind == CMD_STOP_OTHER_AGENT && draw(l, 4))
		return;
	if (command.kind == CMD_MONITOR || command.kind == CMD_COACH ||
		command.kind == CMD_BARGE_IN) {
		command.monitor.mode = draw(l, 2) ? MONITOR_ALL : MONITOR_NEXT;
		command.monitor.nickname = draw(l, 2) ? STR("Boss") : STR_NONE;
	} else if (command.caller->orders && command.caller->orders->agent) {
		command.agent = command.caller->orders->agent;
	}
	if (command.caller->b.roles & ROLE_SUPERVISOR)
		run(l, command);
	order_standing(l, command.caller);
	struct user *agent = draw_user(l);
	struct session *session = agent->parties ? agent->parties->session : NULL;
	if (session && command.caller->b.roles & ROLE_SUPERVISOR)
		run(l, (struct command) {.kind = CMD_INTRUDE,
			       .caller = command.caller,
			       .session = session,
			       .intrude = {
				       agent, (enum supervision)draw(l, 1 + supervision_count)}});
}

static void handles_a_hand(struct life *l)
{
	static const enum command_kind kinds[] = {
		CMD_TAKE_HAND, CMD_LOOK_AT_HAND, CMD_DISMISS_HAND};
	struct hand *hand = l->core->hands;
	if (hand)
		run(l, (struct command) {.kind = kinds[draw(l, 3)],
			       .caller = draw_user(l),
			       .session = hand->session,
			       .intrude = {hand->agent, SUPERVISION_MONITOR, hand}});
}

static void agent_acts(struct life *l)
{
	static const enum command_kind kinds[] = {CMD_START_AGENT, CMD_START_AGENT, CMD_READY,
		CMD_READY, CMD_READY, CMD_NOT_READY, CMD_CLIENT_CAME, CMD_CLIENTS_LOST,
		CMD_STOP_AGENT};
	unsigned nth = draw(l, sizeof kinds / sizeof kinds[0]);
	if (kinds[nth] == CMD_STOP_AGENT && draw(l, 4))
		return;
	run(l, (struct command) {.kind = kinds[nth], .caller = draw_user(l)});
}

/* What may be done in the session, or once in four times whatever can be asked there. */
static enum command_kind draw_listed(
	struct life *l, const struct session *session, const struct user *user)
{
	unsigned listed = access_capabilities(l->core, session_viewer(session, user));
	unsigned among = draw(l, 4) && listed ? listed : (1u << CAPABILITY_COUNT) - 1;
	unsigned pick;
	if (among & 1u << CAN_INVITE && draw(l, 3) == 0)
		return CMD_INVITE; /* much can be done by two agents only */
	if (listed & 1u << CAN_CANCEL_CONSULT && draw(l, 3) == 0)
		return CMD_CANCEL_CONSULT; /* of what can be done seldom */
	if (listed & 1u << CAN_REMOVE_PARTICIPANT && draw(l, 4) == 0)
		return CMD_REMOVE_PARTICIPANT;
	do
		pick = draw(l, CAPABILITY_COUNT);
	while (!(among & 1u << pick));
	return access_command((enum capability)pick);
}

/* Does it write an entry of words (command.def's ENTRY)? */
static bool writes_words(enum command_kind kind)
{
	switch (kind) {
#define COMMAND(number, name, asker, with, may, can, make)
#define LISTED(number, name, word, where, when, with, may, can, make)
#define ENTRY(number, name, ...) case CMD_##name:
#include "core/command.def"
		return true;
	default:
		return false;
	}
}

static void party_acts(struct life *l)
{
	static const char long_text[] = "This text is longer than the seventy characters that "
					"surely fit into one SMS, is it?";
	const struct datum_pair pairs[] = {{STR("a"), STR("1"), true},
		{STR("b"), STR("words"), false}, {STR("c"), STR_NONE, false},
		{STR("d"), STR("-1.5e3"), true}, {STR("e"), STR("x"), false},
		{STR("f"), STR("y"), false}};
	struct user *user = draw_user(l);
	struct session *session = draw_session(l, user);
	if (!session)
		return;
	struct command command = {
		.kind = draw_listed(l, session, user),
		.caller = user,
		.session = session,
	};
	if (command.kind == CMD_INVITE || command.kind == CMD_CONSULT ||
		command.kind == CMD_REMOVE_PARTICIPANT ||
		(command.kind == CMD_TRANSFER && draw(l, 4)))
		command.target.user = draw_user(l);
	else if (command.kind == CMD_TRANSFER)
		command.target.queue = draw_queue(l);
	else if (command.kind == CMD_SET_DISPOSITION)
		command.disposition.value = draw(l, 3) ? STR("sold") : STR_NONE;
	else if (command.kind == CMD_RAISE_HAND)
		command.hand.comment = draw(l, 2) ? STR("May I?") : STR("Please");
	else if (command.kind == CMD_ATTACH_USER_DATA || command.kind == CMD_UPDATE_USER_DATA ||
		 command.kind == CMD_DELETE_USER_DATA)
		command.data = (struct command_data) {pairs + draw(l, 4), 1 + draw(l, 3)};
	else if (writes_words(command.kind))
		command.send.text = draw(l, 3) ? STR("Good day") : STR(long_text);
	else if (command.kind == CMD_COMPLETE || command.kind == CMD_LEAVE_AND_COMPLETE)
		command.complete.queue = draw(l, 2) ? STR_NONE : draw_queue(l);
	run(l, command);
}

static void begins(struct life *l)
{
	static const char *const phones[] = {"+420600112301", "600112301", "+420600112302"};
	run(l, (struct command) {.kind = CMD_CREATE,
		       .caller = draw_user(l),
		       .create = {.phone = str_of(phones[draw(l, 3)]),
			       .queue = draw_queue(l),
			       .text = STR("Good day")}});
}

/* So many that some are there already. */
static void token(struct life *l)
{
	struct str id = arena_printf(&l->arena, "%016u", draw(l, 8));
	const struct body_token body = {.id = id,
		.user = draw_user(l)->b.id,
		.digest = arena_copy(&l->arena, id),
		.label = STR("bot")};
	if (draw(l, 3))
		run(l, (struct command) {.kind = CMD_ADD_TOKEN, .new_token = &body});
	else
		run(l, (struct command) {.kind = CMD_REVOKE_TOKEN, .token = id});
}

/* From so many addresses that some are forgotten. */
static void sign_in(struct life *l)
{
	if (draw(l, 3) == 0)
		token(l);
	run(l, (struct command) {.kind = CMD_NOTE_ADDRESS,
		       .address = {.user = draw_user(l),
			       .text = arena_printf(&l->arena, "%u", draw(l, 40))}});
}

/* Rules of each kind come and go, and are changed. */
static void declares(struct life *l)
{
	const struct body_rule rules[] = {
		{.name = STR("law"),
			.kind = RULE_WORDS,
			.texts = draw(l, rule_texts_count),
			.words = draw(l, 2) ? STR("day\n") : STR("hello\n")},
		{.name = STR("slow"), .kind = RULE_REPLY, .after = draw(l, 60000)},
		{.name = STR("lost"), .kind = RULE_UNDELIVERED},
	};
	const struct body_rule *rule = &rules[draw(l, 3)];
	if (draw(l, 3))
		run(l, (struct command) {.kind = core_rule(l->core, rule->name) ? CMD_DECLARE_RULE
										: CMD_ADD_RULE,
			       .new_rule = rule});
	else
		run(l, (struct command) {.kind = CMD_REMOVE_RULE, .name = rule->name});
}

static void tick(struct life *l)
{
	static const msec waits[] = {1000, 61000, 3600000, 25 * 3600000LL, 50 * 3600000LL};
	l->now += waits[draw(l, draw(l, 8) ? 2 : 5)];
	for (int fired = 0; fired < 256; fired++)
		if (!core_tick(l->core, l->now, 0, &l->outcome))
			break;
	keep(l);
}

static void step(struct life *l)
{
	static void (*const steps[])(struct life *) = {agent_acts, handles_a_hand, party_acts,
		party_acts, party_acts, party_acts, party_acts, party_acts, party_acts, party_acts,
		receive, receive, hold, match, deliver, deliver, move_text, supervise, sign_in,
		tick, merge, decide, refuse, erase, await_nothing, begins, declares};
	l->now++;
	steps[draw(l, sizeof steps / sizeof steps[0])](l);
	if (draw(l, 3) == 0)
		commit(l);
	if (draw(l, 20) == 0)
		core_forget(l->core, l->store->ops->projected(l->store), CORE_FORGET_ALL);
}

/* --- beginning ---------------------------------------------------------------------------------- */

static void create(struct life *l)
{
	static const struct body_centre centre = {
		.name = {"demo", 4},
		.id_key = {"0123456789abcdef0123456789abcdef", 32},
		.capacity = 3,
		.state_after_login = AGENT_NOT_READY,
		.lost_after = 120000,
		.answer_timeout = 60000,
		.reject_wait = 30000,
		.idle_close = 24 * 3600 * 1000,
		.redelivery_window = 600000,
		.receipt_window = 48 * 3600 * 1000,
		.receive_window = 10,
		.multimedia = 1,
		.stop_reply = {"stopped", 7},
	};
	static const struct body_link links[] = {
		{.name = {"m1", 2}, .host = {"h", 1}, .window = 10, .carrier = {"c", 1}},
		{.name = {"m2", 2}, .host = {"h", 1}, .window = 10, .carrier = {"c", 1}}};
	static const struct body_queue queues[] = {
		{.name = {"support", 7}, .number = {"5000", 4}, .link = {"m1", 2}},
		{.name = {"sales", 5}, .number = {"6000", 4}, .link = {"m1", 2}}};
	static const char *const names[USERS] = {"ana", "ben", "sam", "sue"};
	run(l, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &centre});
	for (size_t i = 0; i < 2; i++)
		run(l, (struct command) {.kind = CMD_ADD_LINK, .new_link = &links[i]});
	for (size_t i = 0; i < 2; i++)
		run(l, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queues[i]});
	struct body_setting setting = {.name = STR("sms.repeat-max"), .value = 2};
	run(l, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &setting});
	for (size_t i = 0; i < USERS; i++) {
		struct body_user user = {.name = str_of(names[i]),
			.roles = ROLE_AGENT | (i > 1 ? ROLE_SUPERVISOR : 0),
			.provisioned = 1,
			.enabled = 1};
		run(l, (struct command) {.kind = CMD_ADD_USER, .new_user = &user});
	}
	commit(l);
}

static void assert_equal(const struct core *expected, const struct core *got)
{
	struct buf texts[2] = {{0}, {0}};
	core_dump(expected, &texts[0]);
	core_dump(got, &texts[1]);
	buf_put_byte(&texts[0], '\0');
	texts[0].len--;
	assert_text(&texts[1], texts[0].at);
	buf_free(&texts[0]);
	buf_free(&texts[1]);
}

/* Loads a second core, which must be as the first, and lives on in it. */
static void live_on_in_another(struct life *l)
{
	struct core *loaded = core_new();
	commit(l);
	assert_int_equal(l->store->ops->load(l->store, loaded), OK);
	core_check(loaded);
	assert_equal(l->core, loaded);
	core_free(&l->core);
	l->core = loaded;
}

/* --- the monitoring ledger ---------------------------------------------------------------------- */

/* Rows of the tables that are not so in the ledger, found without anything that wrote it. */
static const char *const ledger_lacks[] = {
	/* each stint began once, with this supervisor, agent and mode */
	"SELECT count(*) FROM party p WHERE kind = 'supervisor' AND joined = 1 AND 1 <> (SELECT"
	" count(*) FROM j.ledger l WHERE l.session = p.session AND l.participation = p.id"
	" AND l.act = 'Began' AND l.supervisor = p.user AND l.agent = p.watched"
	" AND l.mode = p.supervision)",
	/* it ended once if it is over, else not */
	"SELECT count(*) FROM party p WHERE kind = 'supervisor' AND joined = 1 AND"
	" (state IN ('Completed', 'Revoked')) <> (SELECT count(*) FROM j.ledger l WHERE"
	" l.session = p.session AND l.participation = p.id AND l.act = 'Ended')",
	/* what was never joined was offered, and neither began nor ended */
	"SELECT count(*) FROM party p WHERE kind = 'supervisor' AND joined = 0 AND 'Offered' <>"
	" (SELECT group_concat(act) FROM j.ledger l WHERE l.session = p.session"
	" AND l.participation = p.id AND l.act NOT IN ('Withdrawn', 'Declined'))",
	/* who took a session over did so once, from this agent */
	"SELECT count(*) FROM party p WHERE origin = 'took-over' AND 1 <> (SELECT count(*) FROM"
	" j.ledger l WHERE l.session = p.session AND l.participation = p.id AND l.act = 'TookOver'"
	" AND l.supervisor = p.user AND l.agent = p.watched AND l.disclosure = p.disclosure)",
	/* and nothing is in it that is none of these */
	"SELECT count(*) FROM j.ledger l WHERE session <> '' AND NOT EXISTS (SELECT 1 FROM party p"
	" WHERE (kind = 'supervisor') = (act <> 'TookOver') AND l.session = p.session"
	" AND l.participation = p.id)",
	/* an order is active if its last row says so */
	"SELECT count(*) FROM registration r WHERE (CASE active WHEN 1 THEN 'Ordered' ELSE"
	" 'OrderEnded' END) <> (SELECT act FROM j.ledger l WHERE l.session = ''"
	" AND l.supervisor = r.supervisor AND (l.agent = r.agent OR (l.agent = '' AND"
	" l.target = r.\"on\" AND l.thing = r.thing)) ORDER BY serial DESC LIMIT 1)",
};
#define LEDGER_ENDED "SELECT count(*) FROM j.ledger WHERE act = 'Ended'"

/* Gives how many stints have ended. */
static int64_t assert_ledger_tells_of_each_stint(struct life *l)
{
	struct db db;
	struct buf attach = {0};
	int64_t found;
	assert_int_equal(db_open(&db, str_of(l->folder), "sotto.db", DB_READ), SQLITE_OK);
	buf_printf(&attach, "ATTACH '%s/journal.db' AS j", l->folder);
	buf_put_byte(&attach, '\0');
	assert_int_equal(db_exec(&db, attach.at), SQLITE_OK);
	for (size_t i = 0; i < sizeof ledger_lacks / sizeof ledger_lacks[0]; i++) {
		assert_int_equal(db_number(&db, ledger_lacks[i], &found), SQLITE_OK);
		if (found)
			fail_msg("%d rows: %s", (int)found, ledger_lacks[i]);
	}
	assert_int_equal(db_number(&db, LEDGER_ENDED, &found), SQLITE_OK);
	db_close(&db);
	buf_free(&attach);
	return found;
}

/* --- what a start reads ------------------------------------------------------------------------- */

struct read_rows {
	struct arena *arena;
	const void *at[20000];
	size_t count;
};

static void read_rows(
	struct db *db, enum body_kind kind, const struct buf *sql, struct read_rows *rows)
{
	sqlite3_stmt *statement;
	union any_body room;
	uint64_t lsn;
	rows->count = 0;
	assert_int_equal(db_prepare(db, buf_str(sql), &statement), SQLITE_OK);
	db_bind_text(statement, 1, STR("demo"));
	while (sqlite3_step(statement) == SQLITE_ROW) {
		assert_true(table_read(statement, kind, &room, &lsn));
		assert_true(rows->count < sizeof rows->at / sizeof rows->at[0]);
		rows->at[rows->count++] = body_keep(kind, rows->arena, &room);
	}
	sqlite3_finalize(statement);
}

struct tables_read {
	struct read_rows all[BODY_KINDS], loaded;
};

static const void *find_owner(const void *ctx, const struct over_owner *owner)
{
	const struct read_rows *rows = &((const struct tables_read *)ctx)->all[owner->kind];
	struct body_session session = {.id = owner->session};
	struct body_outbound text = {.serial = owner->outbound};
	const void *key = owner->kind == BODY_session ? (const void *)&session : &text;
	for (size_t i = 0; i < rows->count; i++)
		if (body_key_cmp(owner->kind, rows->at[i], key) == 0)
			return rows->at[i];
	return NULL;
}

static bool is_among(const struct read_rows *rows, enum body_kind kind, const void *body)
{
	for (size_t i = 0; i < rows->count; i++)
		if (body_key_cmp(kind, rows->at[i], body) == 0)
			return true;
	return false;
}

/* The last by serial: read in that order. */
static bool is_newest(const struct tables_read *read, enum body_kind kind, const void *body)
{
	const struct read_rows *all = &read->all[kind];
	return (kind == BODY_session || kind == BODY_outbound) && body == all->at[all->count - 1];
}

/* The SQL of project.def and body_is_over say the same of each row. */
static void assert_reads_what_is_not_over(struct life *l)
{
	struct tables_read *read = mem_new(sizeof *read);
	struct arena arena = {0};
	struct buf sql = {0};
	struct db db;
	assert_int_equal(db_open_to_read(&db, str_of(l->folder), TABLES_NAME), SQLITE_OK);
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		read->all[kind].arena = read->loaded.arena = &arena;
		sql.len = 0;
		table_put_select(&sql, kind, "1", "\"first_lsn\"");
		read_rows(&db, kind, &sql, &read->all[kind]);
	}
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		sql.len = 0;
		store_load_put_sql(&sql, kind);
		read_rows(&db, kind, &sql, &read->loaded);
		for (size_t i = 0; i < read->all[kind].count; i++) {
			const void *body = read->all[kind].at[i];
			bool is_over = body_is_over(kind, body, find_owner, read);
			l->over[kind] += is_over;
			if (is_among(&read->loaded, kind, body) ==
				(!is_over || is_newest(read, kind, body)))
				continue;
			sql.len = 0;
			body_dump(kind, &sql, body);
			fail_msg("%s, and a start %s it: %.*s", is_over ? "over" : "not over",
				is_over ? "reads" : "does not read", STR_ARGS(buf_str(&sql)));
		}
	}
	db_close(&db);
	buf_free(&sql);
	arena_free(&arena);
	free(read);
}

static void live(
	uint64_t seed, unsigned done[COMMAND_KINDS], unsigned over[BODY_KINDS], int64_t *stints)
{
	struct life *l = mem_new(sizeof *l);
	l->done = done;
	l->over = over;
	struct store_tuning tuning = STORE_TUNING;
	struct store_verified found;
	struct buf differences = {0};
	l->seed = seed;
	l->now = 1700000000000;
	sample_loop_init(&l->loop);
	l->folder = sample_folder();
	l->core = core_new();
	l->store = sample_open(&l->loop, l->folder, &tuning);
	create(l);
	keep_texts(l);
	for (unsigned restart = 0; restart < 12; restart++) {
		unsigned steps = 1 + draw(l, 240);
		for (unsigned i = 0; i < steps; i++)
			step(l);
		live_on_in_another(l); /* some of it in the tables, some only in the journal */
		for (unsigned i = draw(l, 3); i; i--)
			step(l);
		commit(l);
		l->store->ops->close(&l->store);
		assert_reads_what_is_not_over(l);
		tuning = draw(l, 2) ? STORE_TUNING : sample_tuning_lazy();
		l->store = sample_open(&l->loop, l->folder, &tuning);
		live_on_in_another(l); /* all of it in the tables */
		if (draw(l, 2))
			erase_contact(l);
		if (restart % 3 == 2)
			erase_aged(l);
	}
	l->store->ops->close(&l->store);
	if (store_verify(str_of(l->folder), &differences, &found) != OK)
		fail_msg("%.*s", STR_ARGS(buf_str(&differences)));
	assert_int_equal(found.events, l->core->lsn);
	*stints += assert_ledger_tells_of_each_stint(l);
	core_free(&l->core);
	outcome_free(&l->outcome);
	arena_free(&l->arena);
	str_free(&l->written.image);
	buf_free(&differences);
	sample_folder_remove(&l->folder);
	free(l);
}

/* What changes a user, or what is declared, alone: store/store_sqlite has the bodies, the tests of core the commands. */
static bool is_left_out(unsigned kind)
{
	return (kind >= CMD_CHANGE_CENTRE && kind <= CMD_REMOVE_USER) ||
	       kind == CMD_CHANGE_PASSWORD || kind == CMD_CHANGE_OWN_PASSWORD ||
	       kind == CMD_CHANGE_ROLES || kind == CMD_ASSIGN || kind == CMD_ADD_CHOICE ||
	       kind == CMD_CHANGE_CHOICE || kind == CMD_REMOVE_CHOICE;
}

static void test_a_core_comes_back_as_it_was(void **state)
{
	unsigned done[COMMAND_KINDS] = {0}, over[BODY_KINDS] = {0};
	int64_t stints = 0;
	static const uint64_t seeds[] = {1, 7, 20261122, 0x9E3779B97F4A7C15, 77, 5, 4, 83, 84};
	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		live(seeds[i], done, over, &stints);
	if (stints == 0)
		fail_msg("nobody ever watched: the test proves too little");
	for (unsigned kind = 0; kind < COMMAND_KINDS; kind++)
		if (!is_left_out(kind) && done[kind] == 0)
			fail_msg("%s never succeeded: the test proves too little",
				command_name(kind));
	static const enum body_kind ending[] = {BODY_session, BODY_party, BODY_message,
		BODY_registration, BODY_hand, BODY_flag, BODY_refusal, BODY_outbound, BODY_part,
		BODY_lost, BODY_aside, BODY_segment, BODY_token};
	for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
		if (over[ending[i]] == 0)
			fail_msg("no %s was ever over: the test proves too little",
				body_type(ending[i])->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_core_comes_back_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
