/* dialect_mem.h - for tests: a journal and tables in memory, over which the engine's own threads run; it fails
 * where a test says. What it holds outlives the stores over it, as a disk does. */
#ifndef STORE_DIALECT_MEM_H
#define STORE_DIALECT_MEM_H

#include <pthread.h>

#include "store/mem_rows.h"
#include "store/store_engine.h"

enum mem_step {
	MEM_NO_STEP,
	MEM_BEGIN,
	MEM_INSERT,
	MEM_COMMIT,
	MEM_TOUCH,
	MEM_TRIM,
	MEM_TABLES_BEGIN,
	MEM_TABLES_UPSERT,
	MEM_TABLES_COMMIT
};

struct mem_journal_row;
struct mem_changed_row;
struct mem_disk {
	pthread_mutex_t mutex; /* guards all: two threads write, the test reads */
	struct str centre;
	uint64_t epoch;
	struct mem_journal_row *journal;
	uint64_t ledger_count; /* with the open transaction's */
	struct chain ledger_chain;
	struct ledger_end ledger_written;      /* without */
	size_t journal_count, journal_written; /* with the open transaction's; without */
	uint64_t base,
		next_base; /* the first row is behind it; as the open transaction leaves it */
	struct chain base_chain, next_base_chain;
	struct kept *kept, *next_kept; /* of what was trimmed; the open transaction's */
	size_t kept_count, next_kept_count;
	struct mem_rows tables;
	struct mem_changed_row *changed; /* the open transaction's */
	size_t changed_count;
	struct buf notes, next_notes; /* what users were told, packed; the open transaction's */
	uint64_t mark, next_mark;     /* how far the tables stand */
	msec mark_at, next_mark_at;
	enum mem_step step;       /* this one fails from now on */
	enum store_result result; /* like that */
};

void mem_disk_init(struct mem_disk *disk);
void mem_disk_free(struct mem_disk *disk);
void mem_disk_fail(struct mem_disk *disk, enum mem_step step, enum store_result result);
void mem_disk_take(struct mem_disk *disk); /* another owner opens it: the next epoch */
/* "LSN DUMP" of each row of the tables, a line each, ordered by bytes. */
void mem_disk_put_tables(struct mem_disk *disk, struct buf *lines);

/* The disk must outlive it. */
struct store *mem_disk_open(struct mem_disk *disk, const struct store_loop *loop,
	const struct projector_limits *limits, msec ask_ms, msec kept_ms);

#endif
