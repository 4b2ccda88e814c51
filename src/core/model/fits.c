/* fits.c - a row per body: what the evolve functions take for granted. */
#include "core/model/message.h"
#include "core/model/outbound.h"
#include "core/model/phone.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <utlist.h>

/* The slots of a link are as many as the centre had when the link was added. */
static bool fits_centre(const struct core *core, const struct body_centre *body)
{
	bool is_same = body->receive_window == core->centre.receive_window;
	return body->id_key.len <= IDS_KEY_BYTES && body->receive_window <= RECEIVE_WINDOW_MAX &&
	       (is_same || !core->links);
}

/* Names and ids are keys: a user keeps both. */
static bool fits_user(const struct core *core, const struct body_user *body)
{
	const struct user *user = core_user(core, body->id);
	if (body->id.len != USER_ID_LEN)
		return false;
	return user ? str_eq(user->b.id, body->id) && str_eq(user->b.name, body->name)
		    : !core_user_by_name(core, body->name);
}

static bool fits_agent(const struct core *core, const struct body_agent *body)
{
	return core_user(core, body->user) != NULL;
}

static bool fits_address(const struct core *core, const struct body_address *body)
{
	return core_user(core, body->user) && body->slot < USER_ADDRESSES_MAX;
}

static bool fits_assignment(const struct core *core, const struct body_assignment *body)
{
	bool is_known = body->kind < assignment_kind_count && core_user(core, body->user);
	return is_known && (body->kind != ASSIGNED_QUEUE || core_queue_ever(core, body->thing));
}

/* A digest is a key as well. */
static bool fits_token(const struct core *core, const struct body_token *body)
{
	if (body->id.len != TOKEN_ID_LEN || body->digest.len != DIGEST_BYTES ||
		!core_user(core, body->user))
		return false;
	const struct token *token = core_token(core, body->id);
	const struct token *same =
		core_token_by_digest(core, (const unsigned char *)body->digest.at);
	return token == same && (!token || str_eq(token->b.user, body->user));
}

static bool fits_request(const struct core *core, const struct body_request *body)
{
	return core_user(core, body->user) && body->slot < REQUESTS_MAX &&
	       body->key.len == DIGEST_BYTES && body->asked.len == DIGEST_BYTES;
}

/* A link has slots as its kind needs them. */
static bool fits_link(const struct core *core, const struct body_link *body)
{
	const struct link *link = core_link(core, body->name);
	return !link || !link->b.provider.len == !body->provider.len;
}

static bool fits_queue(const struct core *core, const struct body_queue *body)
{
	return core_link(core, body->link) != NULL;
}

static bool fits_choice(const struct core *core, const struct body_choice *body)
{
	return body->kind < choice_kind_count && body->name.len &&
	       !body->thing.len == (body->scope == CHOICE_OF_CENTRE);
}

static bool fits_rule(const struct core *core, const struct body_rule *body)
{
	return body->name.len > 0;
}

static bool fits_setting(const struct core *core, const struct body_setting *body)
{
	return body->link.len == 0 || core_link(core, body->link);
}

static bool fits_sending(const struct core *core, const struct body_sending *body)
{
	return core_link(core, body->link) != NULL;
}

static bool has_merged(const struct contact *contact)
{
	for (const struct contact *c = contact->alike; c != contact; c = c->alike)
		if (contact_into(c) == contact)
			return true;
	return false;
}

/* One that was merged stays so, and is found by one step. */
static bool fits_contact(const struct core *core, const struct body_contact *body)
{
	const struct contact *contact = contact_as_written(core, body->phone);
	if (body->merged_into.len == 0)
		return !contact || !contact_into(contact);
	const struct contact *into = contact_as_written(core, body->merged_into);
	return into && into != contact && !contact_into(into) &&
	       (!contact || !has_merged(contact)) && !body->opted_out &&
	       phone_may_be_same(body->phone, contact_phone(into));
}

static bool fits_session(const struct core *core, const struct body_session *body)
{
	return body->id.len == SESSION_ID_LEN && core_contact(core, body->phone) &&
	       core_queue_ever(core, body->queue);
}

static bool fits_party(const struct core *core, const struct body_party *body)
{
	bool has_user = body->user.len && core_user(core, body->user);
	return body->id.len == PARTY_ID_LEN && core_session(core, body->session) &&
	       (body->kind == PARTY_CONTACT || has_user);
}

/* Each class counts what it sees. */
static bool is_numbered(const struct session *session, const struct body_message *body)
{
	static const struct message none;
	const struct message *before = body->seq > 1 ? session->messages[body->seq - 2] : &none;
	return body->agent_index == before->agent_index + !!(body->audience & CLASS_AGENT) &&
	       body->supervisor_index ==
		       before->supervisor_index + !!(body->audience & CLASS_SUPERVISOR) &&
	       body->feed_index == before->feed_index + !!(body->audience & CLASS_FEED);
}

static bool fits_message(const struct core *core, const struct body_message *body)
{
	const struct session *session = core_session(core, body->session);
	return session && body->seq >= 1 && body->seq <= session->message_count + 1 &&
	       is_numbered(session, body);
}

static bool fits_registration(const struct core *core, const struct body_registration *body)
{
	const struct user *agent = core_user(core, body->agent);
	bool is_agent = agent && str_eq(agent->b.id, body->agent);
	bool is_on_agent = body->on == ORDER_ON_AGENT;
	return body->supervisor.len == USER_ID_LEN && body->agent.len == USER_ID_LEN &&
	       core_user(core, body->supervisor) && is_agent == is_on_agent &&
	       is_on_agent == !body->thing.len && body->percent <= 100 &&
	       !body->percent == !body->seed.len;
}

/* Each has a place of its own. */
static bool fits_datum(const struct core *core, const struct body_datum *body)
{
	const struct session *session = core_session(core, body->session);
	const struct datum *datum;
	if (!session || !body->name.len || !body->place)
		return false;
	DL_FOREACH(session_rare(session)->data, datum)
		if (str_eq(datum->b.name, body->name) != (datum->b.place == body->place))
			return !body->held;
	return true;
}

/* Its agent is a user's id, and no name that means the same. */
static bool fits_hand(const struct core *core, const struct body_hand *body)
{
	const struct user *agent = core_user(core, body->agent);
	return core_session(core, body->session) && agent && str_eq(agent->b.id, body->agent);
}

static bool fits_flag(const struct core *core, const struct body_flag *body)
{
	return core_session(core, body->session) && core_rule_ever(core, body->rule);
}

static bool fits_refusal(const struct core *core, const struct body_refusal *body)
{
	return core_session(core, body->session) != NULL;
}

static bool fits_outbound(const struct core *core, const struct body_outbound *body)
{
	const struct outbound *out = core_outbound(core, body->serial);
	/* A reply without a session that was closed later may have been erased since: then its row, read from
	 * the journal, is open and says nothing. */
	bool has_text = !body->open || body->text.len || body->session.len == 0 ||
			(out && core_outbound_text(out).len) || outbound_entry(core, body);
	bool may_move = !out || !out->part_count || str_eq(out->b.link, body->link);
	return core_link(core, body->link) && core_contact(core, body->phone) && has_text &&
	       may_move;
}

/* A concatenation header counts parts in 8 bits. */
static bool fits_part(const struct core *core, const struct body_part *body)
{
	return core_outbound(core, body->outbound) && body->part >= 1 &&
	       body->part <= body->parts && body->parts <= UINT8_MAX;
}

static bool fits_lost(const struct core *core, const struct body_lost *body)
{
	const struct outbound *out = core_outbound(core, body->outbound);
	return out && outbound_part(out, body->part);
}

static bool fits_aside(const struct core *core, const struct body_aside *body)
{
	return core_outbound(core, body->outbound) && body->part >= 1 && body->part <= UINT8_MAX;
}

static bool fits_segment(const struct core *core, const struct body_segment *body)
{
	return core_link(core, body->link) != NULL;
}

static bool fits_inbound(const struct core *core, const struct body_inbound *body)
{
	const struct link *link = core_link(core, body->link);
	return link && body->slot < link->inbound_slots;
}

/* An entry in memory keeps its numbers. Of the newest session none may be there once it is over: its row alone is read at
 * a start, since serials go on from it. */
static bool is_entry(const struct core *core, const struct body_message *image)
{
	const struct session *session = core_session(core, image->session);
	if (!session || (session->is_ended && !session->message_count))
		return true;
	if (image->seq < 1 || image->seq > session->message_count)
		return false;
	const struct body_message b = message_body(session->messages[image->seq - 1]);
	return image->audience == b.audience && image->agent_index == b.agent_index &&
	       image->supervisor_index == b.supervisor_index && image->feed_index == b.feed_index &&
	       image->outbound == b.outbound;
}

static bool fits_erasure(const struct core *core, const struct body_erasure *body)
{
	union any_body image;
	if (body->row < 1 || body->row > core->lsn || body->kind >= EVENT_NUMBER_END ||
		!event_is_known((unsigned)body->kind))
		return false;
	enum body_kind kind = event_body((enum event_kind)body->kind);
	return body_unpack(kind, body->image, &image) &&
	       (kind != BODY_message || is_entry(core, &image.message));
}

bool core_fits(const struct core *core, const struct event *event)
{
	switch (event_body(event->kind)) {
#define BODY(name, version)                                                                        \
	case BODY_##name:                                                                          \
		return fits_##name(core, event->body);
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"
	case BODY_KINDS:
		break;
	}
	return false;
}
