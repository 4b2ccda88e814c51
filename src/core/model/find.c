/* find.c - look-ups in what is remembered. */
#include "core/model/contact.h"
#include "core/model/phone.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <utlist.h>

struct user *core_user_by_name(const struct core *core, struct str name)
{
	struct user *user;
	HASH_FIND(by_name, core->users_by_name, name.at, name.len, user);
	return user;
}

struct user *core_user(const struct core *core, struct str id_or_name)
{
	struct user *user;
	HASH_FIND(by_id, core->users_by_id, id_or_name.at, id_or_name.len, user);
	return user ? user : core_user_by_name(core, id_or_name);
}

bool core_roles_fit(uint64_t roles)
{
	return !(roles & ROLE_INTEGRATOR) || roles == ROLE_INTEGRATOR;
}

bool user_is_integrator(const struct user *user)
{
	return user->b.roles == ROLE_INTEGRATOR && !user->b.removed;
}

bool user_is_there(const struct user *user)
{
	return user && !user->b.removed;
}

struct user *core_user_there(const struct core *core, struct str id_or_name)
{
	struct user *user = core_user(core, id_or_name);
	return user_is_there(user) ? user : NULL;
}

const struct registration *core_order(
	const struct user *supervisor, enum order_on on, struct str thing)
{
	const struct registration *r;
	DL_FOREACH2(supervisor->orders, r, order_next)
		if (!r->agent && r->b.on == on && str_eq(r->b.thing, thing))
			return r;
	return NULL;
}

struct hand *session_hand(const struct session *session, const struct user *agent, struct str rule)
{
	struct hand *hand;
	DL_FOREACH(session_rare(session)->hands, hand)
		if (hand->agent == agent && str_eq(hand->b.rule, rule))
			return hand;
	return NULL;
}

struct hand_rule *core_rule_ever(const struct core *core, struct str name)
{
	struct hand_rule *rule;
	DL_FOREACH(core->rules, rule)
		if (str_eq(rule->b.name, name))
			return rule;
	return NULL;
}

struct hand_rule *core_rule(const struct core *core, struct str name)
{
	struct hand_rule *rule = core_rule_ever(core, name);
	return rule && !rule->b.removed ? rule : NULL;
}

struct flag *session_flag(const struct session *session, struct str rule)
{
	struct flag *flag;
	DL_FOREACH(session_rare(session)->flags, flag)
		if (str_eq(flag->b.rule, rule))
			return flag;
	return NULL;
}

struct hand *core_hand(const struct core *core, struct str id)
{
	struct hand *hand;
	DL_FOREACH2(core->hands, hand, raised_next)
		if (str_eq(hand->b.id, id))
			return hand;
	return NULL;
}

struct session *core_session(const struct core *core, struct str id)
{
	struct table_link *found = table_find(&core->sessions_by_id, id);
	return found ? TABLE_THING(found, struct session, by_id) : NULL;
}

struct queue *core_queue_ever(const struct core *core, struct str name)
{
	struct queue *queue;
	DL_FOREACH(core->queues, queue)
		if (str_eq(queue->b.name, name))
			return queue;
	return NULL;
}

struct queue *core_queue(const struct core *core, struct str name)
{
	struct queue *queue = core_queue_ever(core, name);
	return queue && !queue->b.removed ? queue : NULL;
}

struct queue *core_queue_by_number(const struct core *core, struct str number)
{
	struct queue *queue;
	EACH_THERE(core->queues, queue)
		if (str_eq(queue->b.number, number))
			return queue;
	return NULL;
}

struct queue *core_queue_of_phone(const struct core *core, struct str number)
{
	struct queue *queue = core_queue_by_number(core, number);
	if (queue)
		return queue;
	EACH_THERE(core->queues, queue)
		if (phone_is_same(queue->b.number, number))
			return queue;
	return NULL;
}

struct link *core_link(const struct core *core, struct str name)
{
	struct link *link;
	DL_FOREACH(core->links, link)
		if (str_eq(link->b.name, name))
			return link;
	return NULL;
}

bool core_has_link(const struct core *core, struct str name)
{
	const struct link *link = core_link(core, name);
	return link && !link->b.removed;
}

bool core_is_one_carrier(const struct link *a, const struct link *b)
{
	return a == b || (a->b.carrier.len && str_eq(a->b.carrier, b->b.carrier));
}

uint64_t core_carrier_seen(const struct core *core, const struct link *link)
{
	uint64_t seen = 0;
	const struct link *other;
	DL_FOREACH(core->links, other)
		if (core_is_one_carrier(link, other) && other->seen_lsn > seen)
			seen = other->seen_lsn;
	return seen;
}

uint64_t core_user_seen(const struct core *core, const struct user *user)
{
	return user->seen_lsn > core->provided_lsn ? user->seen_lsn : core->provided_lsn;
}

/* The first one: links are listed by name. */
struct link *core_link_of_segments(const struct core *core, const struct link *link)
{
	struct link *other;
	DL_FOREACH(core->links, other)
		if (core_is_one_carrier(link, other))
			return other;
	return NULL;
}

struct segment_held *core_segments_of(const struct link *link, struct str phone)
{
	struct segments_of_phone *of;
	HASH_FIND(hh, link->segments_by_phone, phone.at, phone.len, of);
	return of ? of->first : NULL;
}

struct contact *contact_as_written(const struct core *core, struct str phone)
{
	struct contact *first = contacts_find(&core->contacts, phone_tail(phone)), *contact;
	if (!first)
		return NULL;
	for (contact = first; !str_eq(contact_phone(contact), phone); contact = contact->alike)
		if (contact->alike == first)
			return NULL;
	return contact;
}

struct contact *core_contact(const struct core *core, struct str phone)
{
	struct contact *contact = contact_as_written(core, phone);
	return contact && contact_into(contact) ? contact_into(contact) : contact;
}

struct outbound *core_outbound(const struct core *core, uint64_t serial)
{
	struct outbound *out;
	HASH_FIND(hh, core->outbound_by_serial, &serial, sizeof serial, out);
	return out;
}

struct str core_outbound_text(const struct outbound *out)
{
	return out->b.session.len ? out->text : out->b.text;
}

uint64_t core_outbound_form(const struct core *core, const struct link *link)
{
	return OUTBOUND_FORM(link->settings[SETTING_ALPHABET], link->settings[SETTING_DATA_CODING],
		core->settings[SETTING_PLAIN_QUOTES]);
}

const struct inbound_slot *core_inbound(
	const struct core *core, const struct link *link, struct str fingerprint, msec now)
{
	const struct inbound_slot *found = NULL;
	for (uint64_t i = 0; i < link->inbound_slots; i++) {
		const struct body_inbound *b = &link->inbound[i].b;
		if (b->count && !b->matched && str_eq(b->fingerprint, fingerprint) &&
			now - b->at <= core->centre.redelivery_window &&
			(!found || b->count < found->b.count))
			found = &link->inbound[i];
	}
	return found;
}

struct token *core_token(const struct core *core, struct str id)
{
	struct token *token;
	DL_FOREACH(core->tokens, token)
		if (str_eq(token->b.id, id))
			return token;
	return NULL;
}

struct token *core_token_by_digest(
	const struct core *core, const unsigned char digest[DIGEST_BYTES])
{
	struct token *token;
	HASH_FIND(hh, core->tokens_by_digest, digest, DIGEST_BYTES, token);
	return token;
}

struct choice *core_choice(const struct core *core, enum choice_kind kind, struct str name)
{
	struct choice *choice;
	DL_FOREACH(core->choices, choice)
		if (choice->b.kind == kind && str_eq(choice->b.name, name))
			return choice;
	return NULL;
}

struct assignment *core_assignment(
	const struct user *user, enum assignment_kind kind, struct str thing)
{
	struct assignment *one;
	DL_FOREACH(user->assignments, one)
		if (one->b.kind == kind && str_eq(one->b.thing, thing))
			return one;
	return NULL;
}

struct request *request_find(const struct user *user, struct str key)
{
	struct request *request;
	HASH_FIND(hh, user->requests, key.at, key.len, request);
	return request;
}
