/* outbound.c - a text and its parts: what is known of them. */
#include "core/model/outbound.h"

#include <utlist.h>

struct message *outbound_entry(const struct core *core, const struct body_outbound *body)
{
	const struct session *session =
		body->session.len ? core_session(core, body->session) : NULL;
	bool is_there = session && body->seq >= 1 && body->seq <= session->message_count;
	return is_there ? session->messages[body->seq - 1] : NULL;
}

bool part_is_answered(const struct sms_part *part)
{
	switch (part->b.state) {
	case DELIVERY_SENT:
	case DELIVERY_DELIVERED:
	case DELIVERY_EXPIRED:
	case DELIVERY_FAILED:
		return true;
	case DELIVERY_UNCERTAIN:
		return part->b.attempts >= 2 || part->lost.given_up; /* it was repeated enough */
	default:
		return false;
	}
}

enum delivery outbound_delivery(const struct outbound *out)
{
	/* The worst decides; among the good ones all must agree. */
	static const enum delivery worst_first[] = {
		DELIVERY_FAILED, DELIVERY_EXPIRED, DELIVERY_UNCERTAIN};
	unsigned count[delivery_count] = {0};
	const struct sms_part *part;
	DL_FOREACH(out->parts, part)
		count[part->b.state]++;
	for (size_t i = 0; i < sizeof worst_first / sizeof worst_first[0]; i++)
		if (count[worst_first[i]])
			return worst_first[i];
	if (out->part_count && count[DELIVERY_DELIVERED] == out->part_count)
		return DELIVERY_DELIVERED;
	if (out->part_count && count[DELIVERY_DELIVERED] + count[DELIVERY_SENT] == out->part_count)
		return DELIVERY_SENT;
	return DELIVERY_QUEUED;
}

struct sms_part *outbound_part(const struct outbound *out, uint64_t number)
{
	struct sms_part *part;
	DL_FOREACH(out->parts, part)
		if (part->b.part == number)
			return part;
	return NULL;
}

bool core_part_is_answered(const struct outbound *out, unsigned number)
{
	const struct sms_part *part = outbound_part(out, number);
	return part && part_is_answered(part);
}

const struct sms_aside *core_aside(const struct outbound *out, unsigned number)
{
	const struct sms_aside *aside;
	DL_FOREACH(out->asides, aside)
		if (aside->b.part == number)
			return aside;
	return NULL;
}
