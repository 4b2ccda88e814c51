/* visibility.c - every audience rule of the centre, in one table.
 *
 * A row says: what has this visibility may be known to these classes: that a participant is there, comes and goes; an
 * entry, its number, its push; an id is drawn from the generator of those classes, as they will see it. What has no
 * row is known to nobody. test/mutants takes out each row, which core/visibility must notice, and widens each that
 * agents must not know, which the twins and the walk must notice as well. */
#include "core/visibility.h"
#include "core/event.h"
#include "core/reader.h"
#include "core/session.h"

#include <utlist.h>

struct rule {
	enum visibility visibility;
	unsigned audience;
};

#define EVERYBODY (CLASS_CUSTOMER | CLASS_AGENT | CLASS_SUPERVISOR)
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
	};
	CHECK(viewer->b.kind <= PARTY_SUPERVISOR);
	return classes[viewer->b.kind];
}

bool visibility_shows_party(const struct viewer *viewer, const struct viewer *other)
{
	return visibility_audience(other->b.visibility) & visibility_class(viewer);
}

unsigned visibility_draws_from(enum visibility visibility)
{
	return visibility_audience(visibility);
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

static uint64_t count_for(enum audience_class class, const struct message *message)
{
	return class == CLASS_SUPERVISOR ? message->b.supervisor_index : message->b.agent_index;
}

/* Entries up to this one that are seen by who reads it as this stint. */
static uint64_t count_up_to(const struct viewer *reader, const struct message *message)
{
	return reader ? reader->b.base + count_for(visibility_class(reader), message) : 0;
}

uint64_t visibility_index(const struct viewer *viewer, const struct message *message)
{
	const struct viewer *reader = stint(viewer, message->b.seq);
	if (!reader || !(message->b.audience & visibility_class(reader)))
		return 0;
	return count_up_to(reader, message);
}

bool visibility_shows_message(const struct viewer *viewer, const struct message *message)
{
	return visibility_index(viewer, message) != 0;
}

uint64_t visibility_last_index(const struct viewer *viewer)
{
	const struct session *session = viewer->session;
	size_t count = session->message_count;
	return count ? count_up_to(stint(viewer, count), session->messages[count - 1]) : 0;
}

/* The first entry up to which the viewer sees so many: the counts of one viewer never fall. */
const struct message *visibility_entry(const struct viewer *viewer, uint64_t index)
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

typedef void viewer_fn(void *ctx, struct viewer *viewer);

struct readers {
	struct session *session;
	unsigned audience;
	const struct user *except;
	viewer_fn *each;
	void *ctx;
};

static void each_reader(const struct readers *readers, enum party_kind kind)
{
	struct viewer *viewer;
	EACH_VIEWER(readers->session, viewer) {
		if (viewer->b.kind != kind || !viewer->user || viewer->user == readers->except ||
			!viewer_is_joined(viewer) ||
			!(readers->audience & visibility_class(viewer)))
			continue;
		readers->each(readers->ctx, viewer);
	}
}

static void each_of_audience(const struct readers *readers)
{
	each_reader(readers, PARTY_AGENT);
	each_reader(readers, PARTY_SUPERVISOR);
}

/* The party itself is told of its own state: through the participation that speaks for its user. */
static void each_of_party(const struct event *event, viewer_fn *each, void *ctx)
{
	struct viewer *subject = event->object;
	struct viewer *speaks =
		subject->user ? session_viewer(subject->session, subject->user) : NULL;
	if (subject->user)
		each(ctx, speaks ? speaks : subject);
	if (subject->b.joined)
		each_of_audience(&(struct readers) {subject->session,
			visibility_audience(subject->b.visibility), subject->user, each, ctx});
}

static void each_of_delivery(const struct event *event, viewer_fn *each, void *ctx)
{
	const struct sms_part *part = event->object;
	const struct message *message = part->outbound->message;
	if (!message)
		return;
	each_of_audience(&(struct readers) {
		part->outbound->message_session, (unsigned)message->b.audience, NULL, each, ctx});
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
		each_of_audience(&(struct readers) {core_session(core, message->b.session),
			(unsigned)message->b.audience, NULL, each, ctx});
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

static void see(void *ctx, struct viewer *viewer)
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
