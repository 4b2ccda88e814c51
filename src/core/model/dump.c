/* dump.c - a core as canonical text: what it remembers and has not ended, one object a line, in an order
 * that does not depend on how it came about. */
#include "core/model/contact.h"
#include "core/model/message.h"
#include "core/model/over.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <stdlib.h>
#include <utlist.h>

static void line(struct buf *out, enum body_kind kind, const void *body)
{
	body_dump(kind, out, body);
	buf_put_byte(out, '\n');
}

static void dump_session(struct buf *out, const struct session *session)
{
	const struct viewer *viewer;
	const struct refusal *refusal;
	const struct datum *datum;
	const struct hand *hand;
	const struct flag *flag;
	line(out, BODY_session, &session->b);
	EACH_VIEWER(session, viewer)
		line(out, BODY_party, &viewer->b);
	for (size_t i = 0; i < session->message_count; i++) {
		const struct body_message body = message_body(session->messages[i]);
		line(out, BODY_message, &body);
		buf_printf(out, "  delivery=%s\n",
			words_name(&delivery_words, session->messages[i]->delivery));
	}
	DL_FOREACH(session_rare(session)->data, datum)
		line(out, BODY_datum, &datum->b);
	DL_FOREACH(session_rare(session)->hands, hand)
		line(out, BODY_hand, &hand->b);
	DL_FOREACH(session_rare(session)->flags, flag)
		line(out, BODY_flag, &flag->b);
	DL_FOREACH(session_rare(session)->refusals, refusal)
		line(out, BODY_refusal, &refusal->b);
}

static void dump_settings(struct buf *out, const uint64_t values[SETTING_KINDS])
{
	for (enum setting_kind kind = 0; kind < SETTING_KINDS; kind++)
		buf_printf(out, "  %s=%llu\n", setting_rows[kind].name,
			(unsigned long long)values[kind]);
}

static void dump_link(const struct core *core, struct buf *out, const struct link *link)
{
	const struct segment_held *held;
	line(out, BODY_link, &link->b);
	dump_settings(out, link->settings);
	line(out, BODY_sending, &link->sending);
	DL_FOREACH(link->segments, held)
		line(out, BODY_segment, &held->b);
	for (uint64_t i = 0; i < link->inbound_slots; i++)
		if (link->inbound[i].b.count)
			line(out, BODY_inbound, &link->inbound[i].b);
}

/* Of an entry that was forgotten no text is told any more. */
static const void *remembered(const void *ctx, const struct over_owner *owner)
{
	const struct session *session = core_session(ctx, owner->session);
	return session ? &session->b : NULL;
}

static void dump_outbound(const struct core *core, struct buf *out, const struct outbound *outbound)
{
	const struct sms_part *part;
	const struct sms_aside *aside;
	if (body_is_over(BODY_outbound, &outbound->b, remembered, core))
		return;
	line(out, BODY_outbound, &outbound->b);
	if (outbound->text.len)
		buf_printf(out, "  text=%.*s\n", STR_ARGS(outbound->text));
	DL_FOREACH(outbound->parts, part) {
		line(out, BODY_part, &part->b);
		if (part->lost.outbound)
			line(out, BODY_lost, &part->lost);
	}
	DL_FOREACH(outbound->asides, aside)
		line(out, BODY_aside, &aside->b);
}

static int by_phone(const void *a, const void *b)
{
	const struct contact *const *x = a, *const *y = b;
	return str_cmp(contact_phone(*x), contact_phone(*y));
}

static size_t count_contacts(const struct core *core)
{
	size_t count = 0;
	const struct contact *contact;
	EACH_CONTACT(core, contact)
	count++;
	return count;
}

static void dump_contacts(const struct core *core, struct buf *out)
{
	size_t count = count_contacts(core);
	const struct contact **sorted = mem_new((count + 1) * sizeof *sorted), **end = sorted;
	const struct contact *contact;
	EACH_CONTACT(core, contact)
	*end++ = contact;
	qsort(sorted, count, sizeof *sorted, by_phone);
	for (size_t i = 0; i < count; i++) {
		struct body_contact body = contact_body(sorted[i]);
		line(out, BODY_contact, &body);
	}
	free(sorted);
}

static void dump_user(struct buf *out, const struct user *user)
{
	const struct registration *r;
	const struct assignment *one;
	line(out, BODY_user, &user->b);
	if (user->agent.user.len)
		line(out, BODY_agent, &user->agent);
	for (size_t i = 0; i < user->address_count; i++)
		if (user->addresses[i].user.len)
			line(out, BODY_address, &user->addresses[i]);
	DL_FOREACH(user->assignments, one)
		line(out, BODY_assignment, &one->b);
	for (const struct request *q = user->requests; q; q = q->hh.next)
		line(out, BODY_request, &q->b);
	DL_FOREACH2(user->orders, r, order_next)
		line(out, BODY_registration, &r->b);
}

void core_dump(const struct core *core, struct buf *out)
{
	const struct user *user;
	const struct token *token;
	const struct link *link;
	const struct queue *queue;
	const struct choice *choice;
	const struct hand_rule *rule;
	const struct session *session;
	const struct outbound *outbound;
	buf_printf(out, "lsn=%llu sessions=%llu outbound=%llu\n", (unsigned long long)core->lsn,
		(unsigned long long)core->sessions_drawn, (unsigned long long)core->outbound_drawn);
	line(out, BODY_centre, &core->centre);
	dump_settings(out, core->settings);
	DL_FOREACH(core->users, user)
		dump_user(out, user);
	DL_FOREACH(core->tokens, token)
		line(out, BODY_token, &token->b);
	DL_FOREACH(core->links, link)
		dump_link(core, out, link);
	DL_FOREACH(core->queues, queue)
		line(out, BODY_queue, &queue->b);
	DL_FOREACH(core->choices, choice)
		line(out, BODY_choice, &choice->b);
	DL_FOREACH(core->rules, rule)
		line(out, BODY_rule, &rule->b);
	dump_contacts(core, out);
	DL_FOREACH(core->sessions, session)
		dump_session(out, session);
	DL_FOREACH(core->outbound, outbound)
		dump_outbound(core, out, outbound);
}
