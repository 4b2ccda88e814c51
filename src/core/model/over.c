/* over.c - by its own image, and by what it belongs to. */
#include "core/model/over.h"

/* As far as its own image says. Of what is only a part of something else nothing more is needed than that
 * the other is over. */
static bool is_over_itself(enum body_kind kind, const void *body)
{
	switch (kind) {
	case BODY_session:
		return ((const struct body_session *)body)->state == SESSION_ENDED;
	case BODY_registration:
		return !((const struct body_registration *)body)->active;
	case BODY_outbound:
		return !((const struct body_outbound *)body)->open;
	case BODY_assignment:
		return !((const struct body_assignment *)body)->held;
	case BODY_choice:
		return ((const struct body_choice *)body)->removed;
	case BODY_token:
		return ((const struct body_token *)body)->revoked;
	case BODY_segment:
		return !((const struct body_segment *)body)->held;
	case BODY_party:
	case BODY_message:
	case BODY_datum:
	case BODY_hand:
	case BODY_flag:
	case BODY_refusal:
	case BODY_part:
	case BODY_lost:
	case BODY_aside:
	case BODY_erasure: /* it says what another row is now, and is nothing of its own */
		return true;
	case BODY_centre:
	case BODY_user:
	case BODY_agent:
	case BODY_address:
	case BODY_link:
	case BODY_queue:
	case BODY_rule:
	case BODY_setting:
	case BODY_sending:
	case BODY_contact:
	case BODY_inbound:
	case BODY_request:
	case BODY_KINDS:
		return false;
	}
	return false;
}

/* A text belongs to the session in which its entry is still read, with its delivery state; one without an
 * entry to none. */
static struct over_owner owner_of(enum body_kind kind, const void *body)
{
	struct over_owner none = {.kind = BODY_KINDS};
	struct over_owner session = {.kind = BODY_session}, text = {.kind = BODY_outbound};
	if (kind == BODY_party)
		session.session = ((const struct body_party *)body)->session;
	else if (kind == BODY_message)
		session.session = ((const struct body_message *)body)->session;
	else if (kind == BODY_datum)
		session.session = ((const struct body_datum *)body)->session;
	else if (kind == BODY_hand)
		session.session = ((const struct body_hand *)body)->session;
	else if (kind == BODY_flag)
		session.session = ((const struct body_flag *)body)->session;
	else if (kind == BODY_refusal)
		session.session = ((const struct body_refusal *)body)->session;
	else if (kind == BODY_outbound)
		session.session = ((const struct body_outbound *)body)->session;
	else if (kind == BODY_part)
		text.outbound = ((const struct body_part *)body)->outbound;
	else if (kind == BODY_lost)
		text.outbound = ((const struct body_lost *)body)->outbound;
	else if (kind == BODY_aside)
		text.outbound = ((const struct body_aside *)body)->outbound;
	return session.session.len ? session : text.outbound ? text : none;
}

bool body_is_over(enum body_kind kind, const void *body, over_find *find, const void *ctx)
{
	if (!is_over_itself(kind, body))
		return false;
	struct over_owner owner = owner_of(kind, body);
	const void *image = owner.kind == BODY_KINDS ? NULL : find(ctx, &owner);
	return !image || body_is_over(owner.kind, image, find, ctx);
}
