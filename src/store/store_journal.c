/* store_journal.c - what a transaction of the journal consists of. */
#include "store/store_journal.h"

#include <sodium.h>

/* The centre gets its name from its first event, in the same transaction. */
static int take_name(struct journal *journal, const struct store_event *first)
{
	union any_body room;
	struct event event;
	CHECK(event_unpack(first, &room, &event) && event_body(event.kind) == BODY_centre);
	int code = journal->ops->name(journal->db, room.centre.name);
	if (code == 0)
		journal->centre = str_copy(room.centre.name);
	return code;
}

/* Each body has a salt of its own, so that a digest says nothing about a body that was erased. */
static int insert(struct journal *journal, const struct store_event *event, struct chain *chain)
{
	unsigned char salt[CHAIN_SALT_BYTES], digest[CHAIN_BYTES];
	randombytes_buf(salt, sizeof salt);
	chain_digest(digest, salt, event->body);
	chain_add(chain, &(struct chain_row) {journal->centre, journal->epoch, event, digest});
	return journal->ops->insert(journal->db, &(struct journal_row) {
							 .centre = journal->centre,
							 .epoch = journal->epoch,
							 .event = event,
							 .salt = str_from(salt, sizeof salt),
							 .digest = str_from(digest, sizeof digest),
							 .chain = chain_str(chain),
						 });
}

/* The words go in the transaction that says so. */
static int erase(struct journal *journal, const struct store_event *packed)
{
	union any_body room;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	return journal->ops->erase(journal->db, journal->centre, &room.erasure, packed->lsn);
}

static int note(struct journal *journal, const struct store_event *event, struct ledger_end *ledger)
{
	struct ledger_entry entry;
	return ledger_next(ledger, journal->centre, event, &entry)
		       ? journal->ops->note(journal->db, &entry)
		       : 0;
}

/* What the transaction leaves, once it is committed. */
struct ends {
	struct chain chain;
	struct ledger_end ledger;
};

static int write_event(struct journal *journal, const struct store_event *event, struct ends *ends)
{
	int code = journal->centre.len ? 0 : take_name(journal, event);
	if (code == 0)
		code = insert(journal, event, &ends->chain);
	if (code == 0)
		code = note(journal, event, &ends->ledger);
	return code == 0 && event->kind == EV_BODY_ERASED ? erase(journal, event) : code;
}

static int write_all(struct journal *journal, const struct batch *batch, struct ends *ends)
{
	struct store_event event;
	int code = journal->ops->begin(journal->db);
	if (code == 0)
		code = journal->ops->is_ours(journal->db, journal->centre, journal->epoch);
	for (size_t at = 0; code == 0 && batch_read(batch, &at, &event);)
		code = write_event(journal, &event, ends);
	return code == 0 ? journal->ops->commit(journal->db) : code;
}

enum store_result journal_write(struct journal *journal, const struct batch *batch)
{
	CHECK(batch->first == journal->last + 1);
	bool is_first = journal->centre.len == 0;
	struct ends ends = {journal->chain, journal->ledger};
	int code = write_all(journal, batch, &ends);
	if (code == 0) {
		journal->last = batch_last(batch);
		journal->chain = ends.chain;
		journal->ledger = ends.ledger;
	} else if (is_first)
		str_free(&journal->centre);
	return journal->ops->settle(journal->db, code, "append");
}

int journal_note(struct journal *journal, const struct store_event *event)
{
	return note(journal, event, &journal->ledger);
}

/* That it cannot be asked says nothing: the next append finds out. */
enum store_result journal_ask_owner(struct journal *journal)
{
	int code = journal->ops->is_ours(journal->db, journal->centre, journal->epoch);
	enum store_result result = journal->ops->settle(journal->db, code, "ask for the owner");
	return result == STORE_FENCED ? result : STORE_DURABLE;
}

bool journal_has_room(struct journal *journal)
{
	return journal->ops->has_room(journal->db);
}

enum store_result journal_touch(struct journal *journal)
{
	return journal->ops->settle(journal->db, journal->ops->touch(journal->db), "write");
}

enum store_result journal_tidy(struct journal *journal)
{
	return journal->ops->settle(journal->db, journal->ops->tidy(journal->db), "checkpoint");
}

void journal_close(struct journal *journal)
{
	if (journal->ops)
		journal->ops->close(journal->db);
	str_free(&journal->centre);
	*journal = (struct journal) {0};
}
