/* rows.h - what a store would remember of a centre: the last image of each object, by key, as the
 * events wrote it. A core is made again from rows alone, so each state of the walk has gone through a
 * restart.
 *
 * Strs of rows are interned: the same bytes are the same pointer, and live as long as the strings do. */
#ifndef WORLD_ROWS_H
#define WORLD_ROWS_H

#include "core/core.h"

#define BODY(name, version) struct body_##name name;
union row_body {
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"
};

struct row {
	enum body_kind kind;
	uint64_t lsn; /* of the last event that wrote it */
	union row_body body;
};

/* In the order of body.def, so that an object comes after those that it names; alike ones in the order
 * in which they came (a segment: of its last arrival). */
struct rows {
	struct row *at;
	size_t count, cap;
	uint64_t lsn; /* of the last event of all */
};

struct strings {
	struct interned *by_bytes;
	struct str *at;
	size_t count, cap;
};
unsigned strings_number(struct strings *strings, struct str s); /* 0: the empty one */
void strings_free(struct strings *strings);

void rows_copy(struct rows *to, const struct rows *from);
void rows_free(struct rows *rows);
/* Takes an event's image in. */
void rows_take(struct rows *rows, struct strings *strings, const struct event *event);
/* Drops what is over, as src/store/project.def does when it is not loaded: ended sessions with all that is
 * theirs, orders that ended, closed texts that no entry tells of. The newest session and text stay, for
 * serials go on from them. */
void rows_drop_over(struct rows *rows);
/* Gives each row to the core as an event at `at`. */
void rows_evolve(const struct rows *rows, struct core *core, msec at);

/* Written once, when the centre is set up? */
bool rows_is_fixed(enum body_kind kind);
/* As bytes, without what never changes once the centre is set up; unpacking adds to rows that have it. */
void rows_pack(const struct rows *rows, struct strings *strings, struct buf *out);
void rows_unpack(struct rows *rows, const struct strings *strings, struct str bytes);

#endif
