/* spec_sight.c - the table "Who sees what", row by row as it is printed, and who is told of which event. */
#include "spec_sight.h"

#include <string.h>

/* SMS Session API, Who sees what. The customer and an agent who was routed or invited are All there (2.5:
 * "All: agents, customers, barge-in"); other agents of the session see them as they see a BargeIn. */
static const struct {
	const char *mode, *visibility;
	bool sees[SPEC_ONLOOKERS];
	bool is_agent;
	bool is_named; /* to programs, which see no supervisor in whatever mode */
} table[] = {
	{"Monitor", "Supervisors",
		{[SPEC_AGENT] = false,
			[SPEC_CUSTOMER] = false,
			[SPEC_SUPERVISOR] = true,
			[SPEC_FEED] = false}},
	{"Coach", "Agents",
		{[SPEC_AGENT] = true,
			[SPEC_CUSTOMER] = false,
			[SPEC_SUPERVISOR] = true,
			[SPEC_FEED] = false}},
	{"BargeIn", "All",
		{[SPEC_AGENT] = true,
			[SPEC_CUSTOMER] = true,
			[SPEC_SUPERVISOR] = true,
			[SPEC_FEED] = true}},
	{"Consultant", "Agents",
		{[SPEC_AGENT] = true,
			[SPEC_CUSTOMER] = false,
			[SPEC_SUPERVISOR] = true,
			[SPEC_FEED] = false},
		.is_agent = true},
	{"Agent", "All",
		{[SPEC_AGENT] = true,
			[SPEC_CUSTOMER] = true,
			[SPEC_SUPERVISOR] = true,
			[SPEC_FEED] = true},
		.is_agent = true, .is_named = true},
	{"Customer", "All",
		{[SPEC_AGENT] = true,
			[SPEC_CUSTOMER] = true,
			[SPEC_SUPERVISOR] = true,
			[SPEC_FEED] = true},
		.is_named = true},
};

const char *spec_visibility(const char *mode)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].mode, mode) == 0)
			return table[i].visibility;
	return NULL;
}

/* Modes of one visibility agree, or the visibility would not say who sees it. */
bool spec_sees(const char *visibility, enum spec_onlooker who)
{
	size_t rows = 0, seen = 0;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (strcmp(table[i].visibility, visibility) != 0)
			continue;
		rows++;
		seen += table[i].sees[who];
	}
	return rows > 0 && seen == rows;
}

bool spec_is_agent(const char *mode)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].mode, mode) == 0)
			return table[i].is_agent;
	return false;
}

/* SMS Session API 2.8 and 3.1, decisions 3 to 6. */
static const struct {
	enum spec_told told;
	const char *events; /* separated by spaces */
} events[] = {
	{SPEC_NOBODY,
		"CENTRE_CREATED CENTRE_CHANGED USER_ADDED USER_PASSWORD_CHANGED LINK_ADDED "
		"QUEUE_ADDED USER_ADDRESS_NOTED REQUEST_NOTED SETTING_CHANGED BODY_ERASED "
		"TOKEN_ADDED "
		"TOKEN_REVOKED USER_ROLES_CHANGED ASSIGNMENT_CHANGED LINK_CHANGED LINK_REMOVED "
		"QUEUE_CHANGED QUEUE_REMOVED USER_CHANGED USER_REMOVED "
		"CHOICE_ADDED CHOICE_CHANGED CHOICE_REMOVED "
		/* Decisions 5: what rules find is never visible to agents; the hand that is raised for it is told of. */
		"RULE_DECLARED RULE_REMOVED RULE_WAITED RULE_MATCHED"},
	/* /v2/me/channels tells one's own state; whether clients live, and how long one waits, is said
	 * nowhere. */
	{SPEC_OWNER, "AGENT_STARTED AGENT_STOPPED AGENT_MADE_READY AGENT_MADE_NOT_READY"},
	{SPEC_NOBODY, "AGENT_ACCEPTED AGENT_CLIENT_CAME AGENT_CLIENTS_LOST"},
	/* A session begins with its customer: nobody is there yet who could be told. */
	{SPEC_NOBODY, "CONTACT_ENTERED CONTACT_ADDED "
		      "CONTACT_AGENT_SAVED CONTACT_REFERENCED CONTACT_MERGED CONTACT_HELPED "
		      "CONTACT_DOUBTED"},
	/* 2.4: what may be sent in them changes. */
	{SPEC_CUSTOMERS, "CONTACT_OPTED_OUT CONTACT_OPTED_IN"},
	/* What becomes of a session is told through each one's own state in it. */
	{SPEC_PROGRAMS, "SESSION_OPENED SESSION_QUEUED SESSION_ACTIVATED SESSION_LEFT_BY_ALL "
			"SESSION_CLOSED"},
	{SPEC_NOBODY, "ROUTING_REFUSED"},
	{SPEC_INVITED, "PARTY_WAS_INVITED PARTY_REJECTED PARTY_REQUEST_FAILED"},
	{SPEC_PARTICIPANT, "PARTY_JOINED PARTY_LEFT PARTY_FINISHED "
			   "PARTY_WAS_REMOVED PARTY_WAS_REVOKED PARTY_SWITCHED_AWAY "
			   "PARTY_SWITCHED"},
	/* SetInFocus (1.2): no notification; it counts for who reads oneself. */
	{SPEC_OWNER, "PARTY_CAME_INTO_FOCUS PARTY_WENT_OUT_OF_FOCUS"},
	{SPEC_ENTRY, "MESSAGE_ADDED"},
	/* PropertiesUpdated: user data or disposition changed. */
	/* Decisions 5, supervision.disclosure: the agent's resource carries `supervised` while one is present, no name. */
	{SPEC_AGENTS, "SUPERVISION_SHOWN SUPERVISION_HIDDEN"},
	{SPEC_READERS, "DATUM_ATTACHED DATUM_DELETED"},
	/* Raised hand (decisions 5): withdrawn by the agent, or over with the session, of which the agent is told. */
	{SPEC_HAND, "HAND_RAISED HAND_WITHDRAWN"},
	{SPEC_OVERSEERS, "HAND_LOWERED HAND_TAKEN HAND_SEEN HAND_DISMISSED HAND_RAISED_BY_RULE"},
	{SPEC_OWNER, "REGISTRATION_STARTED REGISTRATION_ENDED"},
	{SPEC_NOBODY, "SMS_QUEUED SMS_CLOSED SMS_WITHHELD SEGMENT_HELD SEGMENT_JOINED "
		      "INBOUND_NOTED INBOUND_MATCHED SENDING_CHANGED SMS_ANSWER_LOST "
		      "SMS_TURN_CHANGED SMS_AWAITED SMS_MOVED"},
	{SPEC_TEXT, "SMS_PART_CHANGED"},
};

/* Decisions 5: of who is silently there, and of nobody else, who is seen anyway; to agents, never to the customer. */
bool spec_shows_presence(const char *mode, const char *disclosure, enum spec_onlooker who)
{
	return strcmp(mode, "Monitor") == 0 && strcmp(disclosure, "icon") == 0 && who == SPEC_AGENT;
}

/* SMS Session API 2.8, SMSsessionStateChangeMessage; Channels, userState. Whoever starts is NotReady here. */
static const struct {
	const char *event, *state;
} states[] = {
	{"PARTY_WAS_INVITED", "Invited"},
	{"PARTY_JOINED", "Chatting"},
	{"PARTY_REJECTED", "Completed"},
	{"PARTY_LEFT", "LeftChat"},
	{"PARTY_FINISHED", "Completed"},
	{"PARTY_WAS_REMOVED", "Completed"},
	{"PARTY_WAS_REVOKED", "Revoked"},
	{"AGENT_STARTED", "NotReady"},
	{"AGENT_STOPPED", "LoggedOut"},
	{"AGENT_MADE_READY", "Ready"},
	{"AGENT_MADE_NOT_READY", "NotReady"},
};

const char *spec_state(const char *event)
{
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (strcmp(states[i].event, event) == 0)
			return states[i].state;
	return NULL;
}

static bool lists(const char *words, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

enum spec_told spec_told(const char *event)
{
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		if (lists(events[i].events, event))
			return events[i].told;
	return SPEC_UNKNOWN;
}

/* The centre's feed: every session's life and texts, and what became of them; no supervisor, no whisper, no hand. */
static const char feed_events[] =
	"SESSION_OPENED SESSION_QUEUED SESSION_ACTIVATED SESSION_LEFT_BY_ALL SESSION_CLOSED "
	"PARTY_JOINED PARTY_REJECTED PARTY_LEFT PARTY_FINISHED PARTY_WAS_REMOVED PARTY_WAS_REVOKED "
	"PARTY_SWITCHED_AWAY PARTY_SWITCHED PARTY_WAS_INVITED MESSAGE_ADDED "
	"DATUM_ATTACHED DATUM_DELETED SMS_PART_CHANGED";

bool spec_feed_is_told(const char *event)
{
	return lists(feed_events, event);
}

bool spec_feed_names(const char *mode)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].mode, mode) == 0)
			return table[i].is_named;
	return false;
}

bool spec_feed_has(const char *visibility, bool by_sms)
{
	return by_sms && spec_sees(visibility, SPEC_FEED);
}
