/* table.h - things found by a key: a hash table whose links lie in the things. Where uthash keeps 56 bytes in each of
 * them, this keeps a pointer: for what there are thousands of. In no order that says anything, so nobody goes through it. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/str.h"

/* Lies in the thing. */
struct table_link {
	struct table_link *next; /* in its bucket */
};

struct table {
	struct str (*key_of)(
		const struct table_link *link); /* does not change while it is in the table */
	struct table_link **buckets;            /* a power of two */
	size_t bucket_count, count;
};

/* An empty table has its key_of; the rest is zero. */
struct table_link *table_find(const struct table *table, struct str key); /* NULL: there is none */
void table_add(
	struct table *table, struct table_link *link); /* its key is in the table of no other */
void table_drop(struct table *table, struct table_link *link); /* it is in the table */
void table_free(struct table *table); /* of what is in it nothing; it is empty afterwards */

/* The thing of that type whose member the link is. */
#define TABLE_THING(link, type, member)                                                            \
	((type *)(void *)((char *)(uintptr_t)(link)-offsetof(type, member)))

#endif
