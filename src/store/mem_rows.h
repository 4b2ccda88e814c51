/* mem_rows.h - for the stores in memory: tables, as rows of any kind, and a core made of them again. */
#ifndef STORE_MEM_ROWS_H
#define STORE_MEM_ROWS_H

#include "store/store_event.h"

struct core;
struct mem_row {
	enum body_kind kind;
	union any_body body; /* owned */
	uint64_t lsn, first_lsn;
};
struct mem_rows {
	struct mem_row *at;
	size_t count;
};

/* The object is so after that event. */
void mem_rows_put(struct mem_rows *rows, enum body_kind kind, const void *body, uint64_t lsn);
struct mem_row *mem_rows_find(const struct mem_rows *rows, enum body_kind kind, const void *body);
void mem_rows_free(struct mem_rows *rows); /* empties them */
/* Gives the core what is not over, as project.def does: as of event `lsn`, and of that time. False: they do not go
 * together. */
bool mem_rows_evolve(struct mem_rows *rows, struct core *core, uint64_t lsn, msec at);

#endif
