/* visibility.c - every audience rule of the centre, in one table.
 *
 * A row says: of what has this visibility, this fact may be known to these classes. What has no row is
 * known to nobody. test/mutants takes out each row, which core/visibility must notice, and widens each
 * that agents must not know, which the twins and the walk must notice as well. */
#include "core/visibility.h"
#include "core/event.h"
#include "core/session.h"

#include <utlist.h>

enum fact {
	LISTED,    /* a party is in the list of participants */
	ANNOUNCED, /* its comings and goings are pushed (ParticipantsUpdated) */
	WRITTEN,   /* an entry with this visibility is read, numbered and pushed */
	DRAWN,     /* whose generator an id is drawn from: the classes that will see the id */
	COUNTED,   /* it is somebody: for "alone", capacity, routing, deadlines */
};

struct rule {
	enum fact fact;
	enum visibility visibility;
	unsigned audience;
};

#define EVERYBODY (CLASS_CUSTOMER | CLASS_AGENT | CLASS_SUPERVISOR)
#define STAFF     (CLASS_AGENT | CLASS_SUPERVISOR)

/* Source: the page of the Monitor operation: "only another supervisor will see that the
 * supervisor has joined". */
static const struct rule rules[] = {
	{LISTED, VISIBLE_ALL, EVERYBODY},
	{LISTED, VISIBLE_AGENTS, STAFF},
	{LISTED, VISIBLE_SUPERVISORS, CLASS_SUPERVISOR},
	{ANNOUNCED, VISIBLE_ALL, EVERYBODY},
	{ANNOUNCED, VISIBLE_AGENTS, STAFF},
	{ANNOUNCED, VISIBLE_SUPERVISORS, CLASS_SUPERVISOR},
	{WRITTEN, VISIBLE_ALL, EVERYBODY},
	{WRITTEN, VISIBLE_AGENTS, STAFF},
	{WRITTEN, VISIBLE_SUPERVISORS, CLASS_SUPERVISOR},
	{DRAWN, VISIBLE_ALL, EVERYBODY},
	{DRAWN, VISIBLE_AGENTS, STAFF},
	{DRAWN, VISIBLE_SUPERVISORS, CLASS_SUPERVISOR},
	{COUNTED, VISIBLE_ALL, EVERYBODY},
	{COUNTED, VISIBLE_AGENTS, STAFF},
	{COUNTED, VISIBLE_SUPERVISORS, CLASS_SUPERVISOR},
};

static unsigned audience_of(enum fact fact, enum visibility visibility)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].fact == fact && rules[i].visibility == visibility)
			return rules[i].audience;
	return 0;
}

enum audience_class visibility_class(const struct party *viewer)
{
	static const enum audience_class classes[] = {
		[PARTY_CONTACT] = CLASS_CUSTOMER,
		[PARTY_AGENT] = CLASS_AGENT,
		[PARTY_SUPERVISOR] = CLASS_SUPERVISOR,
	};
	CHECK(viewer->b.kind <= PARTY_SUPERVISOR);
	return classes[viewer->b.kind];
}

bool visibility_shows_party(const struct party *viewer, const struct party *party)
{
	return audience_of(LISTED, party->b.visibility) & visibility_class(viewer);
}

unsigned visibility_audience(enum visibility visibility)
{
	return audience_of(WRITTEN, visibility);
}

unsigned visibility_draws_from(enum visibility visibility)
{
	return audience_of(DRAWN, visibility);
}

unsigned visibility_counts_for(enum visibility visibility)
{
	return audience_of(COUNTED, visibility);
}

bool visibility_counts(enum visibility visibility)
{
	return visibility_counts_for(visibility) & CLASS_AGENT;
}

/* --- reading ------------------------------------------------------------------------------------ */

/* The stint as which the viewer's user reads an entry: the user's last participation that began
 * before it; the first one reads all that was before it as well. */
static const struct party *stint(const struct party *viewer, uint64_t seq)
{
	const struct party *party, *found = viewer;
	if (!viewer->user)
		return viewer;
	found = NULL;
	DL_FOREACH(viewer->session->parties, party)
		if (party->user == viewer->user && party->b.joined && party->b.from < seq)
			found = party;
	return found;
}

static uint64_t count_for(enum audience_class class, const struct message *message)
{
	return class == CLASS_SUPERVISOR ? message->b.supervisor_index : message->b.agent_index;
}

/* Entries up to this one that are seen by who reads it as this stint. */
static uint64_t count_up_to(const struct party *reader, const struct message *message)
{
	return reader ? reader->b.base + count_for(visibility_class(reader), message) : 0;
}

uint64_t visibility_index(const struct party *viewer, const struct message *message)
{
	const struct party *reader = stint(viewer, message->b.seq);
	if (!reader || !(message->b.audience & visibility_class(reader)))
		return 0;
	return count_up_to(reader, message);
}

bool visibility_shows_message(const struct party *viewer, const struct message *message)
{
	return visibility_index(viewer, message) != 0;
}

uint64_t visibility_last_index(const struct party *viewer)
{
	const struct session *session = viewer->session;
	size_t count = session->message_count;
	return count ? count_up_to(stint(viewer, count), session->messages[count - 1]) : 0;
}

/* The first entry up to which the viewer sees so many: the counts of one viewer never fall. */
const struct message *visibility_entry(const struct party *viewer, uint64_t index)
{
	const struct session *session = viewer->session;
	size_t from = 0, to = session->message_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct message *message = session->messages[middle];
		if (count_up_to(stint(viewer, message->b.seq), message) < index)
			from = middle + 1;
		else
			to = middle;
	}
	bool is_there = from < session->message_count &&
			visibility_index(viewer, session->messages[from]) == index;
	return index && is_there ? session->messages[from] : NULL;
}

/* --- knowing of events -------------------------------------------------------------------------- */

enum audience_rule { NOBODY, USER, PARTY, MESSAGE, DELIVERY };

static enum audience_rule rule_of(enum event_kind kind)
{
	static const enum audience_rule of[EVENT_NUMBER_END] = {
#define EVENT(number, name, body, audience) [number] = audience,
#include "core/event.def"
#undef EVENT
	};
	return of[kind];
}

typedef void viewer_fn(void *ctx, struct party *viewer);

static void each_reader(struct session *session, enum party_kind kind, unsigned audience,
	const struct user *except, viewer_fn *each, void *ctx)
{
	struct party *party;
	DL_FOREACH(session->parties, party) {
		if (party->b.kind != kind || !party->user || party->user == except ||
			!party_is_joined(party) || !(audience & visibility_class(party)))
			continue;
		each(ctx, party);
	}
}

static void each_of_audience(struct session *session, unsigned audience, const struct user *except,
	viewer_fn *each, void *ctx)
{
	each_reader(session, PARTY_AGENT, audience, except, each, ctx);
	each_reader(session, PARTY_SUPERVISOR, audience, except, each, ctx);
}

/* The party itself is told of its own state: through the participation that speaks for its user. */
static void each_of_party(const struct event *event, viewer_fn *each, void *ctx)
{
	struct party *subject = event->object;
	struct party *speaks =
		subject->user ? session_party(subject->session, subject->user) : NULL;
	if (subject->user)
		each(ctx, speaks ? speaks : subject);
	if (subject->b.joined)
		each_of_audience(subject->session, audience_of(ANNOUNCED, subject->b.visibility),
			subject->user, each, ctx);
}

static void each_of_delivery(const struct event *event, viewer_fn *each, void *ctx)
{
	const struct sms_part *part = event->object;
	const struct message *message = part->outbound->message;
	if (!message)
		return;
	struct session *session = part->outbound->message_session;
	each_of_audience(session, (unsigned)message->b.audience, NULL, each, ctx);
}

void visibility_each_viewer(
	const struct core *core, const struct event *event, viewer_fn *each, void *ctx)
{
	const struct message *message;
	switch (rule_of(event->kind)) {
	case PARTY:
		each_of_party(event, each, ctx);
		return;
	case MESSAGE:
		message = event->object;
		each_of_audience(core_session(core, message->b.session),
			(unsigned)message->b.audience, NULL, each, ctx);
		return;
	case DELIVERY:
		each_of_delivery(event, each, ctx);
		return;
	case NOBODY:
	case USER:
		return;
	}
}

static struct user *user_of(const struct core *core, const struct event *event)
{
	if (event_body(event->kind) == BODY_registration)
		return core_user(core, ((const struct body_registration *)event->body)->supervisor);
	CHECK(event_body(event->kind) == BODY_agent);
	return core_user(core, ((const struct body_agent *)event->body)->user);
}

static void see(void *ctx, struct party *viewer)
{
	const struct event *event = ctx;
	if (viewer->user->seen_lsn < event->lsn)
		viewer->user->seen_lsn = event->lsn;
}

void visibility_mark_seen(struct core *core, const struct event *event)
{
	if (rule_of(event->kind) == USER) {
		struct user *user = user_of(core, event);
		if (user->seen_lsn < event->lsn)
			user->seen_lsn = event->lsn;
		return;
	}
	visibility_each_viewer(core, event, see, (void *)(uintptr_t)event);
}
