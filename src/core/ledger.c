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

static void put_order(struct ledger_row *row, const struct body_registration *body)
{
	row->supervisor = body->supervisor;
	row->agent = body->agent;
	row->mode = body->supervision;
}

static void put_participation(struct ledger_row *row, const struct body_party *body)
{
	row->supervisor = body->user;
	row->agent = body->watched;
	row->session = body->session;
	row->participation = body->id;
	row->mode = body->supervision;
}

bool ledger_row_of(const struct event *event, struct ledger_row *row)
{
	const struct rule *rule = find_rule(event->kind);
	const struct body_party *party = event->body;
	bool is_party = event_body(event->kind) == BODY_party;
	if (!rule || (is_party && party->kind != PARTY_SUPERVISOR))
		return false;
	*row = (struct ledger_row) {.lsn = event->lsn, .at = event->at, .act = rule->act};
	if (is_party)
		put_participation(row, party);
	else
		put_order(row, event->body);
	if (is_party && !party->joined)
		row->act = rule->unjoined;
	row->disclosure = row->mode == SUPERVISION_MONITOR ? "silent" : "none";
	row->cause = event->cause->kind;
	row->asker = event->cause->asker;
	return true;
}
