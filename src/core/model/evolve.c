/* evolve.c - the only writer of core state: one function per body, each an upsert by key and the
 * lists that follow from the new values. Nothing is decided here. */
#include "core/model/evolve.h"
#include "core/model/contact.h"
#include "core/model/erased.h"
#include "core/model/phone.h"
#include "core/model/watching.h"

#include <stdlib.h>
#include <utlist.h>

/* --- centre, users ------------------------------------------------------------------------------ */

void evolve_centre(struct core *core, struct event *event)
{
	body_assign(BODY_centre, &core->centre, event->body);
}

static int user_order(const struct user *a, const struct user *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static struct user *user_create(struct core *core, const struct body_user *body)
{
	struct user *user = mem_new(sizeof *user);
	body_assign(BODY_user, &user->b, body);
	user->lost.kind = DEADLINE_LOST;
	HASH_ADD_KEYPTR(by_id, core->users_by_id, user->b.id.at, user->b.id.len, user);
	HASH_ADD_KEYPTR(by_name, core->users_by_name, user->b.name.at, user->b.name.len, user);
	INSERT_BY_SERIAL(core->users, user, user_order, prev, next);
	return user;
}

static void list_feed(struct core *core, struct user *user)
{
	bool is_integrator = user_is_integrator(user);
	if (is_integrator == user->is_feed_listed)
		return;
	if (is_integrator) {
		INSERT_BY_SERIAL(core->feed, user, user_order, feed_prev, feed_next);
		core->feed_count++;
	} else {
		DL_DELETE2(core->feed, user, feed_prev, feed_next);
		core->feed_count--;
	}
	user->is_feed_listed = is_integrator;
}

void evolve_user(struct core *core, struct event *event)
{
	const struct body_user *body = event->body;
	struct user *user = core_user(core, body->id);
	if (user)
		body_assign(BODY_user, &user->b, body);
	else
		user = user_create(core, body);
	list_feed(core, user);
	if (body->serial > core->users_drawn)
		core->users_drawn = body->serial;
	event->object = user;
}

static int ready_order(const struct user *a, const struct user *b)
{
	return str_cmp(a->b.id, b->b.id);
}

static void list_ready(struct core *core, struct user *user)
{
	bool is_ready = user->agent.state == AGENT_READY;
	if (is_ready == user->is_ready_listed)
		return;
	if (is_ready)
		DL_INSERT_INORDER2(core->ready, user, ready_order, ready_prev, ready_next);
	else
		DL_DELETE2(core->ready, user, ready_prev, ready_next);
	user->is_ready_listed = is_ready;
}

void evolve_agent(struct core *core, struct event *event)
{
	const struct body_agent *body = event->body;
	struct user *user = core_user(core, body->user);
	CHECK(user);
	body_assign(BODY_agent, &user->agent, body);
	list_ready(core, user);
	deadline_set(core, &user->lost, body->lost_at, event->lsn);
	event->object = user;
}

void evolve_address(struct core *core, struct event *event)
{
	const struct body_address *body = event->body;
	struct user *user = core_user(core, body->user);
	CHECK(user && body->slot < USER_ADDRESSES_MAX);
	size_t count = user->address_count;
	if (body->slot >= count) { /* most users have one */
		user->address_count = body->slot + 1;
		user->addresses =
			mem_resize(user->addresses, user->address_count * sizeof *user->addresses);
		memset(&user->addresses[count], 0,
			(user->address_count - count) * sizeof *user->addresses);
	}
	body_assign(BODY_address, &user->addresses[body->slot], body);
	event->object = user;
}

static int assignment_order(const struct assignment *a, const struct assignment *b)
{
	return a->b.kind != b->b.kind ? (a->b.kind > b->b.kind) - (a->b.kind < b->b.kind)
				      : str_cmp(a->b.thing, b->b.thing);
}

/* What is asked for all assignments of a kind. */
static void count_assignment(struct core *core, const struct body_assignment *body, bool is_more)
{
	struct queue *queue =
		body->kind == ASSIGNED_QUEUE ? core_queue_ever(core, body->thing) : NULL;
	size_t *count = queue                               ? &queue->assigned
			: body->kind == ASSIGNED_SUPERVISOR ? &core->group_supervisors
							    : NULL;
	if (count)
		*count += is_more ? 1 : (size_t)-1;
}

void evolve_assignment(struct core *core, struct event *event)
{
	const struct body_assignment *body = event->body;
	struct user *user = core_user(core, body->user);
	CHECK(user);
	struct assignment *one =
		core_assignment(user, (enum assignment_kind)body->kind, body->thing);
	if (one && !body->held) {
		count_assignment(core, &one->b, false);
		assignment_drop(&one);
	} else if (!one && body->held) {
		one = mem_new(sizeof *one);
		one->user = user;
		body_assign(BODY_assignment, &one->b, body);
		DL_INSERT_INORDER(user->assignments, one, assignment_order);
		count_assignment(core, body, true);
	} else if (one) {
		body_assign(BODY_assignment, &one->b, body);
	}
	event->object = user;
}

void assignment_drop(struct assignment **one)
{
	DL_DELETE((*one)->user->assignments, *one);
	body_release(BODY_assignment, &(*one)->b);
	free(*one);
	*one = NULL;
}

static int token_order(const struct token *a, const struct token *b)
{
	return str_cmp(a->b.id, b->b.id);
}

void token_drop(struct core *core, struct token **token)
{
	HASH_DEL(core->tokens_by_digest, *token);
	DL_DELETE(core->tokens, *token);
	body_release(BODY_token, &(*token)->b);
	free(*token);
	*token = NULL;
}

static void token_create(struct core *core, const struct body_token *body)
{
	struct token *token = mem_new(sizeof *token);
	body_assign(BODY_token, &token->b, body);
	token->user = core_user(core, body->user);
	HASH_ADD_KEYPTR(hh, core->tokens_by_digest, token->b.digest.at, token->b.digest.len, token);
	DL_INSERT_INORDER(core->tokens, token, token_order);
}

/* A revoked one is nobody's any more. */
void evolve_token(struct core *core, struct event *event)
{
	const struct body_token *body = event->body;
	struct token *token = core_token(core, body->id);
	if (token && body->revoked)
		token_drop(core, &token);
	else if (!token && !body->revoked)
		token_create(core, body);
	event->object = core_user(core, body->user);
}

static int choice_order(const struct choice *a, const struct choice *b)
{
	return a->b.kind != b->b.kind ? (a->b.kind > b->b.kind) - (a->b.kind < b->b.kind)
				      : str_cmp(a->b.name, b->b.name);
}

void choice_drop(struct core *core, struct choice **choice)
{
	core->choice_count[(*choice)->b.kind]--;
	DL_DELETE(core->choices, *choice);
	body_release(BODY_choice, &(*choice)->b);
	free(*choice);
	*choice = NULL;
}

/* A removed one is not remembered: nothing names it. */
void evolve_choice(struct core *core, struct event *event)
{
	const struct body_choice *body = event->body;
	struct choice *choice = core_choice(core, (enum choice_kind)body->kind, body->name);
	if (choice && body->removed) {
		choice_drop(core, &choice);
	} else if (choice) {
		body_assign(BODY_choice, &choice->b, body);
	} else if (!body->removed) {
		choice = mem_new(sizeof *choice);
		body_assign(BODY_choice, &choice->b, body);
		DL_INSERT_INORDER(core->choices, choice, choice_order);
		core->choice_count[body->kind]++;
	}
	event->object = choice;
}

/* --- links, queues, contacts -------------------------------------------------------------------- */

static int link_order(const struct link *a, const struct link *b)
{
	return str_cmp(a->b.name, b->b.name);
}

void evolve_link(struct core *core, struct event *event)
{
	const struct body_link *body = event->body;
	struct link *link = core_link(core, body->name);
	if (!link) {
		link = mem_new(sizeof *link);
		link->inbound_slots =
			body->provider.len ? RECEIVE_WINDOW_MAX : core->centre.receive_window;
		link->inbound = mem_new(link->inbound_slots * sizeof *link->inbound);
		settings_reset(link->settings);
		body_assign(BODY_link, &link->b, body);
		body_assign(BODY_sending, &link->sending,
			&(struct body_sending) {.link = body->name, .parts = body->window});
		DL_INSERT_INORDER(core->links, link, link_order);
	}
	body_assign(BODY_link, &link->b, body);
	event->object = link;
}

static int queue_order(const struct queue *a, const struct queue *b)
{
	return str_cmp(a->b.name, b->b.name);
}

void evolve_queue(struct core *core, struct event *event)
{
	const struct body_queue *body = event->body;
	struct queue *queue = core_queue_ever(core, body->name);
	if (!queue) {
		queue = mem_new(sizeof *queue);
		body_assign(BODY_queue, &queue->b, body);
		DL_INSERT_INORDER(core->queues, queue, queue_order);
	}
	body_assign(BODY_queue, &queue->b, body);
	event->object = queue;
}

static int rule_order(const struct hand_rule *a, const struct hand_rule *b)
{
	return str_cmp(a->b.name, b->b.name);
}

/* They borrow the words, which are others now. */
static void read_phrases(struct hand_rule *rule)
{
	phrases_release(&rule->phrases);
	if (rule->b.kind == RULE_WORDS && !rule->b.removed)
		phrases_read(&rule->phrases, rule->b.words);
}

void evolve_rule(struct core *core, struct event *event)
{
	const struct body_rule *body = event->body;
	struct hand_rule *rule = core_rule_ever(core, body->name);
	if (!rule) {
		rule = mem_new(sizeof *rule);
		body_assign(BODY_rule, &rule->b, body);
		DL_INSERT_INORDER(core->rules, rule, rule_order);
	} else {
		body_assign(BODY_rule, &rule->b, body);
	}
	read_phrases(rule);
	event->object = rule;
}

static struct contact *contact_of_alias(const struct core *core, struct str alias)
{
	struct contact *contact;
	EACH_CONTACT(core, contact)
	if (erased_is_alias_of(alias, core->centre.id_key, contact_phone(contact)))
		return contact;
	return NULL;
}

/* Its phone stands nowhere any more, so all are asked. Where it is called so already, nothing is to be done: it was read
 * from a journal in which that is written. */
void contact_erase(struct core *core, struct str alias)
{
	struct contact *contact =
		contact_as_written(core, alias) ? NULL : contact_of_alias(core, alias);
	if (contact)
		contact_rename(core, contact, alias);
}

static void move_session(struct session *session, struct contact *into)
{
	if (session->is_open) {
		LL_DELETE2(session->contact->open, session, contact_next);
		LL_INSERT_INORDER2(into->open, session, session_order, contact_next);
	}
	session->contact = into;
}

static void move_outbound(struct outbound *out, struct contact *into)
{
	if (out->is_unsent) {
		DL_DELETE2(out->contact->unsent, out, phone_prev, phone_next);
		INSERT_BY_SERIAL(into->unsent, out, outbound_order, phone_prev, phone_next);
	}
	out->contact = into;
}

/* Rare, so all are looked through. */
static void move_all(struct core *core, const struct contact *from, struct contact *into)
{
	struct session *sessions[] = {core->sessions, core->ended}, *session;
	struct outbound *texts[] = {core->outbound, core->over}, *out;
	for (size_t i = 0; i < 2; i++) {
		DL_FOREACH(sessions[i], session)
			if (session->contact == from)
				move_session(session, into);
		DL_FOREACH(texts[i], out)
			if (out->contact == from)
				move_outbound(out, into);
	}
}

void evolve_contact(struct core *core, struct event *event)
{
	const struct body_contact *body = event->body;
	struct contact *contact = contact_as_written(core, body->phone), *into = NULL;
	if (!contact)
		contact = contact_create(core, body);
	if (body->merged_into.len) {
		into = contact_as_written(core, body->merged_into);
		CHECK(into && into != contact && !contact_into(into));
	}
	contact_assign(contact, body, into);
	if (into)
		move_all(core, contact, into);
	event->object = contact;
}

/* One that this program no longer knows stays in the tables alone. */
void evolve_setting(struct core *core, struct event *event)
{
	const struct body_setting *body = event->body;
	struct link *link = body->link.len ? core_link(core, body->link) : NULL;
	enum setting_kind kind = settings_find(body->name);
	CHECK(link || body->link.len == 0);
	if (kind < SETTING_KINDS)
		(link ? link->settings : core->settings)[kind] = body->value;
}

/* --- registrations ------------------------------------------------------------------------------ */

static int order_order(const struct registration *a, const struct registration *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static void unlist_registration(struct core *core, struct registration *r)
{
	if (!r->is_listed)
		return;
	DL_DELETE2(r->supervisor->orders, r, order_prev, order_next);
	if (r->agent)
		DL_DELETE2(r->agent->watchers, r, watcher_prev, watcher_next);
	else
		DL_DELETE2(core->standing, r, standing_prev, standing_next);
	r->is_listed = false;
}

static void list_registration(struct core *core, struct registration *r)
{
	DL_INSERT_INORDER2(r->supervisor->orders, r, order_order, order_prev, order_next);
	if (r->agent)
		DL_INSERT_INORDER2(r->agent->watchers, r, order_order, watcher_prev, watcher_next);
	else
		DL_INSERT_INORDER2(core->standing, r, order_order, standing_prev, standing_next);
	r->is_listed = true;
}

static struct registration *registration_find(
	const struct core *core, const struct body_registration *body)
{
	struct registration *found;
	char key[2 * USER_ID_LEN];
	CHECK(body->supervisor.len == USER_ID_LEN && body->agent.len == USER_ID_LEN);
	memcpy(key, body->supervisor.at, USER_ID_LEN);
	memcpy(key + USER_ID_LEN, body->agent.at, USER_ID_LEN);
	HASH_FIND(hh, core->registrations, key, sizeof key, found);
	return found;
}

static struct registration *registration_create(
	struct core *core, const struct body_registration *body)
{
	struct registration *r = mem_new(sizeof *r);
	r->supervisor = core_user(core, body->supervisor);
	r->agent = body->on == ORDER_ON_AGENT ? core_user(core, body->agent) : NULL;
	CHECK(r->supervisor && (r->agent || body->on != ORDER_ON_AGENT));
	r->expires = (struct deadline) {.kind = DEADLINE_ORDER};
	memcpy(r->key, body->supervisor.at, USER_ID_LEN);
	memcpy(r->key + USER_ID_LEN, body->agent.at, USER_ID_LEN);
	HASH_ADD(hh, core->registrations, key, sizeof r->key, r);
	return r;
}

void evolve_registration(struct core *core, struct event *event)
{
	const struct body_registration *body = event->body;
	struct registration *r = registration_find(core, body);
	if (!r)
		r = registration_create(core, body);
	unlist_registration(core, r);
	body_assign(BODY_registration, &r->b, body);
	if (body->active)
		list_registration(core, r);
	deadline_set(core, &r->expires, body->active ? body->expires : 0, event->lsn);
	event->object = r;
}

/* --- the dispatcher ----------------------------------------------------------------------------- */

/* Nobody is told of it, and who asks is. */
static bool is_provided(enum body_kind kind)
{
	return kind == BODY_centre || kind == BODY_user || kind == BODY_link ||
	       kind == BODY_queue || kind == BODY_rule || kind == BODY_setting ||
	       kind == BODY_assignment || kind == BODY_choice;
}

void core_evolve(struct core *core, struct event *event)
{
	static void (*const evolve[BODY_KINDS])(struct core *, struct event *) = {
#define BODY(name, version) [BODY_##name] = evolve_##name,
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"
	};
	event->object = NULL;
	evolve[event_body(event->kind)](core, event);
	if (event->lsn > core->lsn)
		core->lsn = event->lsn;
	if (is_provided(event_body(event->kind)) && event->lsn > core->provided_lsn)
		core->provided_lsn = event->lsn;
	if (event->at > core->last_at)
		core->last_at = event->at;
}

/* --- requests ------------------------------------------------------------------------------------ */

static void request_drop(struct user *user, struct request *request)
{
	HASH_DEL(user->requests, request);
	body_release(BODY_request, &request->b);
	free(request);
}

/* What had the slot before is the same key, or the oldest. */
void evolve_request(struct core *core, struct event *event)
{
	const struct body_request *body = event->body;
	struct user *user = core_user(core, body->user);
	CHECK(user && body->slot < REQUESTS_MAX);
	struct request *same = request_find(user, body->key);
	if (same)
		request_drop(user, same);
	else if (user->requests && user->requests->b.slot == body->slot)
		request_drop(user, user->requests);
	struct request *request = mem_new(sizeof *request);
	body_assign(BODY_request, &request->b, body);
	request->lsn = event->lsn;
	HASH_ADD_KEYPTR(hh, user->requests, request->b.key.at, request->b.key.len, request);
	event->object = user;
}

void requests_free(struct user *user)
{
	while (user->requests)
		request_drop(user, user->requests);
}
