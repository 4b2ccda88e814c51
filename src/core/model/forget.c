/* forget.c - what leaves memory: one session at a time, or all at the end. */
#include "core/model/contact.h"
#include "core/model/evolve.h"
#include "core/model/reading.h"
#include "core/model/receipt_index.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <stdlib.h>
#include <utlist.h>

static void part_free(struct sms_part **part)
{
	receipt_index_drop(*part);
	body_release(BODY_part, &(*part)->b);
	body_release(BODY_lost, &(*part)->lost);
	free(*part);
	*part = NULL;
}

void outbound_free(struct core *core, struct outbound **outbound)
{
	struct outbound *out = *outbound;
	struct sms_part *part, *next;
	struct sms_aside *aside, *next_aside;
	DL_FOREACH_SAFE(out->parts, part, next)
		part_free(&part);
	DL_FOREACH_SAFE(out->asides, aside, next_aside) {
		body_release(BODY_aside, &aside->b);
		free(aside);
		core->asides--;
	}
	deadline_clear(core, &out->closes);
	if (out->is_unsent) {
		DL_DELETE2(out->link->unsent, out, unsent_prev, unsent_next);
		out->link->unsent_count--;
		DL_DELETE2(out->contact->unsent, out, phone_prev, phone_next);
	}
	HASH_DEL(core->outbound_by_serial, out);
	if (out->is_over)
		DL_DELETE(core->over, out);
	else
		DL_DELETE(core->outbound, out);
	str_free(&out->text);
	body_release(BODY_outbound, &out->b);
	free(out);
	*outbound = NULL;
}

static void party_free(struct core *core, struct party **party)
{
	deadline_clear(core, &(*party)->answer);
	(*party)->b.session = STR_NONE; /* it was lent */
	body_release(BODY_party, &(*party)->b);
	free(*party);
	*party = NULL;
}

static void watch_free(struct watch **watch)
{
	(*watch)->b.session = STR_NONE; /* it was lent */
	body_release(BODY_party, &(*watch)->b);
	free(*watch);
	*watch = NULL;
}

static void message_free(struct core *core, struct message **message)
{
	struct outbound *out = (*message)->outbound;
	if (out) {
		out->message = NULL;
		outbound_list_over(core, out);
	}
	free(*message);
	*message = NULL;
}

static void refusal_free(struct core *core, struct refusal **refusal)
{
	deadline_clear(core, &(*refusal)->until);
	body_release(BODY_refusal, &(*refusal)->b);
	free(*refusal);
	*refusal = NULL;
}

void session_free(struct core *core, struct session **sessionp)
{
	struct session *session = *sessionp;
	const struct session_rare *rare = session_rare(session);
	struct party *party, *next_party;
	struct watch *watch, *next_watch;
	struct refusal *refusal, *next_refusal;
	LL_FOREACH_SAFE(session->parties, party, next_party)
		party_free(core, &party);
	DL_FOREACH_SAFE(rare->watches, watch, next_watch)
		watch_free(&watch);
	DL_FOREACH_SAFE(rare->refusals, refusal, next_refusal)
		refusal_free(core, &refusal);
	while (rare->data) {
		struct datum *datum = rare->data;
		datum_drop(session, &datum);
	}
	while (rare->hands) {
		struct hand *hand = rare->hands;
		hand_drop(core, &hand);
	}
	while (rare->flags) {
		struct flag *flag = rare->flags;
		flag_drop(core, &flag);
	}
	for (size_t i = 0; i < session->message_count; i++)
		message_free(core, &session->messages[i]);
	free(session->messages);
	free(rare->feed);
	while (rare->readings)
		reading_end(rare->readings);
	free(session->rare);
	deadline_clear(core, &session->idle);
	table_drop(&core->sessions_by_id, &session->by_id);
	if (session->is_ended)
		DL_DELETE(core->ended, session);
	else
		DL_DELETE(core->sessions, session);
	body_release(BODY_session, &session->b);
	free(session);
	*sessionp = NULL;
}

static void forget_outbound(struct core *core, uint64_t projected)
{
	struct outbound *out, *next;
	DL_FOREACH_SAFE(core->over, out, next)
		if (out->last_lsn <= projected)
			outbound_free(core, &out);
}

void core_forget(struct core *core, uint64_t projected, msec now)
{
	struct session *session, *next;
	DL_FOREACH_SAFE(core->ended, session, next) {
		if (session->last_lsn > projected || session->b.ended > now - CORE_ENDED_KEPT_MS)
			break;
		if (!session_rare(session)->readings)
			session_free(core, &session);
	}
	forget_outbound(core, projected);
}

/* --- the end ------------------------------------------------------------------------------------ */

static void free_registrations(struct core *core)
{
	struct registration *r, *next;
	HASH_ITER(hh, core->registrations, r, next) {
		HASH_DEL(core->registrations, r);
		deadline_clear(core, &r->expires);
		body_release(BODY_registration, &r->b);
		free(r);
	}
}

static void free_users(struct core *core)
{
	struct user *user, *next;
	while (core->tokens) {
		struct token *token = core->tokens;
		token_drop(core, &token);
	}
	DL_FOREACH(core->users, user)
		while (user->assignments) {
			struct assignment *one = user->assignments;
			assignment_drop(&one);
		}
	HASH_CLEAR(by_id, core->users_by_id);
	HASH_CLEAR(by_name, core->users_by_name);
	DL_FOREACH_SAFE(core->users, user, next) {
		body_release(BODY_user, &user->b);
		body_release(BODY_agent, &user->agent);
		for (size_t i = 0; i < user->address_count; i++)
			body_release(BODY_address, &user->addresses[i]);
		free(user->addresses);
		requests_free(user);
		free(user);
	}
}

static void free_links(struct core *core)
{
	struct link *link, *next;
	DL_FOREACH_SAFE(core->links, link, next) {
		while (link->segments) {
			struct segment_held *held = link->segments;
			segment_drop(link, &held);
		}
		for (uint64_t i = 0; i < link->inbound_slots; i++)
			body_release(BODY_inbound, &link->inbound[i].b);
		free(link->inbound);
		body_release(BODY_sending, &link->sending);
		body_release(BODY_link, &link->b);
		free(link);
	}
}

static void free_queues(struct core *core)
{
	struct queue *queue, *next;
	DL_FOREACH_SAFE(core->queues, queue, next) {
		body_release(BODY_queue, &queue->b);
		free(queue);
	}
}

static void free_choices(struct core *core)
{
	while (core->choices) {
		struct choice *choice = core->choices;
		choice_drop(core, &choice);
	}
}

static void free_rules(struct core *core)
{
	struct hand_rule *rule, *next;
	DL_FOREACH_SAFE(core->rules, rule, next) {
		phrases_release(&rule->phrases);
		body_release(BODY_rule, &rule->b);
		free(rule);
	}
}

static struct str id_of_session(const struct table_link *link)
{
	return TABLE_THING(link, const struct session, by_id)->b.id;
}

struct core *core_new(void)
{
	struct core *core = mem_new(sizeof *core);
	settings_reset(core->settings);
	core->sessions_by_id.key_of = id_of_session;
	return core;
}

void core_free(struct core **corep)
{
	struct core *core = *corep;
	if (!core)
		return;
	struct session *session, *next;
	DL_FOREACH_SAFE(core->ended, session, next)
		session_free(core, &session);
	DL_FOREACH_SAFE(core->sessions, session, next)
		session_free(core, &session);
	struct outbound *out, *next_out;
	DL_FOREACH_SAFE(core->outbound, out, next_out)
		outbound_free(core, &out);
	DL_FOREACH_SAFE(core->over, out, next_out)
		outbound_free(core, &out);
	free_registrations(core);
	contacts_free(core);
	free_users(core);
	free_links(core);
	free_queues(core);
	free_choices(core);
	free_rules(core);
	body_release(BODY_centre, &core->centre);
	free(core->timers);
	table_free(&core->sessions_by_id);
	free(core);
	*corep = NULL;
}
