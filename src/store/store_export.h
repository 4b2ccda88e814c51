/* store_export.h - the tables as an operator takes them away: rows in order, as they are at one moment, beside whoever
 * writes them. Blocks: for commands, not for a loop. */
#ifndef STORE_STORE_EXPORT_H
#define STORE_STORE_EXPORT_H

#include "core/model/model.h"
#include "store/store_event.h"

enum export_what {
	EXPORT_USERS,    /* in the order in which they were made; removed ones too */
	EXPORT_CONTACTS, /* by phone; aliases of erased and merged ones too */
	EXPORT_SESSIONS, /* in the order in which they began, each followed by its parties, entries and data; before all of them the users */
	EXPORTS
};

struct export_query {
	enum export_what what;
	bool waits; /* for the tables, which a server makes follow */
	/* Of sessions: those that began at `from` or later, and before `until`; 0: without that bound. */
	msec from, until;
};

struct export_sink {
	void *ctx;
	/* How many users, contacts or sessions will come; once, at first. */
	void (*total)(void *ctx, uint64_t count);
	/* A row; what it has is borrowed until the next one. False: no more is wanted. */
	bool (*row)(void *ctx, enum body_kind kind, const union any_body *body);
};

/* What was answered before it began is in it. ERR_BUSY: the tables are behind the journal.
 * Else ERR_*: why. */
enum err store_export(struct str folder, const struct export_query *query,
	const struct export_sink *sink, struct buf *why) MUST_CHECK;

#endif
