/* session.c - who is in a session. */
#include "core/model/session.h"
#include "base/arena.h"
#include "core/model/message.h"
#include "core/model/reader.h"

#include <utlist.h>

bool party_is_live(const struct party *party)
{
	return viewer_is_live(&party->viewer);
}

bool party_is_joined(const struct party *party)
{
	return viewer_is_joined(&party->viewer);
}

bool party_is_agent(const struct party *party)
{
	return party->b.kind == PARTY_AGENT;
}

bool party_is_at_work(const struct party *party)
{
	return party_is_agent(party) && party->b.state == PARTY_CHATTING;
}

bool party_takes_capacity(const struct party *party)
{
	return party_is_agent(party) &&
	       (party->b.state == PARTY_INVITED || party->b.state == PARTY_CHATTING);
}

const struct session_rare *session_rare(const struct session *session)
{
	static const struct session_rare nothing;
	return session->rare ? session->rare : &nothing;
}

struct session_rare *session_make_rare(struct session *session)
{
	if (!session->rare)
		session->rare = mem_new(sizeof *session->rare);
	return session->rare;
}

/* Made when the first one reads it: most centres have no program. */
struct viewer *session_feed(struct session *session)
{
	struct session_rare *rare = session_make_rare(session);
	if (rare->feed)
		return rare->feed;
	rare->feed = mem_new(sizeof *rare->feed);
	*rare->feed = (struct viewer) {.session = session,
		.b = {.id = STR(NO_PARTY_ID),
			.kind = PARTY_SYSTEM,
			.state = PARTY_CHATTING,
			.joined = 1}};
	return rare->feed;
}

uint64_t session_last_draw(const struct session *session, uint64_t audience)
{
	const struct viewer *viewer;
	uint64_t last = 0;
	EACH_VIEWER(session, viewer)
		if (viewer->b.drawn_for == audience && viewer->b.draw > last)
			last = viewer->b.draw;
	return last;
}

struct party *session_party(const struct session *session, const struct user *user)
{
	struct party *party, *found = NULL;
	LL_FOREACH2(user->parties, party, user_next) {
		if (party->session != session)
			continue;
		if (party->b.state == PARTY_INVITED && party->b.kind == PARTY_AGENT)
			return party;
		found = party;
	}
	return found;
}

struct party *user_newest_party(const struct user *user)
{
	struct party *party, *newest = NULL;
	LL_FOREACH2(user->parties, party, user_next)
		newest = party;
	return newest;
}

struct datum *session_datum(const struct session *session, struct str name)
{
	struct datum *datum;
	DL_FOREACH(session_rare(session)->data, datum)
		if (str_eq(datum->b.name, name))
			return datum;
	return NULL;
}

struct party *session_contact(const struct session *session)
{
	struct party *party;
	LL_FOREACH(session->parties, party)
		if (party->b.kind == PARTY_CONTACT)
			return party;
	return NULL;
}

size_t session_agents(const struct session *session)
{
	size_t count = 0;
	struct party *party;
	LL_FOREACH(session->parties, party)
		count += party_is_at_work(party);
	return count;
}

size_t session_hosts(const struct session *session)
{
	size_t count = 0;
	struct party *party;
	LL_FOREACH(session->parties, party)
		count += party_is_at_work(party) && !viewer_is_consultant(&party->viewer);
	return count;
}

struct party *session_consultant(
	const struct session *session, enum party_state state, const struct user *asking)
{
	struct party *party;
	LL_FOREACH(session->parties, party)
		if (viewer_is_consultant(&party->viewer) && party->b.state == state &&
			(!asking || str_eq(party->b.asked_by, asking->b.id)))
			return party;
	return NULL;
}

bool session_is_handed_over(const struct session *session)
{
	const struct party *party;
	LL_FOREACH(session->parties, party)
		if (party->b.origin == ORIGIN_TRANSFERRED && party->b.state == PARTY_INVITED)
			return true;
	return false;
}

bool session_has_newer_open(const struct session *session)
{
	const struct session *other;
	LL_FOREACH2(session->contact->open, other, contact_next)
		if (other != session && str_eq(other->b.number, session->b.number))
			return true;
	return false;
}

struct party *session_at_work(const struct session *session, struct str user)
{
	struct party *party;
	LL_FOREACH(session->parties, party)
		if (party_is_at_work(party) && str_eq(party->b.user, user))
			return party;
	return NULL;
}

const struct party *session_past_agent(const struct session *session, struct str user)
{
	const struct party *party, *last = NULL;
	LL_FOREACH(session->parties, party)
		if (party->b.kind == PARTY_AGENT && party->b.joined && str_eq(party->b.user, user))
			last = party;
	return last;
}

bool session_is_handled_by(const struct session *session, const struct user *user)
{
	const struct party *party;
	LL_FOREACH2(user->parties, party, user_next)
		if (party->session == session && party_is_agent(party) && party_is_joined(party))
			return true;
	return false;
}

size_t session_staff(const struct session *session)
{
	size_t count = 0;
	struct party *party;
	LL_FOREACH(session->parties, party)
		count += party->b.kind != PARTY_CONTACT && party->b.state == PARTY_CHATTING;
	return count;
}

bool session_is_full(const struct session *session)
{
	size_t count = session->message_count;
	return count && session->messages[count - 1]->agent_index >= SESSION_MESSAGES_MAX;
}

/* A start loads the newest session whatever became of it, and nothing of who was in it. */
bool session_is_remembered(const struct session *session, msec now)
{
	return session && session->parties && session->b.state == SESSION_ENDED &&
	       session->b.ended > now - CORE_ENDED_KEPT_MS;
}
