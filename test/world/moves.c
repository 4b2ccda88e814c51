/* moves.c - listing what can be tried, and doing it. */
#include "moves_private.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <stdlib.h>
#include <utlist.h>

#define HAPPENING(name, command, when, words)                                                      \
	static bool happens_##name(const struct scope *scope)                                      \
	{                                                                                          \
		return when;                                                                       \
	}
#include "happenings.def"
#undef HAPPENING

#define CMD_NO_COMMAND COMMAND_KINDS
const struct happening happenings[FIRST_DEED] = {
#define HAPPENING(name, command, when, words) {CMD_##command, happens_##name, words},
#include "happenings.def"
#undef HAPPENING
};

/* In which worlds it is tried, and in which of them somebody succeeds: see deeds.def. */
struct deed_worlds {
	bool tried, succeeds;
};

static struct deed_worlds deed_worlds(const struct scope *scope, size_t place)
{
#define WORLDS(tried, succeeds)                                              (tried) != 0, (succeeds) != 0
#define DEED(path, name, command, with, worlds, agents, supervisors, leaves) {WORLDS worlds},
#define READ(path, query, agents, supervisors)
	const struct deed_worlds all[DEED_OPERATIONS] = {
#include "../sim/deeds.def"
	};
#undef WORLDS
	return all[place];
}

/* What no deed and no happening reaches. */
static const struct {
	enum command_kind command;
	const char *why;
} excused[] = {
	{CMD_CREATE_CENTRE, "sets the centre up: done once, before the walk"},
	{CMD_ADD_USER, "the same"},
	{CMD_ADD_LINK, "the same"},
	{CMD_ADD_QUEUE, "the same"},
	{CMD_CHANGE_SETTING, "the same"},
	{CMD_DECLARE_RULE, "the same; changed and removed by core/flag, and by the scenario rules"},
	{CMD_ADD_RULE, "the same"},
	{CMD_REMOVE_RULE, "the same"},
	{CMD_CHANGE_CENTRE, "an operator's: core/setup does, and the scenario declared"},
	{CMD_CHANGE_LINK, "the same"},
	{CMD_REMOVE_LINK, "the same"},
	{CMD_CHANGE_QUEUE, "the same"},
	{CMD_REMOVE_QUEUE, "the same"},
	{CMD_CHANGE_USER, "an operator's: core/user does, and the scenario users"},
	{CMD_REMOVE_USER, "the same"},
	{CMD_CHANGE_PASSWORD, "an operator's; no rule of the core asks for a password"},
	{CMD_NOTE_ADDRESS, "of a sign-in; no rule of the core asks for an address"},
	{CMD_CHANGE_OWN_PASSWORD, "no rule of the core asks for a password"},
	{CMD_ADD_TOKEN, "an operator's; no rule of the core asks for a token"},
	{CMD_REVOKE_TOKEN, "the same"},
	{CMD_ADD_CHOICE,
		"an operator's; no rule of the core but NotReady's asks what may be chosen"},
	{CMD_CHANGE_CHOICE, "the same"},
	{CMD_REMOVE_CHOICE, "the same"},
	{CMD_DECIDE_OPT_OUT,
		"an operator's; a STOP by another way: core/core and store/store_core do"},
	{CMD_REFUSE_TEXTS, "the same: core/inbound and the scenario import do"},
	{CMD_MOVE_TEXTS,
		"of links of one carrier, and here is one: sms/sms and store/store_core do"},
	{CMD_ERASE_BODY, "the same as to merge"},
	{CMD_ERASE_CONTACT, "an operator's: core/erase does, and the scenario erase"},
	{CMD_AWAIT_NO_RECEIPTS, "the same"},
	{CMD_ERASE_AGED,
		"of sessions that have long been over: core/erase does, and twins, cuts and kills"},
	{CMD_MERGE_CONTACT,
		"an operator's, who has no way to ask for it yet: store/store_core does"},
};

/* --- what a move is ----------------------------------------------------------------------------- */

bool move_is_deed(struct move move)
{
	return move.kind >= FIRST_DEED;
}

const struct deed *move_deed(struct move move)
{
	CHECK(move_is_deed(move));
	return deed_at(move.kind - FIRST_DEED);
}

enum command_kind move_command(struct move move)
{
	return move_is_deed(move) ? move_deed(move)->command : happenings[move.kind].command;
}

bool move_is_deadline(struct move move)
{
	return move.kind >= FIRST_DEADLINE && move.kind <= LAST_DEADLINE;
}

bool move_is_two_deadlines(struct move move)
{
	return move.kind == MOVE_BOTH_DUE || move.kind == MOVE_LATE_START;
}

bool move_is_several_deadlines(struct move move)
{
	return move_is_two_deadlines(move) || move.kind == MOVE_FOLLOWED;
}

bool move_is_on_session(struct move move)
{
	return move_is_deed(move) && deed_target(move_deed(move)) == TARGET_SESSION;
}

void moves_check_complete(void)
{
	bool is_reached[COMMAND_KINDS + 1] = {false};
	for (size_t i = 0; i < DEED_OPERATIONS; i++)
		is_reached[deed_at(i)->command] = true;
	for (size_t i = 0; i < FIRST_DEED; i++)
		is_reached[happenings[i].command] = true;
	for (size_t i = 0; i < sizeof excused / sizeof excused[0]; i++) {
		CHECK(excused[i].why && !is_reached[excused[i].command]);
		is_reached[excused[i].command] = true;
	}
	for (size_t i = 0; i < COMMAND_KINDS; i++)
		CHECK(is_reached[i]); /* a row of command.def that the walk does not know */
}

/* An operation that two resources have is one deed to the core. */
static bool is_first_of_command(size_t place)
{
	return deed_of_command(deed_at(place)->command) == deed_at(place);
}

bool move_kind_is_in(const struct scope *scope, unsigned kind)
{
	if (kind < FIRST_DEED)
		return happenings[kind].when(scope);
	struct deed_worlds in = deed_worlds(scope, kind - FIRST_DEED);
	return in.tried && in.succeeds && is_first_of_command(kind - FIRST_DEED);
}

const char *move_kind_words(unsigned kind)
{
	return kind < FIRST_DEED ? happenings[kind].words : deed_at(kind - FIRST_DEED)->name;
}

/* --- listing ------------------------------------------------------------------------------------ */

/* What does not happen in this world is left out. */
static void put(const struct world *world, struct moves *moves, size_t kind, unsigned who,
	size_t on, unsigned with)
{
	if (kind < FIRST_DEED && !happenings[kind].when(&world->scope))
		return;
	if (moves->count == moves->cap) {
		moves->cap = moves->cap ? 2 * moves->cap : 256;
		moves->at = mem_resize(moves->at, moves->cap * sizeof *moves->at);
	}
	CHECK(on <= UINT16_MAX);
	moves->at[moves->count++] =
		(struct move) {(uint8_t)kind, (uint8_t)who, (uint8_t)with, (uint16_t)on};
}

static unsigned arguments_of(const struct world *world, const struct deed *deed)
{
	switch (deed->with) {
	case NOTHING:
	case CHANNELS:
	case A_TEXT:
	case A_URL:
	case A_NOTICE:
	case A_PAIR:
	case A_DISPOSITION:
	case A_HAND:
	case A_KEY:
	case THE_THING:
		return 1;
	case A_NICKNAME:
	case MAYBE_QUEUE:
		return 2 + world->scope.last;
	case A_MODE:
	case A_THING:
		return 3;
	case A_SIGHT: /* without modes: silently */
		return world->scope.modes ? 1 + supervision_count : 2;
	case A_USER:
		return world->user_count;
	case A_TARGET:
		return world->user_count + 1;
	case A_COLLEAGUE:
		return world->user_count + world->scope.through;
	case A_PHONE:
		return world->scope.customers;
	}
	CHECK(!"an argument that the walk does not know");
	return 0;
}

unsigned move_says(struct move move)
{
	return move_is_deed(move) ? move.with & SAYS_AS_SYSTEM : 0;
}

struct move move_unsaid(struct move move)
{
	if (move_is_deed(move))
		move.with &= (uint8_t)~SAYS_AS_SYSTEM;
	return move;
}

static unsigned on_their_way(const struct world *world, struct str phone)
{
	unsigned count = 0;
	const struct outbound *out;
	DL_FOREACH(world->core->outbound, out)
		count += out->b.open && str_eq(out->b.phone, phone);
	return count;
}

static bool is_room_for_text(const struct world *world, struct str phone, unsigned more)
{
	return !world->scope.texts || on_their_way(world, phone) < world->scope.texts + more;
}

static bool may_open(const struct world *world, struct str phone)
{
	const struct contact *contact = core_contact(world->core, phone);
	const struct session *session;
	unsigned count = 0;
	DL_FOREACH(world->core->sessions, session)
		count += str_eq(session->b.phone, phone);
	return count < world->scope.sessions || (contact && contact->open);
}

static void list_on_phones(
	const struct world *world, struct moves *moves, size_t place, unsigned who)
{
	for (unsigned with = 0; with < arguments_of(world, deed_at(place)); with++)
		if (may_open(world, world_phone(with)) &&
			is_room_for_text(world, world_phone(with), 0))
			put(world, moves, FIRST_DEED + place, who, 0, with);
}

/* The same deed, and something is said in it. */
static void list_partings(const struct world *world, struct moves *moves, size_t place,
	unsigned who, size_t on, unsigned with, bool is_room)
{
	if (!world->scope.partings || !deed_may_part(deed_at(place)))
		return;
	if (is_room)
		put(world, moves, FIRST_DEED + place, who, on, with | SAYS_TEXT);
	put(world, moves, FIRST_DEED + place, who, on, with | SAYS_NOTICE);
	put(world, moves, FIRST_DEED + place, who, on, with | SAYS_AS_SYSTEM);
}

static void list_on_sessions(
	const struct world *world, struct moves *moves, size_t place, unsigned who)
{
	const struct session *session;
	size_t on = 0;
	DL_FOREACH(world->core->sessions, session) {
		unsigned count = arguments_of(world, deed_at(place));
		bool is_text = deed_at(place)->sms == BY_SMS;
		bool is_room = is_room_for_text(world, session->b.phone, 0);
		for (unsigned with = 0; with < count && (!is_text || is_room); with++) {
			put(world, moves, FIRST_DEED + place, who, on, with);
			list_partings(world, moves, place, who, on, with, is_room);
		}
		on++;
	}
}

/* The API asks for the role before the core is asked. */
static void list_on_users(
	const struct world *world, struct moves *moves, size_t place, unsigned who)
{
	if (!(world->users[who]->b.roles & ROLE_SUPERVISOR))
		return;
	for (unsigned on = 0; on < world->user_count; on++)
		for (unsigned with = 0;
			world_covers(world, who, on) && with < arguments_of(world, deed_at(place));
			with++)
			put(world, moves, FIRST_DEED + place, who, on, with);
}

/* The API finds only sessions that the user handles. */
static void list_on_users_sessions(
	const struct world *world, struct moves *moves, size_t place, unsigned who)
{
	const struct session *session;
	size_t on = 0;
	if (!(world->users[who]->b.roles & ROLE_SUPERVISOR))
		return;
	DL_FOREACH(world->core->sessions, session) {
		for (unsigned user = 0; user < world->user_count; user++)
			for (unsigned with = 0;
				session_is_handled_by(session, world->users[user]) &&
				world_covers(world, who, user) &&
				with < arguments_of(world, deed_at(place));
				with++)
				put(world, moves, FIRST_DEED + place, who, on * USERS_MAX + user,
					with);
		on++;
	}
}

/* Those of others. */
static void list_on_hands(
	const struct world *world, struct moves *moves, size_t place, unsigned who)
{
	if (!(world->users[who]->b.roles & ROLE_SUPERVISOR))
		return;
	for (size_t on = 0; on < world->rows.count; on++) {
		const struct body_hand *b = &world->rows.at[on].body.hand;
		if (world->rows.at[on].kind != BODY_hand || !b->raised ||
			str_eq(b->agent, world->users[who]->b.id) ||
			!world_covers(
				world, who, world_user(world, core_user(world->core, b->agent))))
			continue;
		for (unsigned with = 0; with < arguments_of(world, deed_at(place)); with++)
			put(world, moves, FIRST_DEED + place, who, on, with);
	}
}

static void list_on_none(const struct world *world, struct moves *moves, size_t place, unsigned who)
{
	const struct deed *deed = deed_at(place);
	if (deed_is_standing(deed) && !(world->users[who]->b.roles & ROLE_SUPERVISOR))
		return;
	for (unsigned with = 0; with < arguments_of(world, deed); with++)
		put(world, moves, FIRST_DEED + place, who, 0, with);
}

static void list_deed(const struct world *world, struct moves *moves, size_t place, unsigned who)
{
	switch (deed_target(deed_at(place))) {
	case TARGET_SESSION:
		list_on_sessions(world, moves, place, who);
		return;
	case TARGET_USER:
		list_on_users(world, moves, place, who);
		return;
	case TARGET_USERS_SESSION:
		list_on_users_sessions(world, moves, place, who);
		return;
	case TARGET_HAND:
		list_on_hands(world, moves, place, who);
		return;
	case TARGET_NONE:
		if (deed_at(place)->with == A_PHONE)
			list_on_phones(world, moves, place, who);
		else
			list_on_none(world, moves, place, who);
	}
}

static void list_deeds(const struct world *world, struct moves *moves)
{
	for (size_t place = 0; place < DEED_OPERATIONS; place++) {
		if (!is_first_of_command(place) || !deed_worlds(&world->scope, place).tried)
			continue;
		for (unsigned who = 0; who < world->user_count; who++)
			list_deed(world, moves, place, who);
	}
}

static void list_customer(const struct world *world, struct moves *moves, unsigned who)
{
	struct str phone = world_phone(who);
	bool is_room = is_room_for_text(world, phone, 1);
	if (may_open(world, phone)) {
		put(world, moves, MOVE_TEXT, who, 0, 0);
		put(world, moves, MOVE_LAST_PART, who, 0, 0);
		if (is_room)
			put(world, moves, MOVE_START, who, 0, 0);
	}
	if (is_room) {
		put(world, moves, MOVE_STOP, who, 0, 0);
		put(world, moves, MOVE_HELP, who, 0, 0);
	}
	put(world, moves, MOVE_FIRST_PART, who, 0, 0);
	put(world, moves, MOVE_COPY, who, 0, 0);
}

static void list_smsc(const struct world *world, struct moves *moves)
{
	const struct outbound *out;
	unsigned who = 0;
	DL_FOREACH(world->core->outbound, out) {
		for (unsigned part = 1; out->b.open && part <= world->scope.parts; part++)
			for (unsigned kind = MOVE_SMSC_TAKES; kind <= MOVE_RECEIPT_BAD; kind++)
				put(world, moves, kind, who, part, 0);
		who++;
	}
}

static enum move_kind deadline_of(const struct row *row)
{
	static const enum move_kind kinds[BODY_KINDS] = {
		[BODY_agent] = MOVE_NO_CLIENT,
		[BODY_party] = MOVE_NO_ANSWER,
		[BODY_refusal] = MOVE_OFFER_AGAIN,
		[BODY_message] = MOVE_IDLE,
		[BODY_outbound] = MOVE_NO_RECEIPTS,
		[BODY_registration] = MOVE_ORDER_ENDS,
		[BODY_flag] = MOVE_NO_REPLY,
	};
	CHECK(kinds[row->kind]); /* a deadline that the walk does not know */
	return kinds[row->kind];
}

struct move move_due(const struct world *world, struct move move, unsigned nth)
{
	uint16_t row = nth == 0 ? move.on : move.with;
	return (struct move) {.kind = (uint8_t)deadline_of(&world->rows.at[row]), .on = row};
}

/* Has it a deadline that may be due next, of a kind that this world has? */
static bool may_be_due(const struct world *world, const struct row *row)
{
	return world_is_pending(world, row) && happenings[deadline_of(row)].when(&world->scope);
}

/* The end of an order, and a rule's time, are affairs of those who watch: unwatched states know them not. */
static bool may_be_with_another(const struct row *row)
{
	return row->kind != BODY_registration && row->kind != BODY_flag;
}

/* Any two, in either order. */
static void list_two_deadlines(const struct world *world, struct moves *moves, size_t first)
{
	if (!may_be_with_another(&world->rows.at[first]))
		return;
	for (size_t second = 0; second < world->rows.count; second++) {
		if (second == first || !may_be_due(world, &world->rows.at[second]) ||
			!may_be_with_another(&world->rows.at[second]))
			continue;
		CHECK(second <= UINT8_MAX);
		put(world, moves, MOVE_BOTH_DUE, 0, first, (unsigned)second);
		put(world, moves, MOVE_LATE_START, 0, first, (unsigned)second);
	}
}

static void list_deadlines(const struct world *world, struct moves *moves)
{
	for (size_t i = 0; i < world->rows.count; i++) {
		if (!may_be_due(world, &world->rows.at[i]))
			continue;
		put(world, moves, deadline_of(&world->rows.at[i]), 0, i, 0);
		if (may_be_with_another(&world->rows.at[i]))
			put(world, moves, MOVE_FOLLOWED, 0, i, 0);
		if (world->scope.timeouts > 1)
			list_two_deadlines(world, moves, i);
	}
}

void moves_list(const struct world *world, struct moves *moves)
{
	moves->count = 0;
	list_deeds(world, moves);
	for (unsigned who = 0; who < world->scope.customers; who++)
		list_customer(world, moves, who);
	put(world, moves, MOVE_SETTLE, 0, 0, 0);
	list_smsc(world, moves);
	for (unsigned who = 0; who < world->user_count; who++) {
		put(world, moves, MOVE_CLIENT_COMES, who, 0, 0);
		put(world, moves, MOVE_CLIENTS_GO, who, 0, 0);
		put(world, moves, MOVE_ASSIGNED, who, 0, 0);
		if (who >= world->scope.agents)
			put(world, moves, MOVE_ROLES, who, 0, 0);
	}
	list_deadlines(world, moves);
	put(world, moves, MOVE_CRASH, 0, 0, 0);
}

/* --- doing -------------------------------------------------------------------------------------- */

struct doing {
	struct command command;
	struct body_segment segment;
	struct part_place place;
	struct datum_pair pair;
	struct body_assignment assignment;
	char print[DIGEST_BYTES], smsc_id[32], nickname[32];
};

struct str move_nickname(const struct world *world, struct move move, char room[32])
{
	snprintf(room, 32, "%s of %.*s", move_deed(move)->with == A_NICKNAME ? "Nick" : "Nobody",
		STR_ARGS(world->users[move.who]->b.name));
	return str_of(room);
}

const char *move_words(const struct deed *deed)
{
	return deed->with == A_URL ? "https://example.org/day" : "Good day";
}

/* The id of the session at that place, before the move. */
static struct str session_at(const struct world *world, unsigned place)
{
	const struct rows *rows = &world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_session *b = &rows->at[i].body.session;
		if (rows->at[i].kind == BODY_session && b->state != SESSION_ENDED && place-- == 0)
			return b->id;
	}
	CHECK(!"no such session");
	return STR_NONE;
}

/* Without one a standing order has none; an Accept has whichever the invitation says. */
static const struct str *claim_nickname(
	const struct world *world, struct move move, struct str *nickname, char room[32])
{
	static const struct str none = {"", 0};
	enum deed_with with = move_deed(move)->with;
	bool has_one = (with == A_NICKNAME && move.with == 1) || (with == A_MODE && move.with == 2);
	if (!has_one)
		return with == A_MODE ? &none : NULL;
	*nickname = move_nickname(world, move, room);
	return nickname;
}

static bool names_user(const struct world *world, struct move said)
{
	struct move move = move_unsaid(said);
	enum deed_with with = move_deed(move)->with;
	return with == A_USER ||
	       ((with == A_TARGET || with == A_COLLEAGUE) && move.with < world->user_count);
}

bool move_names_queue(const struct world *world, struct move said)
{
	struct move move = move_unsaid(said);
	enum deed_with with = move_deed(move)->with;
	return (with == MAYBE_QUEUE && move.with == 1) ||
	       ((with == A_TARGET || with == A_COLLEAGUE) && move.with == world->user_count);
}

/* That row, before the move: it is one. */
static const struct body_hand *hand_at(const struct world *world, unsigned row)
{
	CHECK(world->rows.at[row].kind == BODY_hand);
	return &world->rows.at[row].body.hand;
}

struct claim move_claim(
	const struct world *world, struct move said, struct str *nickname, char room[32])
{
	struct move move = move_unsaid(said);
	const struct deed *deed = move_deed(move);
	enum deed_target target = deed_target(deed);
	static const enum supervision sights[] = {
		SUPERVISION_MONITOR, SUPERVISION_COACH, SUPERVISION_BARGE_IN};
	bool is_users_session = target == TARGET_USERS_SESSION;
	const struct body_hand *hand = target == TARGET_HAND ? hand_at(world, move.on) : NULL;
	unsigned place = is_users_session ? move.on / USERS_MAX : move.on;
	const struct user *other = is_users_session          ? world->users[move.on % USERS_MAX]
				   : hand                    ? core_user(world->core, hand->agent)
				   : target == TARGET_USER   ? world->users[move.on]
				   : names_user(world, move) ? world->users[move.with]
							     : NULL;
	return (struct claim) {
		.deed = deed,
		.caller = world->users[move.who]->b.id,
		.session = hand                                           ? hand->session
			   : target == TARGET_SESSION || is_users_session ? session_at(world, place)
									  : STR_NONE,
		.sight = deed->with == A_SIGHT && move.with ? &sights[move.with - 1] : NULL,
		.target = other ? other->b.id : STR_NONE,
		.text = deed_has_words(deed) ? str_of(move_words(deed)) : STR_NONE,
		.queue = move_names_queue(world, move) || deed->with == A_PHONE ? world_queue
										: STR_NONE,
		.thing = hand                     ? hand->id
			 : deed_is_standing(deed) ? STR(WORLD_THING)
						  : STR_NONE,
		.expires_in = deed->with == A_THING && move.with == 2 ? 1 : 0,
		.phone = deed->with == A_PHONE ? world_phone(move.with) : STR_NONE,
		.saves = deed_may_save(deed) && move.with == 2,
		.mode = move.with == 1 ? MONITOR_ALL : MONITOR_NEXT,
		.nickname = claim_nickname(world, move, nickname, room),
	};
}

static void fill_with(const struct world *world, const struct claim *claim, struct doing *doing)
{
	struct command *command = &doing->command;
	struct datum_pair *pair = &doing->pair;
	*pair = (struct datum_pair) {.value = claim->text};
	if (deed_datum(claim->deed))
		pair->name = str_of(deed_datum(claim->deed));
	struct str nickname = claim->nickname ? *claim->nickname : STR_NONE;
	switch (claim->deed->with) {
	case NOTHING:
	case CHANNELS:
		break;
	case A_NICKNAME:
		command->accept.nickname = nickname;
		command->accept.saves_agent = claim->saves;
		break;
	case A_TEXT:
	case A_URL:
	case A_NOTICE:
		command->send.text = claim->text;
		break;
	case A_HAND:
		command->hand.comment = claim->text;
		break;
	case A_DISPOSITION:
		command->disposition.value = claim->text;
		break;
	case A_PAIR:
	case A_KEY:
		command->data = (struct command_data) {pair, 1};
		break;
	case MAYBE_QUEUE:
		command->complete.queue = claim->queue;
		command->complete.saves_agent = claim->saves;
		break;
	case A_PHONE:
		command->create.phone = claim->phone;
		command->create.queue = claim->queue;
		command->create.text = claim->text;
		break;
	case A_USER:
	case A_TARGET:
	case A_COLLEAGUE:
		if (claim->target.len)
			command->target.user = core_user(world->core, claim->target);
		command->target.queue = claim->queue;
		break;
	case A_SIGHT:
		command->intrude.agent = core_user(world->core, claim->target);
		command->intrude.mode = claim->sight ? *claim->sight : supervision_count;
		break;
	case A_THING:
	case THE_THING:
		command->monitor.on = (struct order_thing) {ORDER_ON_QUEUE, world_queue};
		command->monitor.mode = claim->mode;
		command->monitor.expires_in = claim->expires_in;
		break;
	case A_MODE:
		command->monitor.nickname = nickname;
		command->monitor.mode = claim->mode;
		break;
	}
}

static void fill_deed(const struct world *world, struct move move, struct doing *doing)
{
	struct str nickname;
	struct claim claim = move_claim(world, move, &nickname, doing->nickname);
	struct command *command = &doing->command;
	command->caller = world->users[move.who];
	if (claim.session.len)
		command->session = core_session(world->core, claim.session);
	else if (claim.target.len)
		command->agent = core_user(world->core, claim.target);
	fill_with(world, &claim, doing);
	if (move_says(move))
		command->parting = (struct command_parting) {STR(WORLD_PARTING),
			move_says(move) == SAYS_NOTICE ? PARTING_NOTICE : PARTING_TEXT,
			move_says(move) == SAYS_AS_SYSTEM ? TREAT_AS_SYSTEM : TREAT_AS_NORMAL};
	if (deed_target(claim.deed) == TARGET_HAND) {
		command->intrude.agent = core_user(world->core, claim.target);
		command->intrude.hand = session_hand(
			command->session, command->intrude.agent, hand_at(world, move.on)->rule);
	}
}

static struct segment_held *held_of(const struct world *world, struct str phone)
{
	struct segment_held *held;
	DL_FOREACH(world_link(world)->segments, held)
		if (str_eq(held->b.phone, phone))
			return held;
	return NULL;
}

/* Where a carrier repeats itself, a text has one; the same each time. */
static struct str fill_print(const struct world *world, struct move move, struct doing *doing)
{
	memset(doing->print, (int)move.who + 1, sizeof doing->print);
	return world->scope.carrier ? str_from(doing->print, sizeof doing->print) : STR_NONE;
}

static void fill_text(const struct world *world, struct move move, struct doing *doing)
{
	static const struct {
		const char *words;
		enum keyword keyword;
	} texts[FIRST_DEED] = {
		[MOVE_TEXT] = {"Hello", KEYWORD_NONE},
		[MOVE_STOP] = {"STOP", KEYWORD_STOP},
		[MOVE_START] = {"START", KEYWORD_START},
		[MOVE_HELP] = {"HELP", KEYWORD_HELP},
		[MOVE_LAST_PART] = {"Hello", KEYWORD_NONE},
	};
	struct str phone = world_phone(move.who);
	doing->command.receive.phone = phone;
	doing->command.receive.number = world_number;
	doing->command.receive.text = str_of(texts[move.kind].words);
	doing->command.receive.keyword = texts[move.kind].keyword;
	doing->command.receive.fingerprint = fill_print(world, move, doing);
	if (move.kind == MOVE_LAST_PART)
		doing->command.receive.joins = held_of(world, phone);
}

static void fill_part(const struct world *world, struct move move, struct doing *doing)
{
	doing->segment = (struct body_segment) {.phone = world_phone(move.who),
		.number = world_number,
		.reference = 1,
		.part = 1,
		.parts = 2,
		.data = STR("Hel")};
	doing->command.hold.segment = &doing->segment;
	doing->command.hold.fingerprint = fill_print(world, move, doing);
}

static void fill_inbound(const struct world *world, struct move move, struct doing *doing)
{
	struct command *command = &doing->command;
	command->link = world_link(world);
	if (command->kind == CMD_RECEIVE_SMS) {
		fill_text(world, move, doing);
	} else if (command->kind == CMD_HOLD_SEGMENT) {
		fill_part(world, move, doing);
	} else if (command->kind == CMD_MATCH_REDELIVERY) {
		command->match.fingerprint = fill_print(world, move, doing);
		command->match.at = WORLD_BEFORE;
	} else {
		CHECK(command->kind == CMD_SETTLE_INBOUND);
	}
}

struct outbound *move_outbound(const struct world *world, struct move move)
{
	struct outbound *out;
	unsigned place = move.who;
	DL_FOREACH(world->core->outbound, out)
		if (place-- == 0)
			return out;
	CHECK(!"no such text");
	return NULL;
}

static void fill_smsc(const struct world *world, struct move move, struct doing *doing)
{
	static const enum delivery deliveries[FIRST_DEED] = {
		[MOVE_SMSC_TAKES] = DELIVERY_SENT,
		[MOVE_SMSC_REFUSES] = DELIVERY_FAILED,
		[MOVE_RECEIPT_GOOD] = DELIVERY_DELIVERED,
		[MOVE_RECEIPT_LATE] = DELIVERY_EXPIRED,
		[MOVE_RECEIPT_BAD] = DELIVERY_FAILED,
	};
	struct command *command = &doing->command;
	enum delivery delivery = deliveries[move.kind];
	if (command->kind != CMD_SMS_ANSWERED)
		command->link = world_link(world);
	doing->place =
		(struct part_place) {move_outbound(world, move), move.on, world->scope.parts};
	const struct part_places places = {&doing->place, 1};
	snprintf(doing->smsc_id, sizeof doing->smsc_id, "%llu-%u",
		(unsigned long long)doing->place.outbound->b.serial, move.on);
	struct str smsc_id = move.kind == MOVE_SMSC_REFUSES ? STR_NONE : str_of(doing->smsc_id);
	if (command->kind == CMD_SMS_ANSWERED) {
		command->answer.place = doing->place;
		command->answer.delivery = delivery;
		command->answer.smsc_id = smsc_id;
	} else if (command->kind == CMD_SEND_WITHIN) {
		command->send_within.parts = (unsigned)command->link->b.window;
		command->send_within.lost = places;
	} else if (command->kind == CMD_FIND_SENT) {
		command->find_sent.lost = places;
	} else if (command->kind == CMD_CHANGE_TURN) {
		command->change_turn.places = places;
		command->change_turn.turn =
			move.kind == MOVE_PASSED_OVER ? TURN_WAITS : TURN_LEAVES;
	} else {
		CHECK(command->kind == CMD_SMS_RECEIPT);
		command->receipt.smsc_id = smsc_id;
		command->receipt.delivery = delivery;
	}
}

/* The other way than it is. */
static void fill_assignment(const struct world *world, struct move move, struct doing *doing)
{
	doing->assignment = (struct body_assignment) {.user = world->users[move.who]->b.id,
		.kind = world_assigned_as(world, move.who),
		.thing = STR(WORLD_GROUP),
		.held = !world_is_assigned(world, move.who)};
	doing->command.assignment = &doing->assignment;
}

static void fill_roles(const struct world *world, struct move move, struct doing *doing)
{
	struct user *user = world->users[move.who];
	doing->command.roles.user = user;
	doing->command.roles.roles = user->b.roles ^ ROLE_SUPERVISOR;
}

static enum err apply(struct world *world, struct move move)
{
	struct doing doing = {.command = {.kind = move_command(move)}};
	if (move_is_deed(move))
		fill_deed(world, move, &doing);
	else if (move.kind <= MOVE_SETTLE)
		fill_inbound(world, move, &doing);
	else if (move.kind <= MOVE_RECEIPT_BAD)
		fill_smsc(world, move, &doing);
	else if (move.kind == MOVE_ASSIGNED)
		fill_assignment(world, move, &doing);
	else if (move.kind == MOVE_ROLES)
		fill_roles(world, move, &doing);
	else
		doing.command.caller = world->users[move.who];
	return core_apply(world->core, &doing.command, world->now, &world->outcome);
}

static void wake(struct world *world)
{
	core_wake(world->core, world->now, &world->outcome);
	world_tell(world);
}

static void restore_due(struct world *world, struct move move)
{
	const struct row *rows = world->rows.at;
	if (move.kind == MOVE_FOLLOWED)
		world_restore_followed(world, &rows[move.on]);
	else if (move_is_two_deadlines(move))
		world_restore_two(world, &rows[move.on], &rows[move.with]);
	else
		world_restore(world, &rows[move.on]);
}

static void fire_due(struct world *world, struct move move)
{
	restore_due(world, move);
	if (move.kind == MOVE_LATE_START)
		wake(world);
	while (core_tick(world->core, world->now, 0, &world->outcome))
		world_tell(world);
}

/* All is told when centre/centre tells it: after the command, after each deadline. */
enum err move_do(struct world *world, struct move move)
{
	enum err e = OK;
	world_reset(world);
	if (move_is_deadline(move)) {
		fire_due(world, move);
	} else if (move.kind == MOVE_CRASH) {
		wake(world);
	} else {
		e = apply(world, move);
		world_tell(world);
	}
	return e;
}
