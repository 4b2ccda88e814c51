/* visibility.c - every audience rule of the centre, in one table.
 *
 * A row says: what has this visibility may be known to these classes: that a participant is there, comes and goes; an
 * entry, its number, its push; an id is drawn from the generator of those classes, as they will see it. What has no
 * row is known to nobody. test/mutants takes out each row, which core/visibility must notice, and widens each that
 * agents must not know, which the twins and the walk must notice as well. */
#include "core/rules/visibility.h"
#include "core/model/event.h"
#include "core/model/message.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"
#include "core/rules/assignment.h"
#include "core/rules/contact.h"

#include <utlist.h>

struct rule {
	enum visibility visibility;
	unsigned audience;
};

#define EVERYBODY (CLASS_CUSTOMER | CLASS_AGENT | CLASS_SUPERVISOR | CLASS_FEED)
#define STAFF     (CLASS_AGENT | CLASS_SUPERVISOR)

/* Source: the page of the Monitor operation: "only another supervisor will see that the
 * supervisor has joined". */
static const struct rule rules[] = {
	{VISIBLE_ALL, EVERYBODY},
	{VISIBLE_AGENTS, STAFF},
	{VISIBLE_SUPERVISORS, CLASS_SUPERVISOR},
};

unsigned visibility_audience(enum visibility visibility)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].visibility == visibility)
			return rules[i].audience;
	return 0;
}

enum audience_class visibility_class(const struct viewer *viewer)
{
	static const enum audience_class classes[] = {
		[PARTY_CONTACT] = CLASS_CUSTOMER,
		[PARTY_AGENT] = CLASS_AGENT,
		[PARTY_SUPERVISOR] = CLASS_SUPERVISOR,
		[PARTY_SYSTEM] = CLASS_FEED,
	};
	CHECK(viewer->b.kind <= PARTY_SYSTEM);
	return classes[viewer->b.kind];
}

/* Who supervises in sight of the customer is a colleague to those in the session; the feed names agents and customers. */
static bool is_in_feed(const struct body_party *party)
{
	return visibility_audience(party->visibility) & CLASS_FEED &&
	       party->kind != PARTY_SUPERVISOR;
}

unsigned visibility_audience_of_entry(const struct body_message *entry)
{
	unsigned audience = visibility_audience(entry->visibility);
	bool is_customers = entry->author == PARTY_CONTACT && entry->type == MESSAGE_TEXT;
	return is_customers || entry->outbound ? audience : audience & ~CLASS_FEED;
}

bool visibility_shows_party(const struct viewer *viewer, const struct viewer *other)
{
	if (visibility_class(viewer) == CLASS_FEED)
		return is_in_feed(&other->b);
	return viewer == other ||
	       visibility_audience(other->b.visibility) & visibility_class(viewer);
}

enum visibility visibility_in_mode(const struct core *core, enum supervision mode)
{
	static const enum visibility visibilities[supervision_count] = {
		[SUPERVISION_MONITOR] = VISIBLE_SUPERVISORS,
		[SUPERVISION_COACH] = VISIBLE_AGENTS,
		[SUPERVISION_BARGE_IN] = VISIBLE_ALL,
	};
	CHECK(mode < supervision_count);
	bool is_private = mode == SUPERVISION_MONITOR && core->settings[SETTING_PRIVATE];
	return is_private ? VISIBLE_TO_ITSELF : visibilities[mode];
}

enum disclosure visibility_disclosure(const struct core *core, enum supervision mode)
{
	static const struct {
		enum setting_kind setting;
		enum disclosure by_value[disclosure_count];
	} disclosures[supervision_count] = {
		[SUPERVISION_MONITOR] = {SETTING_DISCLOSE_MONITOR,
			{DISCLOSED_NOT, DISCLOSED_BY_ICON, DISCLOSED_LATER}},
		[SUPERVISION_COACH] = {SETTING_DISCLOSE_COACH, {DISCLOSED_NOT, DISCLOSED_LATER}},
		[SUPERVISION_BARGE_IN] = {SETTING_DISCLOSE_BARGE_IN,
			{DISCLOSED_NOT, DISCLOSED_LATER}},
	};
	CHECK(mode < supervision_count);
	uint64_t value = core->settings[disclosures[mode].setting];
	return value < disclosure_count ? disclosures[mode].by_value[value] : DISCLOSED_NOT;
}

enum disclosure visibility_disclosure_of_take_over(const struct core *core)
{
	return core->settings[SETTING_DISCLOSE_TAKE_OVER] ? DISCLOSED_LATER : DISCLOSED_NOT;
}

/* Whoever has been shown it once is shown as well that it is so no more, whatever the centre wants by then. Who is
 * invited is shown nothing of the session yet; supervisors see one another. */
enum sight visibility_of_watching(const struct core *core, const struct viewer *viewer)
{
	bool is_agents = viewer->b.kind == PARTY_AGENT && viewer_is_joined(viewer);
	bool is_wanted = visibility_disclosure(core, SUPERVISION_MONITOR) == DISCLOSED_BY_ICON;
	if (!is_agents || !(is_wanted || session_was_shown_watched(viewer->session)))
		return SIGHT_NONE;
	return session_is_shown_watched(viewer->session) ? SIGHT_SOMEBODY : SIGHT_NOBODY;
}

unsigned visibility_draws_from(enum visibility visibility)
{
	return visibility_audience(visibility) &
	       ~CLASS_FEED; /* it is in no session: whoever is sees as much */
}

/* --- reading ------------------------------------------------------------------------------------ */

/* The stint as which the viewer's user reads an entry: the user's last participation that began
 * before it; the first one reads all that was before it as well. */
static const struct viewer *stint(const struct viewer *viewer, uint64_t seq)
{
	const struct viewer *other, *found = NULL;
	if (!viewer->user)
		return viewer;
	EACH_VIEWER(viewer->session, other)
		if (other->user == viewer->user && other->b.joined && other->b.from < seq &&
			(!found || other->b.from > found->b.from))
			found = other;
	return found;
}

uint64_t visibility_up_to(const struct viewer *viewer, const struct message *message)
{
	enum audience_class class = visibility_class(viewer);
	return class == CLASS_FEED         ? message->feed_index
	       : class == CLASS_SUPERVISOR ? message->supervisor_index
					   : message->agent_index;
}

/* Entries up to this one that are seen by who reads it as this stint. */
static uint64_t count_up_to(const struct viewer *reader, const struct message *message)
{
	return reader ? reader->b.base + visibility_up_to(reader, message) : 0;
}

uint64_t visibility_index(const struct viewer *viewer, const struct message *message)
{
	const struct viewer *reader = stint(viewer, message->seq);
	if (!reader || !(message->audience & visibility_class(reader)))
		return 0;
	return count_up_to(reader, message);
}

bool visibility_shows_message(const struct viewer *viewer, const struct message *message)
{
	return visibility_index(viewer, message) != 0;
}

static bool is_own(const struct viewer *reader, const struct body_message *entry)
{
	return reader->user && str_eq(entry->user, reader->user->b.id);
}

enum message_type visibility_type(const struct viewer *viewer, const struct message *message)
{
	const struct body_message entry = message_body(message);
	const struct viewer *reader = stint(viewer, entry.seq);
	CHECK(reader);
	enum audience_class class = visibility_class(reader);
	if (entry.type != MESSAGE_REJOINED || is_own(reader, &entry))
		return entry.type;
	if (!(visibility_audience(entry.before) & class))
		return MESSAGE_JOINED;
	return visibility_audience(entry.after) & class ? MESSAGE_REJOINED : MESSAGE_LEFT;
}

bool visibility_reads_alike(
	const struct viewer *a, const struct viewer *b, const struct message *message)
{
	uint64_t index = visibility_index(a, message);
	return index == visibility_index(b, message) &&
	       (!index || visibility_type(a, message) == visibility_type(b, message));
}

static uint64_t index_at(const struct viewer *viewer, uint64_t seq)
{
	return seq ? count_up_to(stint(viewer, seq), viewer->session->messages[seq - 1]) : 0;
}

uint64_t visibility_last_index(const struct viewer *viewer)
{
	return index_at(viewer, viewer->session->message_count);
}

uint64_t visibility_end_index(const struct viewer *viewer)
{
	size_t count = viewer->session->message_count;
	return index_at(viewer, viewer->b.until < count ? viewer->b.until : count);
}

/* The first entry up to which the viewer sees so many: the counts of one viewer never fall. */
const struct message *visibility_entry(const struct viewer *viewer, uint64_t index)
{
	const struct session *session = viewer->session;
	size_t from = 0, to = session->message_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct message *message = session->messages[middle];
		if (count_up_to(stint(viewer, message->seq), message) < index)
			from = middle + 1;
		else
			to = middle;
	}
	bool is_there = from < session->message_count &&
			visibility_index(viewer, session->messages[from]) == index;
	return index && is_there ? session->messages[from] : NULL;
}

/* --- knowing of events -------------------------------------------------------------------------- */

static enum event_audience audience_of(enum event_kind kind)
{
	static const enum event_audience of[EVENT_NUMBER_END] = {
#define EVENT(number, name, body, audience) [number] = AUDIENCE_##audience,
#include "core/model/event.def"
#undef EVENT
	};
	return of[kind];
}

/* A read by whoever may know of an event must not show it before it is on disk. */
static void add(
	struct event *event, struct user *user, struct viewer *viewer, enum relation relation)
{
	event->recipients[event->recipient_count++] = (struct recipient) {user, viewer, relation};
	if (user->seen_lsn < event->lsn)
		user->seen_lsn = event->lsn;
}

static void add_readers(struct event *event, const struct session *session, enum party_kind kind,
	unsigned audience, const struct user *except)
{
	struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (viewer->b.kind == kind && viewer->user && viewer->user != except &&
			viewer_is_joined(viewer) && audience & visibility_class(viewer))
			add(event, viewer->user, viewer, RELATION_OTHER);
}

static void add_audience(struct event *event, const struct session *session, unsigned audience,
	const struct user *except)
{
	add_readers(event, session, PARTY_AGENT, audience, except);
	add_readers(event, session, PARTY_SUPERVISOR, audience, except);
}

/* The party itself is told of its own state: through the participation that speaks for its user. */
static void add_itself(struct event *event)
{
	struct viewer *subject = event->object;
	struct user *user = subject->user;
	struct viewer *speaks = user ? session_viewer(subject->session, user) : NULL;
	if (speaks && speaks != subject)
		add(event, user, speaks, RELATION_AGAIN);
	else if (user)
		add(event, user, subject, RELATION_OWN);
}

static void add_party(struct event *event)
{
	const struct viewer *subject = event->object;
	add_itself(event);
	if (subject->b.joined)
		add_audience(event, subject->session, visibility_audience(subject->b.visibility),
			subject->user);
}

static const struct message *message_of(const struct event *event)
{
	const struct sms_part *part = event->object;
	return event_body(event->kind) == BODY_part ? part->outbound->message : event->object;
}

static unsigned audience_of_entry(const struct event *event)
{
	return message_of(event)->audience;
}

/* NULL: the event is about none. */
static struct session *session_of(const struct event *event)
{
	const struct message *message;
	switch (event_body(event->kind)) {
	case BODY_session:
	case BODY_datum:
		return event->object;
	case BODY_party:
		return ((const struct viewer *)event->object)->session;
	case BODY_hand:
		return ((const struct hand *)event->object)->session;
	case BODY_message:
	case BODY_part:
	case BODY_erasure: /* of a row that was none's, or is forgotten: of no session */
		message = message_of(event);
		return message ? message->session : NULL;
	default:
		return NULL;
	}
}

static struct user *user_of(const struct core *core, const struct event *event)
{
	if (event_body(event->kind) == BODY_registration)
		return core_user(core, ((const struct body_registration *)event->body)->supervisor);
	if (event_body(event->kind) == BODY_party)
		return core_user(core, ((const struct body_party *)event->body)->user);
	CHECK(event_body(event->kind) == BODY_agent);
	return core_user(core, ((const struct body_agent *)event->body)->user);
}

static size_t count_viewers(const struct session *session)
{
	const struct viewer *viewer;
	size_t count = 0;
	EACH_VIEWER(session, viewer)
		count++;
	return count;
}

static struct recipient *room_for(size_t count, struct arena *arena)
{
	return arena_take(arena, count * sizeof(struct recipient));
}

/* In whatever spelling. */
static void add_customers(struct event *event, struct arena *arena)
{
	const struct contact *contact = event->object;
	const struct session *session;
	size_t count = 0;
	for (const struct contact *c = NULL; (c = contact_spelling(contact, c));)
		LL_FOREACH2(c->open, session, contact_next)
			count += count_viewers(session);
	event->recipients = room_for(count, arena);
	for (const struct contact *c = NULL; (c = contact_spelling(contact, c));)
		LL_FOREACH2(c->open, session, contact_next)
			add_audience(event, session, EVERYBODY, NULL);
}

/* The agent first, through what speaks for it in the session, if it raised the hand itself. */
static void add_hand(const struct core *core, struct event *event, bool is_agents)
{
	const struct hand *hand = event->object;
	struct user *user;
	if (is_agents)
		add(event, hand->agent, session_viewer(hand->session, hand->agent), RELATION_OWN);
	DL_FOREACH(core->users, user)
		if (core_oversees(core, user, hand->agent))
			add(event, user, NULL, RELATION_OTHER);
}

static size_t count_users(const struct core *core)
{
	const struct user *user;
	size_t count;
	DL_COUNT(core->users, user, count);
	return count;
}

/* Is the centre's feed told of it? What becomes of a text after its session is over is not: how long the session is
 * remembered by then is no fact. */
static bool is_told_to_feed(
	const struct event *event, enum event_audience audience, const struct session *session)
{
	const struct body_party *party = event->body;
	switch (audience) {
	case AUDIENCE_FEED:
	case AUDIENCE_SESSION:
		return true;
	case AUDIENCE_PARTY:
		return party->joined && is_in_feed(party);
	case AUDIENCE_MESSAGE:
		return audience_of_entry(event) & CLASS_FEED;
	case AUDIENCE_DELIVERY:
		return audience_of_entry(event) & CLASS_FEED && !session->is_ended;
	case AUDIENCE_USER:
	case AUDIENCE_ITSELF:
	case AUDIENCE_AGENTS:
	case AUDIENCE_HAND:
	case AUDIENCE_OVERSEERS:
	case AUDIENCE_CUSTOMER:
	case AUDIENCE_NOBODY:
		return false;
	}
	return false;
}

static void add_feed(const struct core *core, struct event *event, struct session *session)
{
	struct user *user;
	DL_FOREACH2(core->feed, user, feed_next)
		add(event, user, session_feed(session), RELATION_FEED);
}

static void note_audience(const struct core *core, struct event *event,
	enum event_audience audience, struct arena *arena)
{
	const struct session *session = session_of(event);
	if (audience == AUDIENCE_CUSTOMER)
		add_customers(event, arena);
	if (audience == AUDIENCE_NOBODY || (audience != AUDIENCE_USER && !session))
		return;
	bool is_of_hand = audience == AUDIENCE_HAND || audience == AUDIENCE_OVERSEERS;
	size_t others = is_of_hand ? count_users(core) : session ? count_viewers(session) : 0;
	event->recipients = room_for(1 + others + core->feed_count, arena);
	switch (audience) {
	case AUDIENCE_USER:
		add(event, user_of(core, event), NULL, RELATION_OWN);
		return;
	case AUDIENCE_ITSELF:
		add_itself(event);
		return;
	case AUDIENCE_PARTY:
		add_party(event);
		return;
	case AUDIENCE_MESSAGE:
	case AUDIENCE_DELIVERY:
		add_audience(event, session, audience_of_entry(event), NULL);
		return;
	case AUDIENCE_SESSION:
		add_audience(event, session, EVERYBODY, NULL);
		return;
	case AUDIENCE_AGENTS:
		add_readers(event, session, PARTY_AGENT, EVERYBODY, NULL);
		return;
	case AUDIENCE_HAND:
	case AUDIENCE_OVERSEERS:
		add_hand(core, event, audience == AUDIENCE_HAND);
		return;
	case AUDIENCE_CUSTOMER: /* of no session */
	case AUDIENCE_NOBODY:
	case AUDIENCE_FEED:
		return;
	}
}

void visibility_note_audience(const struct core *core, struct event *event,
	enum event_audience audience, struct arena *arena)
{
	event->recipient_count = 0;
	note_audience(core, event, audience, arena);
	struct session *session = core->feed ? session_of(event) : NULL;
	if (session && is_told_to_feed(event, audience, session))
		add_feed(core, event, session);
}

static void take_out(struct event *event, const struct viewer *viewer)
{
	size_t kept = 0;
	for (size_t i = 0; i < event->recipient_count; i++)
		if (event->recipients[i].viewer != viewer)
			event->recipients[kept++] = event->recipients[i];
	event->recipient_count = kept;
}

/* Did it enter without being asked, or was it asked by the command itself (supervision.auto-accept)? */
static bool is_newcomer(const struct event *events, const struct event *joined)
{
	const struct body_party *body = joined->body;
	if (joined->kind != EV_PARTY_JOINED)
		return false;
	for (const struct event *event = events; event < joined; event++)
		if (event->kind == EV_PARTY_WAS_INVITED && event->object == joined->object)
			return true;
	return body->origin == ORIGIN_CREATED;
}

/* Who was brought in by the command itself reads of what was before in the history. */
static void take_out_newcomers(struct event *events, size_t count)
{
	for (size_t joined = 0; joined < count; joined++) {
		if (!is_newcomer(events, &events[joined]))
			continue;
		for (size_t i = 0; i < joined; i++)
			take_out(&events[i], events[joined].object);
	}
}

void visibility_note_recipients(const struct core *core, struct outcome *outcome, size_t first)
{
	for (size_t i = first; i < outcome->count; i++) {
		struct event *event = &outcome->events[i];
		visibility_note_audience(core, event, audience_of(event->kind), &outcome->arena);
	}
	if (outcome->count > first)
		take_out_newcomers(outcome->events + first, outcome->count - first);
}
