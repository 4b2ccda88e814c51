/* deeds.c - the table, and choosing from it by weight. */
#include "deeds.h"
#include "base/check.h"

#define THREE(a, b, c)                                                                             \
	{                                                                                          \
		a, b, c                                                                            \
	}

#define LEAVES(event, whose)     {LEFT_ALWAYS, EV_##event, whose},
#define CHANGES_TO(event, whose) {LEFT_BY_CHANGE, EV_##event, whose},
#define MAY_LEAVE(event, whose)  {LEFT_PERHAPS, EV_##event, whose},

static const struct deed deeds[] = {
#define DEED(path, name, command, with, worlds, agents, supervisors, leaves)                       \
	{path, name, "", CMD_##command, with, {THREE agents, THREE supervisors}, {leaves}, false,  \
		0, 0, NO_SMS},
#define ENTRY_AND(                                                                                 \
	path, name, command, type, visibility, with, sms, worlds, agents, supervisors, leaves)     \
	{path, name, "", CMD_##command, with, {THREE agents, THREE supervisors},                   \
		{LEAVES(MESSAGE_ADDED, OWN_ENTRY) leaves}, true, MESSAGE_##type,                   \
		VISIBLE_##visibility, sms},
#define READ(path, query, agents, supervisors)                                                     \
	{path, NULL, query, COMMAND_KINDS, NOTHING, {THREE agents, THREE supervisors},             \
		{{0, 0, NOBODYS}}, false, 0, 0, NO_SMS},
#include "deeds.def"
};
#define DEED_COUNT (sizeof deeds / sizeof deeds[0])

const struct deed *deed_at(size_t index)
{
	return index < DEED_COUNT ? &deeds[index] : NULL;
}

const struct deed *deed_find(const char *path, const char *name)
{
	for (size_t i = 0; i < DEED_COUNT; i++) {
		const struct deed *deed = &deeds[i];
		bool is_same = name ? deed->name && strcmp(deed->name, name) == 0 : !deed->name;
		if (is_same && strcmp(deed->path, path) == 0)
			return deed;
	}
	return NULL;
}

unsigned deed_weight(int who, enum deed_moment moment)
{
	unsigned sum = 0;
	for (size_t i = 0; i < DEED_COUNT; i++)
		sum += deeds[i].weights[who][moment];
	return sum;
}

const struct deed *deed_pick(int who, enum deed_moment moment, unsigned pick)
{
	for (size_t i = 0; i < DEED_COUNT; i++) {
		if (pick < deeds[i].weights[who][moment])
			return &deeds[i];
		pick -= deeds[i].weights[who][moment];
	}
	CHECK(!"pick is below the sum of weights");
	return NULL;
}

enum deed_target deed_target(const struct deed *deed)
{
	static const char session[] = "/me/smssessions/", user[] = "/users/",
			  contact[] = "/contacts/", hand[] = "/me/supervision/hands/";
	return strstr(deed->path, "{session}")                         ? TARGET_USERS_SESSION
	       : strncmp(deed->path, session, sizeof session - 1) == 0 ? TARGET_SESSION
	       : strncmp(deed->path, user, sizeof user - 1) == 0       ? TARGET_USER
	       : strncmp(deed->path, hand, sizeof hand - 1) == 0       ? TARGET_HAND
	       : strncmp(deed->path, contact, sizeof contact - 1) == 0 ? TARGET_USER
								       : TARGET_NONE;
}

bool deed_is_standing(const struct deed *deed)
{
	return deed->with == A_THING || deed->with == THE_THING;
}

bool deed_has_words(const struct deed *deed)
{
	return deed->with == A_TEXT || deed->with == A_URL || deed->with == A_NOTICE ||
	       deed->with == A_PAIR || deed->with == A_DISPOSITION || deed->with == A_PHONE ||
	       deed->with == A_HAND;
}

bool deed_joins(const struct deed *deed)
{
	return deed_leaves(deed, EV_PARTY_JOINED, OWN) || deed->with == A_PHONE;
}

bool deed_may_save(const struct deed *deed)
{
	return deed->with == A_NICKNAME || deed->with == MAYBE_QUEUE;
}

bool deed_may_name_queue(const struct deed *deed)
{
	return deed->with == MAYBE_QUEUE || deed->with == A_TARGET || deed->with == A_COLLEAGUE;
}

bool deed_may_name_user(const struct deed *deed)
{
	return deed->with == A_USER || deed->with == A_TARGET || deed->with == A_COLLEAGUE;
}

bool deed_may_part(const struct deed *deed)
{
	return deed->command == CMD_LEAVE || deed->command == CMD_LEAVE_AND_COMPLETE ||
	       deed->command == CMD_TRANSFER || deed->command == CMD_REMOVE_PARTICIPANT;
}

bool deed_takes_work(const struct deed *deed)
{
	return deed->name && (deed->command == CMD_READY || deed->command == CMD_CREATE);
}

const char *deed_datum(const struct deed *deed)
{
	return deed->with == A_DISPOSITION                   ? DISPOSITION_NAME
	       : deed->with == A_PAIR || deed->with == A_KEY ? "Topic"
							     : NULL;
}

const struct deed *deed_of_command(enum command_kind command)
{
	for (size_t i = 0; i < DEED_OPERATIONS; i++)
		if (deeds[i].command == command)
			return &deeds[i];
	return NULL;
}

/* --- what it leaves ----------------------------------------------------------------------------- */

bool deed_leaves(const struct deed *deed, enum event_kind event, enum whose whose)
{
	EACH_TRACE(deed, trace)
	if (trace->kind != LEFT_PERHAPS && trace->event == event && trace->whose == whose)
		return true;
	return false;
}

bool deed_may_leave(const struct deed *deed, enum event_kind event, enum whose whose)
{
	EACH_TRACE(deed, trace)
	if (trace->event == event && trace->whose == whose)
		return true;
	return false;
}

const struct trace *deed_trace(const struct deed *deed)
{
	CHECK(deed->name && deed->traces[0].whose != NOBODYS);
	return &deed->traces[0];
}

bool deed_ends_own(const struct deed *deed)
{
	return deed_leaves(deed, EV_PARTY_LEFT, OWN) || deed_leaves(deed, EV_PARTY_FINISHED, OWN) ||
	       deed_leaves(deed, EV_PARTY_REJECTED, OWN);
}

/* --- how often each was done -------------------------------------------------------------------- */

void deeds_note(struct deeds_done *done, const struct deed *deed, int who)
{
	CHECK(deed >= deeds && deed < deeds + DEED_OPERATIONS);
	done->by[who][deed - deeds]++;
}

void deeds_add(struct deeds_done *to, const struct deeds_done *more)
{
	for (int who = 0; who < 2; who++)
		for (size_t i = 0; i < DEED_OPERATIONS; i++)
			to->by[who][i] += more->by[who][i];
}

bool deed_is_of_running(const struct deed *deed)
{
	return !deed->name && strcmp(deed->path, "/me/smssessions/{id}/earlier") == 0;
}

bool deed_shows_oneself(const struct deed *deed)
{
	static const enum command_kind shows[] = {CMD_COACH, CMD_BARGE_IN, CMD_SWITCH_TO_COACH,
		CMD_SWITCH_TO_BARGE_IN, CMD_TAKE_OVER, CMD_ORDER_COACH, CMD_ORDER_BARGE_IN,
		CMD_READY_AGENT, CMD_NOT_READY_AGENT, CMD_STOP_OTHER_AGENT};
	for (size_t i = 0; i < sizeof shows / sizeof *shows; i++)
		if (deed->name && deed->command == shows[i])
			return true;
	return false;
}

bool deed_is_for(const struct deed *deed, int who)
{
	static const unsigned where[] = {
		[DEED_AGENT] =
			AGENT_INVITED | AGENT_CHATTING | CONSULTANT_CHATTING | AGENT_LEFT_CHAT,
		[DEED_SUPERVISOR] = SUPERVISOR_INVITED | SUPERVISOR_CHATTING,
	};
	switch (deed_target(deed)) {
	case TARGET_SESSION:
		return access_where(access_of_command(deed->command)) & where[who];
	case TARGET_USER:
	case TARGET_USERS_SESSION:
	case TARGET_HAND:
		return who == DEED_SUPERVISOR;
	case TARGET_NONE:
		if (deed_is_standing(deed))
			return who == DEED_SUPERVISOR;
		return who == DEED_AGENT || !deed_takes_work(deed);
	}
	return false;
}

/* It needs a supervisor who has barged in, and an agent besides who is free for it or there just then; or an agent
 * whose state is another one; or an order that is still there; or a hand that is raised still. */
static bool is_rare(const struct deed *deed, int who)
{
	static const enum command_kind rare[] = {CMD_INVITE, CMD_CONSULT, CMD_CANCEL_CONSULT,
		CMD_TRANSFER, CMD_REMOVE_PARTICIPANT, CMD_READY_AGENT, CMD_NOT_READY_AGENT,
		CMD_STOP_OTHER_AGENT, CMD_CANCEL_ORDER, CMD_TAKE_HAND, CMD_LOOK_AT_HAND,
		CMD_DISMISS_HAND};
	for (size_t i = 0; i < sizeof rare / sizeof *rare; i++)
		if (who == DEED_SUPERVISOR && deed->command == rare[i])
			return true;
	return false;
}

unsigned deeds_missing(const struct deeds_done *done, bool is_long, FILE *out)
{
	unsigned missing = 0;
	for (int who = 0; who < 2; who++)
		for (size_t i = 0; i < DEED_OPERATIONS; i++) {
			if (done->by[who][i] || !deed_is_for(&deeds[i], who) ||
				(!is_long && is_rare(&deeds[i], who)))
				continue;
			missing++;
			if (out)
				fprintf(out, "not ok - no %s ever succeeded in %s (%s)\n",
					who == DEED_AGENT ? "agent" : "supervisor", deeds[i].name,
					deeds[i].path);
		}
	return missing;
}

void deeds_print(const struct deeds_done *done)
{
	printf("\"done\":{");
	for (size_t i = 0; i < DEED_OPERATIONS; i++)
		printf("%s\"%s%s\":[%llu,%llu]", i ? "," : "", deeds[i].name,
			deed_of_command(deeds[i].command) == &deeds[i] ? "" : " (channel)",
			(unsigned long long)done->by[DEED_AGENT][i],
			(unsigned long long)done->by[DEED_SUPERVISOR][i]);
	printf("}");
}
