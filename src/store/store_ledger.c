/* store_ledger.c - what is hashed of a row. */
#include "store/store_ledger.h"

/* The texts of an entry, in the order in which they are hashed. */
#define TEXTS      13
#define TEXTS_ONCE 10 /* of the first rows that there were */
static void list_texts(const struct ledger_entry *entry, struct str texts[TEXTS])
{
	const struct str all[TEXTS] = {entry->centre, entry->act, entry->supervisor, entry->agent,
		entry->session, entry->participation, entry->mode, entry->disclosure, entry->cause,
		entry->asker, entry->target, entry->thing, entry->reason};
	memcpy(texts, all, sizeof all);
}

/* A row that says nothing of what came later is hashed as it was before that. */
static size_t count_texts(const struct ledger_entry *entry)
{
	bool says_more = entry->target.len || entry->thing.len || entry->reason.len;
	return says_more ? TEXTS : TEXTS_ONCE;
}

void ledger_add(struct ledger_end *end, const struct ledger_entry *entry)
{
	struct str texts[TEXTS];
	const uint64_t numbers[] = {entry->serial, entry->lsn, (uint64_t)entry->at};
	list_texts(entry, texts);
	chain_add_values(
		&end->chain, &(struct chain_values) {numbers, 3, texts, count_texts(entry)});
	end->serial = entry->serial;
}

bool ledger_next(struct ledger_end *end, struct str centre, const struct store_event *packed,
	struct ledger_entry *entry)
{
	union any_body room;
	struct event event;
	struct ledger_row row;
	if (!ledger_knows(packed->kind) || !event_unpack(packed, &room, &event) ||
		!ledger_row_of(&event, &row))
		return false;
	*entry = (struct ledger_entry) {
		.centre = centre,
		.serial = end->serial + 1,
		.lsn = row.lsn,
		.at = row.at,
		.act = str_of(ledger_act_name(row.act)),
		.supervisor = row.supervisor,
		.agent = row.agent,
		.session = row.session,
		.participation = row.participation,
		.mode = str_of(row.mode),
		.disclosure = str_of(row.disclosure),
		.cause = str_of(cause_name(row.cause)),
		.asker = row.asker,
		.target = row.target,
		.thing = row.thing,
		.reason = row.reason,
	};
	ledger_add(end, entry);
	entry->chain = chain_str(&end->chain);
	return true;
}

bool ledger_is_same(const struct ledger_entry *a, const struct ledger_entry *b)
{
	struct str x[TEXTS], y[TEXTS];
	list_texts(a, x);
	list_texts(b, y);
	bool is = a->serial == b->serial && a->lsn == b->lsn && a->at == b->at;
	for (size_t i = 0; is && i < TEXTS; i++)
		is = str_eq(x[i], y[i]);
	return is;
}
