/* ledger.c - which events are acts of supervising. */
#include "core/ledger.h"

/* A row for each event that a supervisor's participation or order can have. */
static const struct rule {
	enum event_kind event;
	enum ledger_act act;      /* of an order, or of who was in the session */
	enum ledger_act unjoined; /* of who was only offered it */
} rules[] = {
	{EV_REGISTRATION_STARTED, LEDGER_ORDERED, LEDGER_ORDERED},
	{EV_REGISTRATION_ENDED, LEDGER_ORDER_ENDED, LEDGER_ORDER_ENDED},
	{EV_PARTY_WAS_INVITED, LEDGER_OFFERED, LEDGER_OFFERED},
	{EV_PARTY_JOINED, LEDGER_BEGAN, LEDGER_BEGAN},
	{EV_PARTY_REJECTED, LEDGER_DECLINED, LEDGER_DECLINED},
	{EV_PARTY_FINISHED, LEDGER_ENDED, LEDGER_WITHDRAWN},
	{EV_PARTY_WAS_REVOKED, LEDGER_ENDED, LEDGER_WITHDRAWN},
	{EV_PARTY_SWITCHED_AWAY, LEDGER_ENDED, LEDGER_ENDED},
	{EV_PARTY_SWITCHED, LEDGER_BEGAN, LEDGER_BEGAN},
};

const char *ledger_act_name(enum ledger_act act)
{
	static const char *const names[LEDGER_ACTS] = {
		[LEDGER_ORDERED] = "Ordered",
		[LEDGER_ORDER_ENDED] = "OrderEnded",
		[LEDGER_OFFERED] = "Offered",
		[LEDGER_DECLINED] = "Declined",
		[LEDGER_WITHDRAWN] = "Withdrawn",
		[LEDGER_BEGAN] = "Began",
		[LEDGER_ENDED] = "Ended",
		[LEDGER_TOOK_OVER] = "TookOver",
	};
	return names[act];
}

static const struct rule *find_rule(unsigned event_kind)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].event == event_kind)
			return &rules[i];
	return NULL;
}

bool ledger_knows(unsigned event_kind)
{
	return find_rule(event_kind) != NULL;
}

/* Of who is silently there, whom nothing gives away, it is said so. */
static const char *disclosed(enum supervision mode, enum disclosure disclosure)
{
	bool is_silent = mode == SUPERVISION_MONITOR && disclosure == DISCLOSED_NOT;
	return is_silent ? "silent" : words_name(&disclosure_words, disclosure);
}

static void put_order(struct ledger_row *row, const struct body_registration *body)
{
	bool is_on_agent = body->on == ORDER_ON_AGENT;
	row->supervisor = body->supervisor;
	row->agent = is_on_agent ? body->agent : STR_NONE;
	row->mode = words_name(&supervision_words, body->supervision);
	row->disclosure = disclosed(body->supervision, DISCLOSED_NOT);
	row->target = is_on_agent ? STR_NONE : str_of(words_name(&order_on_words, body->on));
	row->thing = body->thing;
	row->reason = body->reason;
}

static void put_participation(
	struct ledger_row *row, const struct rule *rule, const struct body_party *body)
{
	row->supervisor = body->user;
	row->agent = body->watched;
	row->session = body->session;
	row->participation = body->id;
	row->mode = words_name(&supervision_words, body->supervision);
	row->disclosure = disclosed(body->supervision, body->disclosure);
	if (!body->joined)
		row->act = rule->unjoined;
}

/* The supervisor's stint ends before it, by another row. */
static void put_take_over(struct ledger_row *row, const struct body_party *body)
{
	row->act = LEDGER_TOOK_OVER;
	row->supervisor = body->user;
	row->agent = body->watched;
	row->session = body->session;
	row->participation = body->id;
	row->mode = "TakeOver";
	row->disclosure = words_name(&disclosure_words, body->disclosure);
}

/* Journals of before there was such a row do not say from whom. */
static bool is_take_over(const struct event *event)
{
	const struct body_party *party = event->body;
	return event->kind == EV_PARTY_SWITCHED && party->origin == ORIGIN_TOOK_OVER &&
	       party->watched.len;
}

bool ledger_row_of(const struct event *event, struct ledger_row *row)
{
	const struct rule *rule = find_rule(event->kind);
	const struct body_party *party = event->body;
	bool is_party = event_body(event->kind) == BODY_party;
	bool is_supervisors = is_party && party->kind == PARTY_SUPERVISOR;
	if (!rule || (is_party && !is_supervisors && !is_take_over(event)))
		return false;
	*row = (struct ledger_row) {.lsn = event->lsn, .at = event->at, .act = rule->act};
	if (!is_party)
		put_order(row, event->body);
	else if (is_supervisors)
		put_participation(row, rule, party);
	else
		put_take_over(row, party);
	row->cause = event->cause->kind;
	row->asker = event->cause->asker;
	return true;
}

/* --- reading it --------------------------------------------------------------------------------- */

static bool is_for(const struct ledger_query *query, const struct ledger_told *row)
{
	bool is = query->is_report
			  ? str_eq(row->agent, query->reader) && str_is(row->disclosure, "report")
			  : !str_eq(row->agent, query->reader) &&
				    !(query->is_agent && row->target.len);
	for (size_t i = 0; is && row->session.len && i < query->session_count; i++)
		is = !str_eq(row->session, query->sessions[i]);
	return is;
}

static void keep(struct ledger_page *page, const struct ledger_told *row)
{
	struct ledger_told *kept = &page->rows[page->count++];
	struct str *strs[] = {&kept->act, &kept->supervisor, &kept->agent, &kept->session,
		&kept->mode, &kept->disclosure, &kept->cause, &kept->asker, &kept->target,
		&kept->thing, &kept->reason};
	*kept = *row;
	for (size_t i = 0; i < sizeof strs / sizeof strs[0]; i++)
		*strs[i] = arena_copy(&page->arena, *strs[i]);
}

bool ledger_page_add(
	struct ledger_page *page, const struct ledger_query *query, const struct ledger_told *row)
{
	if (row->at < query->from.at || !is_for(query, row))
		return true;
	if (page->next.at != row->at)
		page->next = (struct ledger_place) {.at = row->at};
	bool was_told = row->at == query->from.at && page->next.skip < query->from.skip;
	if (!was_told && page->count == query->limit) {
		page->has_more = true;
		return false;
	}
	page->next.skip++;
	if (!was_told)
		keep(page, row);
	return true;
}

void ledger_page_free(struct ledger_page *page)
{
	arena_free(&page->arena);
	*page = (struct ledger_page) {0};
}
