/* transcript.c - writing entries, each with its place in every class's counting. */
#include "core/turn.h"

static void count_entry(const struct session *session, struct body_message *body)
{
	const struct body_message *last =
		session->message_count ? &session->messages[session->message_count - 1]->b : NULL;
	body->seq = session->message_count + 1;
	body->agent_index = (last ? last->agent_index : 0) + !!(body->audience & CLASS_AGENT);
	body->supervisor_index =
		(last ? last->supervisor_index : 0) + !!(body->audience & CLASS_SUPERVISOR);
}

void transcript_add(struct turn *turn, struct session *session, enum message_type type,
	enum visibility visibility, const struct viewer *author, struct str text, uint64_t outbound)
{
	struct body_message body = {
		.session = session->b.id,
		.type = type,
		.visibility = visibility,
		.audience = visibility_audience(visibility),
		.author = author ? author->b.kind : PARTY_SYSTEM,
		.party = author ? author->b.id : STR_NONE,
		.user = author ? author->b.user : STR_NONE,
		.nickname = author ? author->b.nickname : turn->core->centre.name,
		.at = turn->now,
		.text = text,
		.outbound = outbound,
	};
	count_entry(session, &body);
	turn_emit(turn, EV_MESSAGE_ADDED, &body);
}

void transcript_add_leaving(struct turn *turn, const struct viewer *viewer)
{
	transcript_add(
		turn, viewer->session, MESSAGE_LEFT, viewer->b.visibility, viewer, STR_NONE, 0);
}

void transcript_add_notice(
	struct turn *turn, struct session *session, struct str text, uint64_t outbound)
{
	transcript_add(turn, session, MESSAGE_NOTICE, VISIBLE_ALL, NULL, text, outbound);
}
