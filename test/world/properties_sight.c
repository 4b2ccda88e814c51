/* properties_sight.c - who is told, lists, reads, numbers, counts: the core's answers against those of
 * spec_sight. */
#include "properties.h"
#include "core/model/message.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"
#include "core/rules/visibility.h"

#include <utlist.h>

/* The specification's word for each kind, looked up once. */
enum spec_told told_of_kind(enum event_kind kind)
{
	static enum spec_told told[EVENT_NUMBER_END];
	if (told[kind] == SPEC_UNKNOWN)
		told[kind] = spec_told(event_name(kind));
	return told[kind];
}

/* --- who is told -------------------------------------------------------------------------------- */

struct told {
	const struct world *world;
	unsigned count[USERS_MAX]; /* how often, of one event */
	unsigned program;
};

static void note(struct told *told, const struct user *user)
{
	if (user && user == told->world->program)
		told->program++;
	else if (user)
		told->count[world_user(told->world, user)]++;
}

/* Did the user come into the session later in the step, without being asked? Then its history tells of what was before. */
static bool is_yet_to_enter(
	const struct world *world, const struct event *event, const struct user *user)
{
	const struct event *end = world->outcome.events + world->outcome.count;
	for (const struct event *later = event + 1; later < end; later++) {
		const struct body_party *body = later->body;
		if (later->kind == EV_PARTY_JOINED && body->origin == ORIGIN_CREATED &&
			str_eq(body->user, user->b.id))
			return true;
	}
	return false;
}

static const struct told_then *then_of(const struct world *world, const struct event *event)
{
	return &world->told[event - world->outcome.events];
}

/* Everybody who read its session when it was told, and sees things of this visibility. */
static void note_readers(struct told *told, const struct event *event, const char *visibility,
	const struct user *except)
{
	const struct world *world = told->world;
	const struct told_then *then = then_of(world, event);
	for (unsigned i = 0; i < world->user_count; i++)
		for (unsigned kind = 0; kind < party_kind_count; kind++)
			if (world->users[i] != except && then->reads[i] & 1u << kind &&
				!is_yet_to_enter(world, event, world->users[i]) &&
				spec_sees(visibility, onlooker_of((enum party_kind)kind)))
				note(told, world->users[i]);
}

static struct str owner_of(const struct event *event)
{
	if (event_body(event->kind) == BODY_registration)
		return ((const struct body_registration *)event->body)->supervisor;
	if (event_body(event->kind) == BODY_party)
		return ((const struct body_party *)event->body)->user;
	return ((const struct body_agent *)event->body)->user;
}

static void expect_participant(struct told *told, const struct event *event)
{
	const struct core *core = told->world->core;
	const struct body_party *body = event->body;
	const struct user *user = body->user.len ? core_user(core, body->user) : NULL;
	bool is_invitation = told_of_kind(event->kind) == SPEC_INVITED;
	note(told, user);
	if (body->joined && !is_invitation)
		note_readers(told, event, visibility_word(body->visibility), user);
}

static void expect_text(struct told *told, const struct event *event)
{
	const struct core *core = told->world->core;
	const struct body_part *body = event->body;
	const struct body_outbound *out = &core_outbound(core, body->outbound)->b;
	const struct session *session = out->session.len ? core_session(core, out->session) : NULL;
	if (!session || out->seq == 0 || out->seq > session->message_count)
		return;
	const struct body_message entry = message_body(session->messages[out->seq - 1]);
	note_readers(told, event, visibility_word(entry.visibility), NULL);
}

/* A command is the whole step then: it is told as it left the centre. */
static void expect_customers(struct told *told, const struct event *event)
{
	const struct body_contact *body = event->body;
	const struct session *session;
	const struct viewer *viewer;
	DL_FOREACH(told->world->core->sessions, session) {
		bool is_open =
			session->b.state == SESSION_QUEUED || session->b.state == SESSION_ACTIVE;
		if (!is_open || !is_one_phone(session->b.phone, body->phone))
			continue;
		EACH_VIEWER(session, viewer)
			if (viewer->user && viewer_is_joined(viewer))
				note(told, viewer->user);
	}
}

static void expect_agents(struct told *told, const struct event *event)
{
	const struct world *world = told->world;
	const struct told_then *then = then_of(world, event);
	for (unsigned i = 0; i < world->user_count; i++)
		if (then->reads[i] & 1u << PARTY_AGENT)
			note(told, world->users[i]);
}

/* Those who may supervise the agent; nobody oneself. */
static void expect_overseers(struct told *told, const struct body_hand *hand)
{
	for (unsigned i = 0; i < told->world->user_count; i++) {
		const struct user *user = told->world->users[i];
		unsigned agent = world_user(told->world, core_user(told->world->core, hand->agent));
		if (user->b.roles & ROLE_SUPERVISOR && i != agent &&
			world_covers(told->world, i, agent))
			note(told, user);
	}
}

/* Came from the customer's phone, or left for it. */
static bool is_by_sms(const struct body_message *b)
{
	return b->outbound || (b->author == PARTY_CONTACT && b->type == MESSAGE_TEXT);
}

static bool feed_has(const struct body_message *b)
{
	return spec_feed_has(visibility_word(b->visibility), is_by_sms(b));
}

static bool feed_has_text(const struct world *world, const struct event *event)
{
	const struct body_part *part = event->body;
	bool was_over = then_of(world, event)->is_over;
	const struct body_outbound *out = &core_outbound(world->core, part->outbound)->b;
	const struct session *session =
		out->session.len ? core_session(world->core, out->session) : NULL;
	if (!session || was_over || !out->seq || out->seq > session->message_count)
		return false;
	const struct body_message entry = message_body(session->messages[out->seq - 1]);
	return feed_has(&entry);
}

/* A session's life, who comes to it and goes, its texts and what was attached. */
static bool feed_is_told(const struct world *world, const struct event *event)
{
	const struct body_party *party = event->body;
	if (!spec_feed_is_told(event_name(event->kind)))
		return false;
	enum body_kind body = event_body(event->kind);
	if (body == BODY_party)
		return party->joined && spec_feed_names(mode_of(event->object));
	if (body == BODY_part)
		return feed_has_text(world, event);
	return body != BODY_message || feed_has(event->body);
}

static void expect(struct told *told, const struct event *event)
{
	const struct body_message *message = event->body;
	const struct body_hand *hand = event->body;
	switch (told_of_kind(event->kind)) {
	case SPEC_PARTICIPANT:
	case SPEC_INVITED:
		expect_participant(told, event);
		return;
	case SPEC_ENTRY:
		note_readers(told, event, visibility_word(message->visibility), NULL);
		return;
	case SPEC_CUSTOMERS:
		expect_customers(told, event);
		return;
	case SPEC_READERS:
		note_readers(told, event, "All", NULL);
		return;
	case SPEC_AGENTS:
		expect_agents(told, event);
		return;
	case SPEC_HAND:
		note(told, core_user(told->world->core, hand->agent));
		expect_overseers(told, hand);
		return;
	case SPEC_OVERSEERS:
		expect_overseers(told, hand);
		return;
	case SPEC_TEXT:
		expect_text(told, event);
		return;
	case SPEC_OWNER:
		note(told, core_user(told->world->core, owner_of(event)));
		return;
	case SPEC_PROGRAMS: /* of whom is_told_right asks */
	case SPEC_NOBODY:
		return;
	case SPEC_UNKNOWN:
		break;
	}
	CHECK(!"an event that spec_sight does not know");
}

static bool is_told_right(const struct world *world, const struct event *event, struct buf *why)
{
	struct told told = {world, {0}}, expected = {world, {0}};
	for (size_t i = 0; i < event->recipient_count; i++)
		note(&told, event->recipients[i].user);
	expect(&expected, event);
	expected.program = feed_is_told(world, event);
	if (told.program != expected.program)
		buf_printf(why, "the feed is told %u times of %s, not %u times", told.program,
			event_name(event->kind), expected.program);
	if (why->len)
		return false;
	for (unsigned i = 0; i < world->user_count; i++) {
		if (told.count[i] == expected.count[i])
			continue;
		buf_printf(why, "%s is told %u times of %s, not %u times",
			world->users[i]->b.name.at, told.count[i], event_name(event->kind),
			expected.count[i]);
		return false;
	}
	return true;
}

/* Who in the session was told, and who was not. */
static void note_met(const struct step *step, const struct event *event)
{
	struct told told = {step->world, {0}};
	const struct session *session = world_session_of(step->world, event);
	const struct viewer *other;
	bool is_part = event_body(event->kind) == BODY_part, is_for_few = false;
	met(step, feed_is_told(step->world, event) ? MET_FEED_TOLD : MET_KEPT_FROM_FEED);
	expect(&told, event);
	for (unsigned i = 0; i < step->world->user_count; i++)
		is_for_few |= told.count[i] > 0;
	if (!session || !is_for_few)
		return;
	bool was_watched = canon_was_watched(session);
	EACH_VIEWER(session, other) {
		if (!other->user || !viewer_is_live(other))
			continue;
		bool is_told = told.count[world_user(step->world, other->user)] > 0;
		bool is_agent = other->b.kind == PARTY_AGENT;
		if (is_told && is_agent && event->kind == EV_MESSAGE_ADDED && was_watched)
			met(step, MET_TOLD_AFTER_WATCHED);
		if (is_told && is_part)
			met(step, is_agent ? MET_DELIVERY_TOLD : MET_DELIVERY_TOLD_IN_SILENCE);
		else if (is_part && !viewer_is_joined(other))
			met(step, MET_DELIVERY_KEPT);
		else if (is_told && !is_agent)
			met(step, MET_TOLD_IN_SILENCE);
		else if (!is_told && is_agent && viewer_is_joined(other))
			met(step, MET_KEPT_FROM_AGENTS);
	}
}

static bool told_right(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		if (!is_told_right(step->world, event, why))
			return false;
		note_met(step, event);
	}
	return true;
}

/* --- what is told ------------------------------------------------------------------------------- */

/* Has a later event of the step changed what was told? Then it was told in time. */
static bool is_overtaken(const struct step *step, size_t place)
{
	const struct event *events = step->world->outcome.events;
	for (size_t i = place + 1; i < step->world->outcome.count; i++)
		if (events[i].object == events[place].object)
			return true;
	return false;
}

static bool states_right(const struct step *step, struct buf *why)
{
	const struct world *world = step->world;
	for (size_t i = 0; i < world->outcome.count; i++) {
		const char *event = event_name(world->outcome.events[i].kind);
		const char *told = world->told[i].word, *expected = spec_state(event);
		if (!*told || !expected)
			continue;
		if (strcmp(told, expected) != 0) {
			buf_printf(why, "of %s somebody is told %s", event, told);
			return false;
		}
		if (is_overtaken(step, i))
			met(step, MET_OVERTAKEN);
	}
	return true;
}

/* --- whose reads wait --------------------------------------------------------------------------- */

static void note_freedom(const struct step *step, const struct event *event, unsigned user)
{
	enum spec_told told = told_of_kind(event->kind);
	if (user < step->world->scope.agents && told != SPEC_NOBODY && told != SPEC_PROGRAMS)
		met(step, MET_READ_IS_FREE);
}

static bool waits_right(
	const struct step *step, const struct user *user, uint64_t waits_for, struct buf *why)
{
	if (waits_for)
		met(step, MET_READ_WAITS);
	if (user->seen_lsn == waits_for)
		return true;
	buf_printf(why, "%s's reads wait for %s than what was told", user->b.name.at,
		user->seen_lsn < waits_for ? "less" : "more");
	return false;
}

/* Before the step the core was restored: no read waited. */
static bool seen_right(const struct step *step, struct buf *why)
{
	const struct world *world = step->world;
	uint64_t waits_for[USERS_MAX] = {0}, program = 0;
	EACH_EVENT(step, event)
	{
		struct told told = {world, {0}};
		expect(&told, event);
		if (feed_is_told(world, event))
			program = event->lsn;
		for (unsigned i = 0; i < world->user_count; i++)
			if (told.count[i])
				waits_for[i] = event->lsn;
			else
				note_freedom(step, event, i);
	}
	for (unsigned i = 0; i < world->user_count; i++)
		if (!waits_right(step, world->users[i], waits_for[i], why))
			return false;
	return waits_right(step, world->program, program, why);
}

/* --- participants ------------------------------------------------------------------------------- */

static bool lists_right(const struct step *step, const struct viewer *viewer,
	const struct viewer *other, struct buf *why)
{
	bool sees = spec_sees(visibility_word(other->b.visibility), onlooker_of(viewer->b.kind));
	if (viewer->b.kind == PARTY_AGENT && other->b.kind == PARTY_SUPERVISOR && !sees)
		met(step, MET_UNLISTED);
	if (viewer->b.kind == PARTY_SUPERVISOR && other->b.kind == PARTY_AGENT && sees)
		met(step, MET_LISTED);
	if (visibility_shows_party(viewer, other) == sees)
		return true;
	buf_printf(why, "%s %s %s", words_name(&party_kind_words, viewer->b.kind),
		sees ? "does not list" : "lists", words_name(&party_kind_words, other->b.kind));
	return false;
}

static bool feed_lists_right(const struct viewer *other, struct buf *why)
{
	const struct viewer *feed = session_feed(other->session);
	if (visibility_shows_party(feed, other) == spec_feed_names(mode_of(other)))
		return true;
	buf_printf(why, "the feed does not treat a %s as it should", mode_of(other));
	return false;
}

static bool participants_right(const struct step *step, struct buf *why)
{
	const struct session *session;
	const struct viewer *viewer, *other;
	DL_FOREACH(step->world->core->sessions, session) {
		if (!is_touched(step, session))
			continue;
		EACH_VIEWER(session, other)
			if (!feed_lists_right(other, why))
				return false;
		EACH_VIEWER(session, viewer)
			EACH_VIEWER(session, other)
				if (viewer_is_joined(viewer) &&
					!lists_right(step, viewer, other, why))
					return false;
	}
	return true;
}

const char *mode_of(const struct viewer *viewer)
{
	return viewer->b.kind == PARTY_SUPERVISOR
		       ? words_name(&supervision_words, viewer->b.supervision)
	       : viewer->b.kind == PARTY_AGENT
		       ? (viewer->b.visibility == VISIBLE_AGENTS ? "Consultant" : "Agent")
		       : "Customer";
}

/* The generator of an id belongs to all who see it. */
static unsigned seen_by(const char *visibility)
{
	return (spec_sees(visibility, SPEC_CUSTOMER) ? CLASS_CUSTOMER : 0) |
	       (spec_sees(visibility, SPEC_AGENT) ? CLASS_AGENT : 0) |
	       (spec_sees(visibility, SPEC_SUPERVISOR) ? CLASS_SUPERVISOR : 0);
}

static bool is_agent_to_the_rules(const struct viewer *viewer)
{
	return !watch_is(&viewer->b) && party_is_agent((const struct party *)(const void *)viewer);
}

static bool party_right(const struct viewer *viewer, struct buf *why)
{
	const char *visibility = visibility_word(viewer->b.visibility);
	const char *wrong = NULL;
	if (strcmp(visibility, spec_visibility(mode_of(viewer))) != 0)
		wrong = "is another mode's";
	else if (viewer->b.drawn_for != seen_by(visibility))
		wrong = "has an id that was drawn for others";
	else if (is_agent_to_the_rules(viewer) != spec_is_agent(mode_of(viewer)))
		wrong = "counts otherwise";
	if (wrong)
		buf_printf(why, "a %s of visibility %s %s", mode_of(viewer), visibility, wrong);
	return !wrong;
}

static bool parties_right(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		if (event_body(event->kind) != BODY_party)
			continue;
		if (!party_right(event->object, why))
			return false;
		if (b->drawn_for == CLASS_SUPERVISOR)
			met(step, MET_DRAWN_FOR_FEW);
	}
	return true;
}

/* --- entries ------------------------------------------------------------------------------------ */

/* The user's first participation that did not end before the entry. */
const struct viewer *reads_as(const struct viewer *reader, uint64_t seq)
{
	const struct viewer *other, *found = NULL;
	EACH_VIEWER(reader->session, other)
		if (other->user == reader->user && other->b.joined &&
			(other->b.until == 0 || seq <= other->b.until) &&
			(!found || (other->b.until &&
					   (!found->b.until || other->b.until < found->b.until))))
			found = other;
	return found ? found : reader;
}

/* A switch is a joining to whom it brings the supervisor into sight, a leaving to whom it takes it out of it. Who
 * switches is in one's own sight all the time. */
static const char *type_to(const struct body_message *b, enum spec_onlooker who, bool is_own)
{
	bool saw = is_own || spec_sees(visibility_word(b->before), who);
	bool sees = is_own || spec_sees(visibility_word(b->after), who);
	if (b->type != MESSAGE_REJOINED)
		return words_name(&message_type_words, b->type);
	return saw && sees ? "ParticipantRejoined" : sees ? "ParticipantJoined" : "ParticipantLeft";
}

static bool type_right(const struct step *step, const struct viewer *reader,
	const struct message *message, struct buf *why)
{
	const struct body_message entry = message_body(message);
	bool is_own = reader->user && str_eq(entry.user, reader->user->b.id);
	const char *expected =
		type_to(&entry, onlooker_of(reads_as(reader, entry.seq)->b.kind), is_own);
	const char *shown = words_name(&message_type_words, visibility_type(reader, message));
	if (entry.type == MESSAGE_REJOINED)
		met(step, strcmp(expected, "ParticipantJoined") == 0 ? MET_CAME_INTO_SIGHT
			  : strcmp(expected, "ParticipantLeft") == 0 ? MET_WENT_OUT_OF_SIGHT
								     : MET_SWITCHED_IN_SIGHT);
	if (strcmp(expected, shown) == 0)
		return true;
	buf_printf(why, "a switch is shown as %s, not as %s", shown, expected);
	return false;
}

static bool reads_right(const struct step *step, const struct viewer *reader, struct buf *why)
{
	const struct session *session = reader->session;
	uint64_t number = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		const struct message *message = session->messages[i];
		const struct body_message entry = message_body(message);
		bool sees = spec_sees(visibility_word(entry.visibility),
			onlooker_of(reads_as(reader, entry.seq)->b.kind));
		uint64_t expected = sees ? ++number : 0;
		if (!sees && reader->b.kind == PARTY_AGENT)
			met(step, MET_ENTRY_HIDDEN);
		if (visibility_index(reader, message) == expected &&
			visibility_shows_message(reader, message) == sees) {
			if (sees && !type_right(step, reader, message, why))
				return false;
			continue;
		}
		buf_printf(why, "entry %zu of session %llu has number %llu for %s, not %llu", i + 1,
			(unsigned long long)session->b.serial,
			(unsigned long long)visibility_index(reader, message),
			reader->user ? reader->user->b.name.at : "the customer",
			(unsigned long long)expected);
		return false;
	}
	return true;
}

static bool feed_reads_right(struct session *session, struct buf *why)
{
	uint64_t number = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		const struct message *message = session->messages[i];
		const struct body_message entry = message_body(message);
		uint64_t expected = feed_has(&entry) ? ++number : 0;
		if (visibility_index(session_feed(session), message) == expected)
			continue;
		buf_printf(why, "entry %zu has another number for the feed than %llu", i + 1,
			(unsigned long long)expected);
		return false;
	}
	return true;
}

static bool entries_right(const struct step *step, struct buf *why)
{
	struct session *session;
	const struct viewer *other;
	DL_FOREACH(step->world->core->sessions, session) {
		if (!is_touched(step, session))
			continue;
		if (!feed_reads_right(session, why))
			return false;
		EACH_VIEWER(session, other)
			if (other->user && viewer_is_joined(other) &&
				!reads_right(step, other, why))
				return false;
	}
	return true;
}

/* --- whether somebody is silently there --------------------------------------------------------- */

static bool is_present(const struct body_party *b)
{
	return b->kind == PARTY_SUPERVISOR && b->state == PARTY_CHATTING &&
	       spec_shows_presence(words_name(&supervision_words, b->supervision),
		       words_name(&disclosure_words, b->disclosure), SPEC_AGENT);
}

static bool was_supervised(const struct rows *rows, const struct session *session)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == BODY_party &&
			str_eq(rows->at[i].body.party.session, session->b.id) &&
			is_present(&rows->at[i].body.party))
			return true;
	return false;
}

static bool is_supervised(const struct session *session)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (is_present(&viewer->b))
			return true;
	return false;
}

static bool was_told_so(const struct step *step, const struct viewer *agent, bool is_shown)
{
	EACH_EVENT(step, event)
	for (size_t i = 0; i < event->recipient_count; i++)
		if (event->recipients[i].viewer == agent &&
			event->kind == (is_shown ? EV_SUPERVISION_SHOWN : EV_SUPERVISION_HIDDEN))
			return true;
	return false;
}

static bool is_new(const struct step *step, const struct viewer *viewer)
{
	EACH_EVENT(step, event)
	if (event->object == viewer &&
		(event->kind == EV_PARTY_JOINED || event->kind == EV_PARTY_SWITCHED))
		return true;
	return false;
}

static enum sight sight_of(const struct world *world, bool is_agents, bool is_shown)
{
	return !is_agents || !world->scope.icon ? SIGHT_NONE
	       : is_shown                       ? SIGHT_SOMEBODY
						: SIGHT_NOBODY;
}

/* Each of several agents alike; who comes reads it with the coming. */
static bool shows_right(const struct step *step, const struct viewer *viewer, bool was_shown,
	bool is_shown, struct buf *why)
{
	bool is_agents = viewer->b.kind == PARTY_AGENT && viewer_is_joined(viewer);
	enum sight expected = sight_of(step->world, is_agents, is_shown);
	if (visibility_of_watching(step->world->core, viewer) != expected)
		buf_puts(why, "somebody is shown otherwise whether anybody is silently there");
	if (is_agents && was_shown != is_shown && !is_new(step, viewer) &&
		!was_told_so(step, viewer, is_shown))
		buf_puts(why, "an agent is not told that this has changed");
	if (is_agents && was_shown != is_shown)
		met(step, is_shown ? MET_SHOWN : MET_HIDDEN_AGAIN);
	return why->len == 0;
}

static bool presence_right(const struct step *step, struct buf *why)
{
	const struct session *session;
	const struct viewer *viewer;
	DL_FOREACH(step->world->core->sessions, session) {
		bool was_shown = was_supervised(&step->world->rows, session);
		bool is_shown = is_supervised(session);
		EACH_VIEWER(session, viewer)
			if (viewer->user && viewer_is_live(viewer) &&
				!shows_right(step, viewer, was_shown, is_shown, why))
				return false;
	}
	return true;
}

const struct property sight_properties[] = {
	{"agents are shown exactly while somebody is silently there that somebody is, where that "
	 "is disclosed",
		"decisions 5", presence_right},
	{"nobody holds an event whose audience excludes them, and all others hold it",
		"SMS Session API 3.4, decisions 5", told_right},
	{"whom an event is about is told the state that it brought, whatever comes right after it",
		"SMS Session API 2.8", states_right},
	{"a read waits for all that its reader was told, and for nothing else", "design 6",
		seen_right},
	{"an onlooker lists exactly the participants that the table says", "SMS Session API 3.4",
		participants_right},
	{"a participant's visibility is its mode's, its id is drawn for all who see it, and only "
	 "agents count",
		"SMS Session API 3.4, decisions 5 and 8", parties_right},
	{"a reader's entries are those that the table says, numbered from 1 without gaps",
		"decisions 4", entries_right},
	{NULL, NULL, NULL},
};
