/* say.c - moves as lines of a conversation, and as JSON for who does them to the real server. */
#include "moves_private.h"
#include "core/model/session.h"

#include <utlist.h>

static void put_user(const struct world *world, unsigned user, struct buf *out)
{
	buf_put(out, world->users[user]->b.name);
}

static void put_serial(const struct world *world, struct str id, struct buf *out)
{
	const struct session *session = core_session(world->core, id);
	buf_printf(out, "session %llu", session ? (unsigned long long)session->b.serial : 0ull);
}

/* --- conversation ------------------------------------------------------------------------------- */

static void say_nickname(const struct world *world, struct move move, bool has, struct buf *out)
{
	char room[32];
	if (has)
		buf_printf(out, " as %s", move_nickname(world, move, room).at);
}

static void say_argument(const struct world *world, struct move move, struct buf *out)
{
	switch (move_deed(move)->with) {
	case A_NICKNAME:
		say_nickname(world, move, move.with == 1, out);
		buf_puts(out, move.with == 2 ? " to be remembered" : "");
		return;
	case MAYBE_QUEUE:
		buf_puts(out, move.with == 1   ? " into the queue"
			      : move.with == 2 ? " to be remembered"
					       : "");
		return;
	case A_TARGET:
	case A_COLLEAGUE:
		if (move_names_queue(world, move)) {
			buf_puts(out, move_deed(move)->with == A_COLLEAGUE
					      ? " somebody of the queue"
					      : " into the queue");
			return;
		}
		/* fall through */
	case A_USER:
		buf_put_byte(out, ' ');
		put_user(world, move.with, out);
		return;
	case A_MODE:
		buf_puts(out, move.with == 1 ? " AllChats" : " NextChat");
		say_nickname(world, move, move.with == 2, out);
		return;
	case A_THING:
		buf_printf(out, " %s on the queue%s", move.with == 1 ? "AllChats" : "NextChat",
			move.with == 2 ? " for a time" : "");
		return;
	case THE_THING:
		buf_puts(out, " on the queue");
		return;
	case A_SIGHT:
		buf_printf(out, " %s",
			move.with ? words_name(&supervision_words, move.with - 1u) : "as ordered");
		return;
	case A_PHONE:
		buf_printf(out, " customer %u", move.with + 1u);
		return;
	case NOTHING:
	case CHANNELS:
	case A_TEXT:
	case A_URL:
	case A_NOTICE:
	case A_PAIR:
	case A_DISPOSITION:
	case A_HAND:
	case A_KEY:
		return;
	}
}

static void say_name(const struct world *world, struct str id, struct buf *out)
{
	const struct user *user = core_user(world->core, id);
	buf_put(out, user ? user->b.name : STR("nobody"));
}

static void say_parting(struct move move, struct buf *out)
{
	unsigned says = move_says(move);
	if (says)
		buf_printf(out, ", saying '" WORLD_PARTING "'%s",
			says == SAYS_TEXT     ? ""
			: says == SAYS_NOTICE ? " as a notice"
					      : " as the system");
}

static void say_deed(const struct world *world, struct move said, struct buf *out)
{
	struct move move = move_unsaid(said);
	const struct deed *deed = move_deed(move);
	put_user(world, move.who, out);
	buf_printf(out, ": %s", deed->name);
	if (move_is_on_session(move)) {
		buf_put_byte(out, ' ');
		put_serial(world, world_session(world, move.on)->b.id, out);
	} else if (deed_target(deed) == TARGET_USER) {
		buf_put_byte(out, ' ');
		put_user(world, move.on, out);
	} else if (deed_target(deed) == TARGET_HAND) {
		const struct body_hand *hand = &world->rows.at[move.on].body.hand;
		buf_puts(out, " the hand of ");
		if (hand->rule.len)
			buf_printf(out, "the rule '%.*s' on ", STR_ARGS(hand->rule));
		say_name(world, hand->agent, out);
		buf_puts(out, " in ");
		put_serial(world, hand->session, out);
	} else if (deed_target(deed) == TARGET_USERS_SESSION) {
		buf_put_byte(out, ' ');
		put_serial(world, world_session(world, move.on / USERS_MAX)->b.id, out);
		buf_puts(out, " of ");
		put_user(world, move.on % USERS_MAX, out);
	}
	say_argument(world, move, out);
	say_parting(said, out);
}

/* "ben has not answered the invitation to session 1" */
static void say_due(const struct world *world, struct move move, struct buf *out)
{
	const struct row *row = &world->rows.at[move.on];
	const union row_body *b = &row->body;
	const char *words = happenings[move.kind].words;
	if (row->kind == BODY_agent) {
		say_name(world, b->agent.user, out);
		buf_printf(out, " %s", words);
	} else if (row->kind == BODY_party) {
		say_name(world, b->party.user, out);
		buf_printf(out, " %s ", words);
		put_serial(world, b->party.session, out);
	} else if (row->kind == BODY_registration) {
		say_name(world, b->registration.supervisor, out);
		buf_printf(out, " %s", words);
	} else if (row->kind == BODY_refusal) {
		say_name(world, b->refusal.user, out);
		buf_printf(out, " %s ", words);
		put_serial(world, b->refusal.session, out);
	} else if (row->kind == BODY_outbound) {
		buf_printf(out, "%s text %llu", words, (unsigned long long)b->outbound.serial);
	} else if (row->kind == BODY_flag) {
		put_serial(world, b->flag.session, out);
		buf_printf(out, " %s", words);
	} else {
		CHECK(row->kind == BODY_message);
		put_serial(world, b->message.session, out);
		buf_printf(out, " %s", words);
	}
}

static void say_deadline(const struct world *world, struct move move, struct buf *out)
{
	buf_puts(out, "time goes on until ");
	say_due(world, move_due(world, move, 0), out);
	if (move_is_two_deadlines(move)) {
		buf_puts(out, ", and then ");
		say_due(world, move_due(world, move, 1), out);
	}
	if (move_is_several_deadlines(move))
		buf_printf(out, ", %s", happenings[move.kind].words);
}

static void say_happening(const struct world *world, struct move move, struct buf *out)
{
	const char *words = happenings[move.kind].words;
	if (move_is_deadline(move)) {
		say_deadline(world, move, out);
	} else if (move.kind == MOVE_CRASH || move.kind == MOVE_SETTLE) {
		buf_puts(out, words);
	} else if (move.kind < MOVE_SETTLE) {
		buf_printf(out, "customer %u %s", move.who + 1u, words);
	} else if (move.kind <= MOVE_RECEIPT_BAD) {
		buf_printf(out, "%s text %llu, part %u", words,
			(unsigned long long)move_outbound(world, move)->b.serial, move.on);
	} else {
		put_user(world, move.who, out);
		buf_printf(out, ": %s", words);
	}
}

void move_say(const struct world *world, struct move move, struct buf *out)
{
	if (move_is_deed(move))
		say_deed(world, move, out);
	else
		say_happening(world, move, out);
}

/* --- JSON --------------------------------------------------------------------------------------- */

/* Of the rows with one command agents take the last and supervisors the first, so that both are tried. */
static const struct deed *way_of(const struct world *world, struct move move)
{
	const struct deed *deed = move_deed(move);
	for (size_t i = 0; move.who < world->scope.agents && i < DEED_OPERATIONS; i++)
		if (deed_at(i)->command == move_deed(move)->command)
			deed = deed_at(i);
	return deed;
}

static void json_order(const struct world *world, struct move move, struct buf *out)
{
	char room[32];
	buf_printf(out, ",\"parameters\":{\"supervisorMonitoringMode\":\"%s\"",
		move.with == 1 ? "AllChats" : "NextChat");
	if (move.with == 2)
		buf_printf(out, ",\"nickname\":\"%s\"", move_nickname(world, move, room).at);
	buf_puts(out, "}");
}

static void json_standing(struct move move, struct buf *out)
{
	buf_puts(out, ",\"parameters\":{\"targetPath\":\"/" WORLD_THING "\"");
	if (move_deed(move)->with == A_THING)
		buf_printf(out, ",\"supervisorMonitoringMode\":\"%s\"%s",
			move.with == 1 ? "AllChats" : "NextChat",
			move.with == 2 ? ",\"expiresIn\":3600" : "");
	buf_puts(out, "}");
}

static void json_arguments(const struct world *world, struct move move, struct buf *out)
{
	const struct deed *deed = move_deed(move);
	char room[32];
	if (deed->with == CHANNELS)
		buf_puts(out, ",\"parameters\":{\"channels\":[\"smssession\"]}");
	if (deed_may_save(deed) && move.with == 2)
		buf_puts(out, ",\"parameters\":{\"saveLAR\":true}");
	if (deed->with == A_NICKNAME && move.with == 1)
		buf_printf(out, ",\"parameters\":{\"nickname\":\"%s\"}",
			move_nickname(world, move, room).at);
	if (deed->with == A_PAIR)
		buf_printf(out, ",\"parameters\":{\"userData\":{\"%s\":\"%s\"}}", deed_datum(deed),
			move_words(deed));
	else if (deed->with == A_KEY)
		buf_printf(out, ",\"parameters\":{\"keys\":[\"%s\"]}", deed_datum(deed));
	else if (deed->with == A_PHONE)
		buf_printf(out,
			",\"parameters\":{\"phoneNumber\":\"%.*s\",\"queueName\":\"%.*s\","
			"\"text\":\"%s\"}",
			STR_ARGS(world_phone(move.with)), STR_ARGS(world_queue), move_words(deed));
	else if (deed_has_words(deed))
		buf_printf(out, ",\"parameters\":{\"%s\":\"%s\"}",
			deed->with == A_URL           ? "url"
			: deed->with == A_NOTICE      ? "noticeText"
			: deed->with == A_DISPOSITION ? "disposition"
			: deed->with == A_HAND        ? "comment"
						      : "text",
			move_words(deed));
	if (move_names_queue(world, move))
		buf_printf(out, ",\"parameters\":{\"queueName\":\"%.*s\"}", STR_ARGS(world_queue));
	else if (deed_may_name_user(deed))
		buf_printf(out, ",\"invites\":\"%.*s\"", STR_ARGS(world->users[move.with]->b.name));
	if (deed->with == A_SIGHT && move.with)
		buf_printf(out, ",\"parameters\":{\"supervisorVisibilityMode\":\"%s\"}",
			words_name(&supervision_words, move.with - 1u));
	if (deed->with == A_MODE)
		json_order(world, move, out);
	if (deed_is_standing(deed))
		json_standing(move, out);
}

static void json_parting(struct move move, struct buf *out)
{
	unsigned says = move_says(move);
	if (says)
		buf_printf(out,
			",\"parting\":{\"text\":\"" WORLD_PARTING
			"\",\"messageType\":\"%s\",\"treatAs\":\"%s\"}",
			says == SAYS_NOTICE ? "CustomNotice" : "Text",
			says == SAYS_AS_SYSTEM ? "System" : "Normal");
}

void move_json(const struct world *world, struct move said, struct buf *out)
{
	struct move move = move_unsaid(said);
	struct buf words = {0};
	move_say(world, said, &words);
	buf_printf(out, "\"say\":\"%.*s\"", STR_ARGS(buf_str(&words)));
	buf_free(&words);
	if (!move_is_deed(move)) {
		static const char *const names[] = {
#define HAPPENING(name, command, when, words) #name,
#include "happenings.def"
#undef HAPPENING
		};
		buf_printf(out, ",\"happens\":\"%s\",\"customer\":%u", names[move.kind], move.who);
		return;
	}
	const struct deed *deed = way_of(world, move);
	buf_printf(out, ",\"user\":\"%.*s\",\"path\":\"%s\",\"operation\":\"%s\"",
		STR_ARGS(world->users[move.who]->b.name), deed->path, deed->name);
	if (move_is_on_session(move))
		buf_printf(out, ",\"session\":%llu",
			(unsigned long long)world_session(world, move.on)->b.serial);
	else if (deed_target(deed) == TARGET_USER)
		buf_printf(out, ",\"target\":\"%.*s\"", STR_ARGS(world->users[move.on]->b.name));
	else if (deed_target(deed) == TARGET_USERS_SESSION)
		buf_printf(out, ",\"session\":%llu,\"target\":\"%.*s\"",
			(unsigned long long)world_session(world, move.on / USERS_MAX)->b.serial,
			STR_ARGS(world->users[move.on % USERS_MAX]->b.name));
	json_arguments(world, move, out);
	json_parting(said, out);
}
