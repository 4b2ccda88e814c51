/* transcript.c - writing entries, each with its place in every class's counting. */
#include "core/model/message.h"
#include "core/rules/turn.h"

static void count_entry(const struct session *session, struct body_message *body)
{
	static const struct message none;
	const struct message *last =
		session->message_count ? session->messages[session->message_count - 1] : &none;
	body->seq = last->seq + 1;
	body->agent_index = last->agent_index + !!(body->audience & CLASS_AGENT);
	body->supervisor_index = last->supervisor_index + !!(body->audience & CLASS_SUPERVISOR);
	body->feed_index = last->feed_index + !!(body->audience & CLASS_FEED);
}

static struct body_message entry_of(const struct turn *turn, const struct session *session,
	enum visibility visibility, const struct viewer *author)
{
	return (struct body_message) {
		.session = session->b.id,
		.visibility = visibility,
		.author = author ? author->b.kind : PARTY_SYSTEM,
		.party = author ? author->b.id : STR_NONE,
		.user = author ? author->b.user : STR_NONE,
		.nickname = author ? author->b.nickname : turn->core->centre.name,
		.at = turn->now,
	};
}

static void add(struct turn *turn, const struct session *session, struct body_message *body)
{
	body->audience = visibility_audience_of_entry(body);
	count_entry(session, body);
	turn_emit(turn, EV_MESSAGE_ADDED, body);
}

void transcript_add(struct turn *turn, struct session *session, const struct viewer *author,
	const struct entry_words *words)
{
	struct body_message body = entry_of(turn, session, words->visibility, author);
	body.type = words->type;
	body.text = words->text;
	body.outbound = words->outbound;
	add(turn, session, &body);
}

void transcript_add_leaving(struct turn *turn, const struct viewer *viewer)
{
	const struct entry_words words = {.type = MESSAGE_LEFT, .visibility = viewer->b.visibility};
	transcript_add(turn, viewer->session, viewer, &words);
}

/* Whoever sees more sees all that others see, so the wider visibility is that of both. */
void transcript_add_switch(
	struct turn *turn, const struct viewer *before, const struct viewer *after)
{
	enum visibility was = before->b.visibility, is = after->b.visibility;
	unsigned wider = visibility_audience(was) | visibility_audience(is);
	struct body_message body =
		entry_of(turn, after->session, visibility_audience(was) == wider ? was : is, after);
	body.type = MESSAGE_REJOINED;
	body.before = was;
	body.after = is;
	body.party_before = before->b.id;
	add(turn, after->session, &body);
}

void transcript_add_notice(
	struct turn *turn, struct session *session, struct str text, uint64_t outbound)
{
	const struct entry_words words = {MESSAGE_NOTICE, VISIBLE_ALL, text, outbound};
	transcript_add(turn, session, NULL, &words);
}
