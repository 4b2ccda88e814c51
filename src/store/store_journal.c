/* store_journal.c - what a transaction of the journal consists of. */
#include "store/store_journal.h"
#include "core/erasing.h"
#include "base/log.h"

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
static const unsigned char *next_salt(struct journal *journal)
{
	if (!journal->salts_left) {
		randombytes_buf(journal->salts, sizeof journal->salts);
		journal->salts_left = JOURNAL_SALTS;
	}
	return journal->salts[--journal->salts_left];
}

static int insert(struct journal *journal, const struct store_event *event, struct chain *chain)
{
	const unsigned char *salt = next_salt(journal);
	unsigned char digest[CHAIN_BYTES];
	chain_digest(digest, salt, event->body);
	chain_add(chain, &(struct chain_row) {journal->centre, journal->epoch, event, digest});
	return journal->ops->insert(journal->db, &(struct journal_row) {
							 .centre = journal->centre,
							 .epoch = journal->epoch,
							 .event = event,
							 .salt = str_from(salt, CHAIN_SALT_BYTES),
							 .digest = str_from(digest, sizeof digest),
							 .chain = chain_str(chain),
						 });
}

/* Of a row that was trimmed away a checksum is kept, which is the image's from now on. */
static int erase_kept(struct journal *journal, const struct body_erasure *erasure)
{
	union any_body image;
	struct kept kept;
	enum body_kind kind = event_body((enum event_kind)erasure->kind);
	CHECK(body_unpack(kind, erasure->image, &image)); /* can_erase */
	kept_make(&kept, kind, &image, erasure->row);
	return erasing_changes_key(kind) ? journal->ops->rekey(journal->db, &kept)
					 : journal->ops->rekeep(journal->db, &kept);
}

/* The words go in the transaction that says so. */
static int erase(struct journal *journal, const struct store_event *packed)
{
	union any_body room;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	if (room.erasure.row <= journal->base)
		return erase_kept(journal, &room.erasure);
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
	msec first_at, at; /* of its events */
};

static int write_event(struct journal *journal, const struct store_event *event, struct ends *ends)
{
	int code = journal->centre.len ? 0 : take_name(journal, event);
	ends->at = event->at;
	if (!ends->first_at)
		ends->first_at = event->at;
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
	struct ends ends = {.chain = journal->chain, .ledger = journal->ledger};
	int code = write_all(journal, batch, &ends);
	if (code == 0) {
		journal->last = batch_last(batch);
		journal->chain = ends.chain;
		journal->ledger = ends.ledger;
		journal->last_at = ends.at;
		if (!journal->first_at)
			journal->first_at = ends.first_at;
	} else if (is_first)
		str_free(&journal->centre);
	return journal->ops->settle(journal->db, code, "append");
}

int journal_note(struct journal *journal, const struct store_event *event)
{
	return note(journal, event, &journal->ledger);
}

/* --- trimming ----------------------------------------------------------------------------------- */

/* A transaction that trims, so far. */
struct trimming {
	uint64_t lsn;
	struct chain chain;
	msec first_at; /* of the row behind it */
	unsigned count;
	bool is_doubtful;
};

/* Is the row what was written? Where it was erased its body is what a later event says, which only readers look at. */
static bool is_row(struct trimming *t, const struct journal_row *row,
	const struct store_event *event, bool is_erased)
{
	unsigned char digest[CHAIN_BYTES];
	if (!t->chain.has_begun && !row->chain.len)
		return true; /* of before rows had checksums */
	if (row->digest.len != CHAIN_BYTES)
		return false;
	if (!is_erased && row->salt.len != CHAIN_SALT_BYTES)
		return false;
	if (!is_erased)
		chain_digest(digest, (const unsigned char *)row->salt.at, event->body);
	if (!is_erased && memcmp(digest, row->digest.at, CHAIN_BYTES) != 0)
		return false;
	chain_add(&t->chain, &(struct chain_row) {row->centre, row->epoch, event,
				     (const unsigned char *)row->digest.at});
	return str_eq(row->chain, chain_str(&t->chain));
}

static int keep(struct journal *journal, const struct store_event *packed, bool *is_known)
{
	union any_body room;
	struct event event;
	struct kept kept;
	*is_known = event_unpack(packed, &room, &event);
	if (!*is_known)
		return 0;
	kept_make(&kept, event_body(event.kind), &room, packed->lsn);
	return journal->ops->keep(journal->db, &kept);
}

static void doubt(struct trimming *t, uint64_t lsn)
{
	t->is_doubtful = true;
	log_error("store",
		"event %llu is not what was written: the journal is not trimmed any more; see "
		"`sotto verify`",
		(unsigned long long)lsn);
}

/* Until the limits, or the end. */
static int trim_rows(struct journal *journal, const struct trim_limits *limits, struct trimming *t)
{
	struct journal_row row;
	struct store_event event;
	bool is_erased, is_known = true;
	int code;
	while ((code = journal->ops->next(
			journal->db, journal->centre, t->lsn, &row, &event, &is_erased)) == 0) {
		t->first_at = event.lsn ? event.at : 0;
		if (!event.lsn || event.at >= limits->before || event.lsn > limits->up_to ||
			t->count == limits->most)
			break;
		struct chain before = t->chain;
		bool is_well = event.lsn == t->lsn + 1 && is_row(t, &row, &event, is_erased);
		if (is_well)
			code = keep(journal, &event, &is_known);
		if (!is_well || !is_known) {
			t->chain = before;
			doubt(t, t->lsn + 1);
			break;
		}
		if (code != 0)
			break;
		t->lsn = event.lsn;
		t->count++;
	}
	return code;
}

static int trim_all(struct journal *journal, const struct trim_limits *limits, struct trimming *t)
{
	int code = journal->ops->begin(journal->db);
	if (code == 0)
		code = journal->ops->is_ours(journal->db, journal->centre, journal->epoch);
	if (code == 0)
		code = trim_rows(journal, limits, t);
	if (code == 0 && t->count)
		code = journal->ops->trim(
			journal->db, journal->centre, t->lsn, chain_str(&t->chain));
	return code == 0 ? journal->ops->commit(journal->db) : code;
}

enum store_result journal_trim(struct journal *journal, const struct trim_limits *limits)
{
	struct trimming t = {.lsn = journal->base, .chain = journal->base_chain};
	int code = trim_all(journal, limits, &t);
	if (code == 0) {
		journal->base = t.lsn;
		journal->base_chain = t.chain;
		journal->first_at = t.first_at;
	}
	journal->is_doubtful |= t.is_doubtful;
	return journal->ops->settle(journal->db, code, "trim");
}

int journal_read_times(struct journal *journal)
{
	struct journal_row row;
	struct store_event event = {0};
	bool is_erased;
	int code = journal->ops->next(
		journal->db, journal->centre, journal->base, &row, &event, &is_erased);
	journal->first_at = event.at;
	if (code == 0 && event.lsn)
		code = journal->ops->next(
			journal->db, journal->centre, journal->last - 1, &row, &event, &is_erased);
	journal->last_at = event.at;
	return code;
}

/* --- the rest ------------------------------------------------------------------------------------ */

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
