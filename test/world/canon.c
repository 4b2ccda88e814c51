/* canon.c - a state's image, and its hash under all renamings of like users and customers. */
#include "canon.h"
#include "core/model/message.h"
#include "properties.h"
#include "../sim/deeds.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/model/session.h"

#include <sodium.h>
#include <utlist.h>

/* --- the image ---------------------------------------------------------------------------------- */

static uint8_t user_code(const struct user *user)
{
	unsigned reason = str_is(user->agent.reason, "NoAnswer")         ? 1
			  : str_is(user->agent.reason, "ConnectionLost") ? 2
									 : 0;
	CHECK(reason || user->agent.reason.len == 0);
	return (uint8_t)(user->agent.state | reason << 2 | !!user->agent.has_client << 4 |
			 !!user->agent.lost_at << 5 | !!(user->b.roles & ROLE_SUPERVISOR) << 6);
}

static void put_ready(const struct world *world, struct image *image)
{
	const struct user *user, *before = NULL, *next;
	for (;;) {
		next = NULL;
		DL_FOREACH2(world->core->ready, user, ready_next) {
			if (before && user->agent.since <= before->agent.since)
				continue;
			CHECK(!next || next->agent.since != user->agent.since);
			if (!next || user->agent.since < next->agent.since)
				next = user;
		}
		if (!next)
			return;
		image->ready[image->ready_count++] = (uint8_t)world_user(world, next);
		before = next;
	}
}

static void put_orders(const struct world *world, struct image *image, unsigned agent)
{
	const struct registration *r;
	DL_FOREACH2(world->users[agent]->watchers, r, watcher_next) {
		unsigned n = image->watcher_count[agent]++;
		image->watcher[agent][n] = (uint8_t)world_user(world, r->supervisor);
		image->mode[agent][n] =
			(uint8_t)(r->b.mode + monitor_mode_count * r->b.supervision);
	}
}

static void put_standing(const struct world *world, struct image *image)
{
	const struct registration *r;
	DL_FOREACH2(world->core->standing, r, standing_next) {
		unsigned n = image->standing_count++;
		CHECK(n < USERS_MAX);
		image->standing[n] = (uint8_t)world_user(world, r->supervisor);
		image->standing_mode[n] =
			(uint8_t)(r->b.mode +
				  monitor_mode_count *
					  (r->b.supervision +
						  supervision_count * (r->b.expires > 0)));
	}
}

static uint8_t viewer_code(const struct viewer *viewer)
{
	bool is_consultant = strcmp(mode_of(viewer), "Consultant") == 0;
	if (viewer->b.state == PARTY_CHATTING)
		return is_consultant ? ADVISING : CHATTING;
	if (viewer->b.state == PARTY_LEFT_CHAT)
		return LEFT_CHAT;
	return viewer->b.origin == ORIGIN_ROUTED        ? INVITED_BY_QUEUE
	       : viewer->b.origin == ORIGIN_INVITED     ? INVITED_BY_AGENT
	       : viewer->b.origin == ORIGIN_TRANSFERRED ? HANDED_OVER
	       : viewer->b.origin == ORIGIN_CONSULTED   ? CONSULTED
							: DELIVERED;
}

/* Of an agent: as what, and who asked for the advice and may cancel it. */
static uint8_t agent_code(const struct world *world, const struct viewer *viewer)
{
	bool is_asked = viewer->b.state == PARTY_INVITED || viewer->b.visibility == VISIBLE_AGENTS;
	const struct user *asking = is_asked && viewer->b.asked_by.len
					    ? core_user(world->core, viewer->b.asked_by)
					    : NULL;
	return (uint8_t)(viewer_code(viewer) +
			 PARTY_CODES * (asking ? 1 + world_user(world, asking) : 0));
}

/* Who is not asked again by the search that led to this invitation. */
static uint8_t sought(const struct world *world, const struct viewer *invited)
{
	const struct viewer *viewer;
	uint8_t users = 0;
	if (invited->b.state != PARTY_INVITED || !invited->b.search)
		return 0;
	EACH_VIEWER(invited->session, viewer)
		if (viewer->b.search == invited->b.search)
			users |= (uint8_t)(1u << world_user(world, viewer->user));
	return users;
}

/* Of a supervisor: as what, and in which mode. */
static uint8_t supervisor_code(const struct viewer *viewer)
{
	return (uint8_t)(viewer_code(viewer) + PARTY_CODES * viewer->b.supervision);
}

bool image_is_hidden(uint8_t supervisor)
{
	return supervisor % PARTY_CODES != CHATTING ||
	       supervisor / PARTY_CODES == SUPERVISION_MONITOR;
}

bool canon_was_watched(const struct session *session)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (viewer->b.kind == PARTY_SUPERVISOR && viewer->b.joined &&
			!viewer_is_live(viewer))
			return true;
	return false;
}

/* The one that is deleted as well. */
static bool has_datum(const struct session *session)
{
	static const struct deed deleting = {.with = A_KEY};
	const struct datum *datum;
	DL_FOREACH(session_rare(session)->data, datum)
		if (str_is(datum->b.name, deed_datum(&deleting)))
			return true;
	return false;
}

static void put_hand(const struct world *world, const struct session *session,
	struct image_session *out, unsigned user)
{
	const struct hand *hand = session_hand(session, world->users[user], STR_NONE);
	if (!hand || !hand->b.raised)
		return;
	out->hand[user] = (uint8_t)(1 + hand->b.state);
	if (hand->b.state == HAND_TAKEN)
		out->taken_by[user] = (uint8_t)(1 + world_user(world, core_user(world->core,
									      hand->b.supervisor)));
}

/* The raised one, else the last: what was done about that one is so of the next one too. */
static const struct hand *last_hand(const struct session *session, struct str rule)
{
	const struct hand *hand, *last = NULL;
	DL_FOREACH(session_rare(session)->hands, hand)
		if (str_eq(hand->b.rule, rule) && (!last || hand->b.serial > last->b.serial))
			last = hand;
	return last;
}

static uint8_t user_number(const struct world *world, struct str id)
{
	return id.len ? (uint8_t)(1 + world_user(world, core_user(world->core, id))) : 0;
}

static void put_rule(const struct world *world, const struct session *session,
	struct image_session *out, enum rule_kind kind)
{
	const struct flag *flag = session_flag(session, world_rules[kind]);
	const struct hand *hand = last_hand(session, world_rules[kind]);
	out->flag[kind] = !flag           ? NOT_WAITED
			  : flag->b.found ? FOUND
			  : flag->b.due   ? WAITED
					  : OVER_IN_TIME;
	if (!hand)
		return;
	out->rule_hand[kind] = (uint8_t)(1 + hand->b.state);
	out->rule_hand_by[kind] = user_number(world, hand->b.supervisor);
	out->rule_hand_on[kind] = hand->b.raised ? user_number(world, hand->b.agent) : 0;
}

static void put_order(const struct world *world, const struct session *session, uint8_t *came)
{
	const struct party *party;
	LL_FOREACH(session->parties, party)
		if (party->b.kind == PARTY_AGENT && viewer_is_live(&party->viewer))
			*came++ = user_number(world, party->b.user);
}

/* 1: somebody wrote; 2: ... who is not the customer. */
static uint8_t spoken_in(const struct session *session)
{
	uint8_t spoken = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		const struct body_message entry = message_body(session->messages[i]), *b = &entry;
		if (b->visibility == VISIBLE_ALL &&
			(b->type == MESSAGE_TEXT || b->type == MESSAGE_PUSH_URL))
			spoken |= b->author == PARTY_CONTACT ? 1 : 3;
	}
	return spoken;
}

/* From whom the session may be taken over. */
static uint8_t watched_code(const struct world *world, const struct viewer *viewer)
{
	const struct user *agent = core_user(world->core, viewer->b.watched);
	return world->scope.modes ? (uint8_t)(world_user(world, agent) + 1) : 0;
}

static void put_session(
	const struct world *world, const struct session *session, struct image_session *out)
{
	const struct viewer *viewer;
	const struct refusal *refusal;
	out->state = (uint8_t)session->b.state;
	out->customer = (uint8_t)world_customer(session->b.phone);
	out->has_data = world->scope.data && has_datum(session);
	out->was_watched = world->scope.past && canon_was_watched(session);
	EACH_VIEWER(session, viewer) {
		if (!viewer->user || !viewer_is_live(viewer))
			continue;
		unsigned user = world_user(world, viewer->user);
		if (viewer->b.kind == PARTY_SUPERVISOR) {
			out->supervisor[user] = supervisor_code(viewer);
			out->watched[user] = watched_code(world, viewer);
		} else {
			out->agent[user] = agent_code(world, viewer);
			out->sought[user] = sought(world, viewer);
		}
		if (world->scope.focus && viewer->b.in_focus)
			out->in_focus[user] |= viewer->b.kind == PARTY_SUPERVISOR
						       ? IN_FOCUS_OF_SUPERVISOR
						       : IN_FOCUS_OF_AGENT;
	}
	for (unsigned i = 0; i < world->user_count && world->scope.hands; i++)
		put_hand(world, session, out, i);
	for (unsigned kind = 0; kind < rule_kind_count; kind++)
		put_rule(world, session, out, kind);
	if (world->scope.rules)
		put_order(world, session, out->came);
	out->spoken = world->scope.rules & 1u << RULE_REPLY ? spoken_in(session) : 0;
	DL_FOREACH(session_rare(session)->refusals, refusal)
		for (unsigned i = 0; i < world->user_count; i++)
			if (str_eq(world->users[i]->b.id, refusal->b.user))
				out->refused[i] = refusal->b.until > world->now ? REFUSED_JUST_NOW
										: REFUSED_THEN;
}

static uint8_t place_of(const struct world *world, const struct session *wanted)
{
	const struct session *session;
	uint8_t place = 1;
	DL_FOREACH(world->core->sessions, session) {
		if (session == wanted)
			return place;
		place++;
	}
	return 0;
}

/* How often it was tried, only while the SMSC has said nothing to it; given up is given up. */
static uint64_t tries_of(const struct body_part *part, const struct body_lost *lost)
{
	if (part->state != DELIVERY_UNCERTAIN)
		return 0;
	bool is_given_up = part->attempts > 1 || lost->given_up;
	return is_given_up ? 1 : 2 + part->attempts + 2 * lost->lives;
}

uint8_t image_part(const struct body_part *part, const struct body_lost *lost)
{
	bool is_named = part->smsc_id.len > 0; /* else no receipt can be for it */
	return (uint8_t)(1 + part->state + delivery_count * (2 * tries_of(part, lost) + is_named));
}

static void put_part(struct image_outbound *image, uint8_t part)
{
	unsigned place = image->parts++;
	CHECK(place < sizeof image->part);
	for (; place > 0 && image->part[place - 1] > part; place--)
		image->part[place] = image->part[place - 1];
	image->part[place] = part;
}

static void put_outbound(
	const struct world *world, const struct outbound *out, struct image_outbound *image)
{
	const struct sms_part *part;
	image->customer = (uint8_t)world_customer(out->b.phone);
	image->session = out->message ? place_of(world, out->message->session) : 0;
	if (out->message && world->scope.rules & 1u << RULE_UNDELIVERED)
		image->author = user_number(world, message_body(out->message).user);
	DL_FOREACH(out->parts, part)
		put_part(image, image_part(&part->b, &part->lost));
}

static void put_carrier(const struct world *world, struct image *image)
{
	const struct link *link = world_link(world);
	const struct segment_held *held;
	DL_FOREACH(link->segments, held)
		image->held[world_customer(held->b.phone)] = 1;
	bool is_second_older = link->inbound[1].b.count < link->inbound[0].b.count;
	for (unsigned i = 0; i < 2; i++) {
		const struct body_inbound *b = &link->inbound[i ^ is_second_older].b;
		bool is_noted = b->count && !b->matched;
		image->noted[i] = is_noted ? (uint8_t)b->fingerprint.at[0] : 0;
	}
}

void image_of(const struct world *world, struct image *image)
{
	const struct session *session;
	const struct outbound *out;
	*image = (struct image) {0};
	for (unsigned i = 0; i < world->user_count; i++) {
		image->user[i] = user_code(world->users[i]);
		image->assigned[i] = world_is_assigned(world, i);
		put_orders(world, image, i);
	}
	put_ready(world, image);
	put_standing(world, image);
	for (unsigned i = 0; i < world->scope.customers; i++) {
		const struct contact *contact = core_contact(world->core, world_phone(i));
		image->opted_out[i] = contact && contact_body(contact).opted_out;
		if (world->scope.last && contact && contact_body(contact).last_agent.len)
			image->last_agent[i] =
				(uint8_t)(1 + world_user(world,
						      core_user(world->core,
							      contact_body(contact).last_agent)));
		image->helped[i] = contact && contact_body(contact).helped &&
				   world->now - contact_body(contact).helped < HELP_AGAIN_MS;
	}
	DL_FOREACH(world->core->sessions, session) {
		CHECK(image->session_count < SESSIONS_MAX);
		put_session(world, session, &image->session[image->session_count++]);
	}
	if (world->scope.carrier)
		put_carrier(world, image);
	if (!world->scope.texts)
		return;
	DL_FOREACH(world->core->outbound, out) {
		if (!out->b.open)
			continue;
		CHECK(image->outbound_count < OUTBOUND_MAX);
		put_outbound(world, out, &image->outbound[image->outbound_count++]);
	}
}

/* --- renaming ----------------------------------------------------------------------------------- */

struct renaming {
	uint8_t user[USERS_MAX], customer[CUSTOMERS_MAX]; /* new place of each, and as many back */
};

static uint8_t rename_agent(const struct renaming *to, uint8_t agent)
{
	unsigned asking = agent / PARTY_CODES;
	return (uint8_t)(agent % PARTY_CODES +
			 PARTY_CODES * (asking ? 1u + to->user[asking - 1] : 0));
}

static uint8_t rename_users(const struct renaming *to, uint8_t users)
{
	uint8_t renamed = 0;
	for (unsigned i = 0; i < USERS_MAX; i++)
		if (users & 1u << i)
			renamed |= (uint8_t)(1u << to->user[i]);
	return renamed;
}

static uint8_t rename_number(const struct renaming *to, uint8_t number)
{
	return number ? (uint8_t)(1 + to->user[number - 1]) : 0;
}

static void rename_session(const struct renaming *to, const struct image_session *from,
	struct image_session *out, unsigned users)
{
	out->state = from->state;
	out->customer = to->customer[from->customer];
	out->has_data = from->has_data;
	out->was_watched = from->was_watched;
	out->spoken = from->spoken;
	for (unsigned kind = 0; kind < rule_kind_count; kind++) {
		out->flag[kind] = from->flag[kind];
		out->rule_hand[kind] = from->rule_hand[kind];
		out->rule_hand_by[kind] = rename_number(to, from->rule_hand_by[kind]);
		out->rule_hand_on[kind] = rename_number(to, from->rule_hand_on[kind]);
	}
	for (unsigned i = 0; i < USERS_MAX; i++)
		out->came[i] = rename_number(to, from->came[i]);
	for (unsigned i = 0; i < users; i++) {
		out->agent[to->user[i]] = rename_agent(to, from->agent[i]);
		out->sought[to->user[i]] = rename_users(to, from->sought[i]);
		out->supervisor[to->user[i]] = from->supervisor[i];
		if (from->watched[i])
			out->watched[to->user[i]] = rename_number(to, from->watched[i]);
		out->refused[to->user[i]] = from->refused[i];
		out->in_focus[to->user[i]] = from->in_focus[i];
		out->hand[to->user[i]] = from->hand[i];
		if (from->taken_by[i])
			out->taken_by[to->user[i]] = rename_number(to, from->taken_by[i]);
	}
}

/* Texts on their way do not influence one another: sorted. */
static void put_sorted(struct image *out, const struct image_outbound *text)
{
	unsigned place = out->outbound_count++;
	while (place > 0 && memcmp(&out->outbound[place - 1], text, sizeof *text) > 0) {
		out->outbound[place] = out->outbound[place - 1];
		place--;
	}
	out->outbound[place] = *text;
}

static void rename_image(const struct scope *scope, const struct renaming *to,
	const struct image *from, struct image *out)
{
	unsigned users = scope->agents + scope->supervisors;
	*out = (struct image) {
		.ready_count = from->ready_count, .session_count = from->session_count};
	for (unsigned i = 0; i < users; i++) {
		unsigned place = to->user[i];
		out->user[place] = from->user[i];
		out->assigned[place] = from->assigned[i];
		out->watcher_count[place] = from->watcher_count[i];
		for (unsigned j = 0; j < from->watcher_count[i]; j++) {
			out->watcher[place][j] = to->user[from->watcher[i][j]];
			out->mode[place][j] = from->mode[i][j];
		}
	}
	out->standing_count = from->standing_count;
	for (unsigned i = 0; i < from->standing_count; i++) {
		out->standing[i] = to->user[from->standing[i]];
		out->standing_mode[i] = from->standing_mode[i];
	}
	for (unsigned i = 0; i < from->ready_count; i++)
		out->ready[i] = to->user[from->ready[i]];
	for (unsigned i = 0; i < scope->customers; i++) {
		out->opted_out[to->customer[i]] = from->opted_out[i];
		if (from->last_agent[i])
			out->last_agent[to->customer[i]] =
				(uint8_t)(1 + to->user[from->last_agent[i] - 1]);
		out->helped[to->customer[i]] = from->helped[i];
		out->held[to->customer[i]] = from->held[i];
	}
	for (unsigned i = 0; i < from->session_count; i++)
		rename_session(to, &from->session[i], &out->session[i], users);
	for (unsigned i = 0; i < 2; i++) /* a noted text bears its customer's number + 1 */
		if (from->noted[i])
			out->noted[i] = (uint8_t)(to->customer[from->noted[i] - 1] + 1);
	for (unsigned i = 0; i < from->outbound_count; i++) {
		struct image_outbound text = from->outbound[i];
		text.customer = to->customer[text.customer];
		text.author = rename_number(to, text.author);
		put_sorted(out, &text);
	}
}

static unsigned swaps(unsigned count)
{
	return count == 2 ? 2 : 1;
}

unsigned canon_symmetries(const struct scope *scope)
{
	return swaps(scope->agents) * swaps(scope->supervisors) * swaps(scope->customers);
}

/* nth: one bit for each pair, swapped or not. */
static struct renaming renaming(const struct scope *scope, unsigned nth)
{
	struct renaming to;
	unsigned agents = swaps(scope->agents), supervisors = swaps(scope->supervisors);
	unsigned a = nth % agents, s = nth / agents % supervisors, c = nth / agents / supervisors;
	for (unsigned i = 0; i < USERS_MAX; i++)
		to.user[i] = (uint8_t)i;
	for (unsigned i = 0; i < scope->agents; i++)
		to.user[i] = (uint8_t)(a ? 1 - i : i);
	for (unsigned i = 0; i < scope->supervisors; i++)
		to.user[scope->agents + i] = (uint8_t)(scope->agents + (s ? 1 - i : i));
	for (unsigned i = 0; i < CUSTOMERS_MAX; i++)
		to.customer[i] = (uint8_t)(c ? 1 - i : i);
	return to;
}

/* --- hashing ------------------------------------------------------------------------------------ */

static struct hash hash_of(const struct image *image)
{
	static const unsigned char key[crypto_shorthash_siphashx24_KEYBYTES] = "the sotto walk";
	struct hash hash;
	crypto_shorthash_siphashx24(
		(unsigned char *)&hash, (const unsigned char *)image, sizeof *image, key);
	return hash;
}

struct hash image_hash(const struct scope *scope, const struct image *image)
{
	struct image least, renamed;
	for (unsigned i = 0; i < canon_symmetries(scope); i++) {
		struct renaming to = renaming(scope, i);
		rename_image(scope, &to, image, &renamed);
		if (i == 0 || memcmp(&renamed, &least, sizeof least) < 0)
			least = renamed;
	}
	return hash_of(&least);
}

/* Nothing of them is agents' to know. */
static void forget_rules(struct image_session *session)
{
	memset(session->flag, 0, sizeof session->flag);
	memset(session->rule_hand, 0, sizeof session->rule_hand);
	memset(session->rule_hand_by, 0, sizeof session->rule_hand_by);
	memset(session->rule_hand_on, 0, sizeof session->rule_hand_on);
	memset(session->came, 0, sizeof session->came);
}

struct hash image_unwatched(const struct scope *scope, const struct image *image)
{
	struct image without = *image, sorted;
	struct renaming same = renaming(scope, 0);
	memset(without.watcher_count, 0, sizeof without.watcher_count);
	without.standing_count = 0;
	for (unsigned i = 0; i < without.session_count; i++) {
		for (unsigned user = 0; user < USERS_MAX; user++) {
			without.session[i].hand[user] = without.session[i].hand[user] > 0;
			without.session[i].taken_by[user] = 0;
			if (!image_is_hidden(without.session[i].supervisor[user]))
				continue;
			without.session[i].supervisor[user] = without.session[i].watched[user] =
				NO_PARTY;
			without.session[i].in_focus[user] &= (uint8_t)~IN_FOCUS_OF_SUPERVISOR;
		}
		without.session[i].was_watched = without.session[i].spoken = 0;
		forget_rules(&without.session[i]);
	}
	for (unsigned i = 0; i < without.outbound_count; i++)
		without.outbound[i].author = 0;
	rename_image(scope, &same, &without, &sorted);
	return hash_of(&sorted);
}
