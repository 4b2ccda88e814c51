/* check.c - the invariants of a centre; a broken one aborts. */
#include "core/model/contact.h"
#include "core/model/message.h"
#include "core/model/over.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/access.h"
#include "core/rules/turn.h"

#include <utlist.h>

static void check_numbering(const struct session *session)
{
	uint64_t agent = 0, supervisor = 0, feed = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		const struct body_message entry = message_body(session->messages[i]), *b = &entry;
		agent += !!(b->audience & CLASS_AGENT);
		supervisor += !!(b->audience & CLASS_SUPERVISOR);
		feed += !!(b->audience & CLASS_FEED);
		CHECK(b->seq == i + 1);
		CHECK(b->agent_index == agent && b->supervisor_index == supervisor);
		CHECK(b->feed_index == feed);
		/* Whoever sees more sees all that the others see. */
		CHECK(!(b->audience & CLASS_FEED) || (b->audience & CLASS_CUSTOMER));
		CHECK(!(b->audience & CLASS_CUSTOMER) || (b->audience & CLASS_AGENT));
		CHECK(!(b->audience & CLASS_AGENT) || (b->audience & CLASS_SUPERVISOR));
	}
}

/* What a reader is given by index is what it is numbered as. */
static void check_entries(const struct viewer *reader)
{
	const struct session *session = reader->session;
	uint64_t last = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		uint64_t index = visibility_index(reader, session->messages[i]);
		if (!index)
			continue;
		CHECK(index == ++last);
		CHECK(visibility_entry(reader, index) == session->messages[i]);
	}
	CHECK(visibility_last_index(reader) == last && !visibility_entry(reader, last + 1));
}

static void check_viewer(const struct core *core, const struct viewer *viewer)
{
	bool is_live = viewer_is_live(viewer);
	CHECK(!is_live || !viewer->session->is_ended);
	CHECK(is_live || access_capabilities(core, viewer) == 0);
	CHECK(!is_live || !viewer->user || viewer->user->agent.state != AGENT_LOGGED_OUT ||
		core->centre.on_logout == LOGOUT_KEEP);
	if (viewer->user && viewer_is_joined(viewer))
		check_entries(viewer);
}

static void check_party(const struct core *core, const struct party *party)
{
	check_viewer(core, &party->viewer);
	CHECK(!watch_is(&party->b));
	CHECK(!party->answer.at || party->b.state == PARTY_INVITED);
	CHECK(party->b.state != PARTY_LEFT_CHAT || party->session->b.state == SESSION_LEFT);
	CHECK(party->b.kind == PARTY_CONTACT || party->user);
}

static void check_watch(const struct core *core, const struct watch *watch)
{
	check_viewer(core, &watch->viewer);
	CHECK(watch_is(&watch->b) && watch->user);
	CHECK(watch->b.visibility == VISIBLE_SUPERVISORS ||
		watch->b.visibility == VISIBLE_TO_ITSELF);
	CHECK(watch->b.state != PARTY_LEFT_CHAT);
	CHECK(!viewer_is_live(&watch->viewer) || watch->session->b.state != SESSION_QUEUED);
}

/* Nobody has two live participations of one kind. */
static void check_once(const struct session *session)
{
	const struct viewer *a, *b;
	EACH_VIEWER(session, a) {
		if (!a->user || !viewer_is_live(a))
			continue;
		EACH_VIEWER(session, b)
			CHECK(a == b || a->user != b->user || !viewer_is_live(b) ||
				a->b.kind != b->b.kind);
	}
}

static void check_offers(const struct session *session)
{
	const struct party *party;
	size_t offers = 0;
	LL_FOREACH(session->parties, party)
		offers += party->b.state == PARTY_INVITED && party->b.origin == ORIGIN_ROUTED;
	CHECK(offers <= 1);
}

static void check_data(const struct session *session)
{
	size_t count = 0, bytes = 0;
	uint64_t place = 0;
	const struct datum *datum;
	DL_FOREACH(session_rare(session)->data, datum) {
		CHECK(datum->b.held && datum->b.place > place);
		place = datum->b.place;
		bytes += datum->b.name.len + datum->b.value.len;
		count++;
	}
	CHECK(count <= USER_DATA_KEYS_MAX && bytes <= USER_DATA_BYTES_MAX);
}

/* A hand that is raised is of somebody who is there as agent. */
static void check_hands(const struct core *core, const struct session *session)
{
	const struct hand *hand;
	DL_FOREACH(session_rare(session)->hands, hand) {
		CHECK(hand->session == session && hand->is_listed == (hand->b.raised != 0));
		CHECK(!hand->b.raised || session_is_handled_by(session, hand->agent));
		CHECK(!hand->b.raised || core_hand(core, hand->b.id) == hand);
	}
}

/* A rule that found what it looks for waits for nothing any more. */
static void check_flags(const struct core *core, const struct session *session)
{
	const struct flag *flag;
	DL_FOREACH(session_rare(session)->flags, flag) {
		CHECK(flag->session == session && core_rule_ever(core, flag->b.rule));
		CHECK(!flag->b.found || !flag->b.due);
		CHECK(flag->due.at == (session->is_ended ? 0 : flag->b.due));
	}
}

static void check_session(const struct core *core, const struct session *session)
{
	size_t agents = session_agents(session);
	const struct party *party;
	const struct watch *watch;
	CHECK(session_hosts(session) > 0 ||
		(!session_consultant(session, PARTY_CHATTING, NULL) &&
			!session_consultant(session, PARTY_INVITED, NULL)));
	CHECK(session->contact == core_contact(core, session->b.phone));
	CHECK(session->is_waiting == (session->b.state == SESSION_QUEUED));
	CHECK(session->is_ended == body_is_over(BODY_session, &session->b, NULL, NULL));
	CHECK((agents > 0 || session_is_handed_over(session)) ==
		(session->b.state == SESSION_ACTIVE));
	LL_FOREACH(session->parties, party)
		check_party(core, party);
	DL_FOREACH(session_rare(session)->watches, watch)
		check_watch(core, watch);
	check_once(session);
	check_offers(session);
	check_numbering(session);
	check_data(session);
	check_hands(core, session);
	check_flags(core, session);
}

static void check_addresses(const struct core *core, const struct user *user)
{
	for (size_t i = 0; i < user->address_count; i++) {
		const struct body_address *b = &user->addresses[i];
		CHECK(b->user.len == 0 || (b->slot == i && b->at <= core->last_at));
		for (size_t j = 0; b->user.len && j < i; j++)
			CHECK(!str_eq(b->digest, user->addresses[j].digest));
	}
}

static void check_requests(const struct core *core, const struct user *user)
{
	const struct request *request, *before = NULL;
	CHECK(HASH_COUNT(user->requests) <= REQUESTS_MAX);
	for (request = user->requests; request; before = request, request = request->hh.next) {
		CHECK(request->b.slot < REQUESTS_MAX && request->b.at <= core->last_at);
		CHECK(!before || before->b.at <= request->b.at);
	}
}

/* Of one kind a user looks at one session at most. */
static void check_focus(const struct user *user)
{
	const struct party *party;
	const struct watch *watch;
	size_t count[party_kind_count] = {0};
	LL_FOREACH2(user->parties, party, user_next)
		count[party->b.kind] += party->b.in_focus;
	DL_FOREACH2(user->watches, watch, user_next)
		count[watch->b.kind] += watch->b.in_focus;
	CHECK(count[PARTY_AGENT] <= 1 && count[PARTY_SUPERVISOR] <= 1);
}

static uint64_t count_load(const struct user *user)
{
	uint64_t count = 0;
	const struct party *party;
	LL_FOREACH2(user->parties, party, user_next)
		count += party_takes_capacity(party);
	return count;
}

static void check_user(const struct core *core, const struct user *user)
{
	const struct registration *r;
	uint64_t last = 0;
	CHECK(user->is_ready_listed == (user->agent.state == AGENT_READY));
	CHECK(user->seen_lsn <= core->lsn);
	CHECK(user->load == count_load(user));
	DL_FOREACH2(user->orders, r, order_next) {
		CHECK(r->b.active && r->supervisor == user && r->agent != user);
		CHECK(!r->agent == (r->b.on != ORDER_ON_AGENT) && !r->agent == !!r->b.thing.len);
		CHECK(r->expires.at == r->b.expires && !r->b.percent == !r->b.seed.len);
		CHECK(r->b.serial > last);
		last = r->b.serial;
	}
	CHECK(!user->orders || user->agent.state != AGENT_LOGGED_OUT);
	check_focus(user);
	check_addresses(core, user);
	check_requests(core, user);
}

static void check_assignments(const struct core *core)
{
	const struct user *user;
	const struct assignment *one;
	const struct queue *queue;
	size_t supervisors = 0, serving = 0, counted = 0;
	DL_FOREACH(core->users, user)
		DL_FOREACH(user->assignments, one) {
			CHECK(one->b.held && one->user == user && str_eq(one->b.user, user->b.id));
			supervisors += one->b.kind == ASSIGNED_SUPERVISOR;
			serving += one->b.kind == ASSIGNED_QUEUE;
		}
	DL_FOREACH(core->queues, queue)
		counted += queue->assigned;
	CHECK(supervisors == core->group_supervisors && serving == counted);
}

static void check_tokens(const struct core *core)
{
	const struct token *token;
	DL_FOREACH(core->tokens, token) {
		CHECK(!token->b.revoked && str_eq(token->user->b.id, token->b.user));
		CHECK(token->b.made <= core->last_at);
		CHECK(!token->next || str_cmp(token->b.id, token->next->b.id) < 0);
	}
}

static void check_choices(const struct core *core)
{
	const struct choice *choice;
	size_t counted[choice_kind_count] = {0};
	DL_FOREACH(core->choices, choice) {
		CHECK(!choice->b.removed && choice->b.kind < choice_kind_count);
		CHECK(!choice->next || choice->b.kind < choice->next->b.kind ||
			(choice->b.kind == choice->next->b.kind &&
				str_cmp(choice->b.name, choice->next->b.name) < 0));
		counted[choice->b.kind]++;
	}
	for (size_t kind = 0; kind < choice_kind_count; kind++)
		CHECK(counted[kind] == core->choice_count[kind]);
}

static void check_timers(const struct core *core)
{
	for (size_t i = 0; i < core->timer_count; i++) {
		const struct deadline *d = core->timers[i],
				      *parent = core->timers[(i ? i - 1 : 0) / 2];
		CHECK(d->place == i && d->at);
		CHECK(i == 0 || parent->at < d->at ||
			(parent->at == d->at && parent->lsn <= d->lsn));
	}
}

/* What core_forget drops is over; of a text's session here nothing is left that tells of it. */
static const void *nothing(const void *ctx, const struct over_owner *owner)
{
	return NULL;
}

static size_t count_asides(const struct outbound *texts)
{
	const struct outbound *out;
	const struct sms_aside *aside;
	size_t count, all = 0;
	DL_FOREACH(texts, out) {
		DL_COUNT(out->asides, aside, count);
		all += count;
	}
	return all;
}

static void check_over(const struct core *core)
{
	const struct outbound *out;
	DL_FOREACH(core->over, out)
		CHECK(!out->message && body_is_over(BODY_outbound, &out->b, nothing, NULL));
}

static void check_outbound(const struct core *core)
{
	size_t open = 0;
	const struct outbound *out;
	DL_FOREACH(core->outbound, out) {
		open += out->b.open != 0;
		CHECK(out->answered <= out->part_count);
		CHECK(out->contact == core_contact(core, out->b.phone));
		CHECK(!out->b.open == !core_outbound_text(out).len);
		CHECK(!out->b.session.len || !out->b.text.len);
		CHECK(!out->message || out->message->outbound == out);
	}
	CHECK(open == core->outbound_open);
	CHECK(core->outbound_unsent <= open);
	CHECK(count_asides(core->outbound) + count_asides(core->over) == core->asides);
}

static void check_contact(const struct contact *contact)
{
	const struct session *session;
	const struct outbound *out;
	const struct contact *into = contact_into(contact);
	CHECK(!into == !contact_body(contact).merged_into.len);
	CHECK(!into || (!contact_into(into) && !contact->open && !contact->unsent &&
			       !contact_body(contact).opted_out));
	LL_FOREACH2(contact->open, session, contact_next)
		CHECK(session->is_open && session->contact == contact);
	DL_FOREACH2(contact->unsent, out, phone_next)
		CHECK(out->is_unsent && out->contact == contact);
}

static void check_unsent(const struct link *link)
{
	const struct outbound *out;
	size_t count = 0;
	DL_FOREACH2(link->unsent, out, unsent_next)
		count++;
	CHECK(count == link->unsent_count);
}

static void check_segments(const struct link *link)
{
	const struct segment_held *held;
	const struct segments_of_phone *of;
	size_t count = 0, of_phones = 0;
	DL_FOREACH(link->segments, held) {
		CHECK(str_eq(held->of_phone->phone, held->b.phone));
		count++;
	}
	for (of = link->segments_by_phone; of; of = of->hh.next) {
		CHECK(of->count > 0);
		of_phones += of->count;
	}
	CHECK(count == link->segment_count && of_phones == count);
}

static void check_contacts(const struct core *core)
{
	const struct contact *contact;
	EACH_CONTACT(core, contact)
	check_contact(contact);
}

/* A customer who waits beside a free agent would be offered by whichever command routes next, and that
 * may be a supervisor's. */
static void check_routing(const struct core *core)
{
	CHECK(!routing_is_due(core));
}

void core_check(const struct core *core)
{
	const struct session *session;
	const struct user *user;
	const struct link *link;
	DL_FOREACH(core->sessions, session)
		check_session(core, session);
	DL_FOREACH(core->ended, session)
		check_session(core, session);
	DL_FOREACH(core->users, user)
		check_user(core, user);
	check_assignments(core);
	check_tokens(core);
	check_choices(core);
	DL_FOREACH(core->links, link) {
		CHECK(link->seen_lsn <= core->lsn);
		check_unsent(link);
		check_segments(link);
	}
	check_contacts(core);
	check_timers(core);
	check_routing(core);
	check_outbound(core);
	check_over(core);
}

/* A look costs as much as there is: after each of so many thousands of commands it would cost more than all else. */
#define EACH_OF_EVENTS 1024

void core_check_command(const struct core *core)
{
	if (core->lsn % (1 + core->lsn / EACH_OF_EVENTS) == 0)
		core_check(core);
}
