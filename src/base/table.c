/* table.c - buckets of chains, twice as many whenever there are two things to a bucket. */
#include "base/table.h"
#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>

#define BUCKETS_LEAST 64
/* On average: then a bucket costs each thing four to eight bytes. */
#define CHAIN_MAX 2

/* FNV-1a (Fowler, Noll, Vo; 64 bits), its upper half folded in: keys may differ in few bits. */
static size_t hash_of(struct str key)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.at[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

static struct table_link **bucket_of(const struct table *table, struct str key)
{
	return &table->buckets[hash_of(key) & (table->bucket_count - 1)];
}

struct table_link *table_find(const struct table *table, struct str key)
{
	struct table_link *link = table->bucket_count ? *bucket_of(table, key) : NULL;
	while (link && !str_eq(table->key_of(link), key))
		link = link->next;
	return link;
}

static void put(struct table *table, struct table_link *link)
{
	struct table_link **bucket = bucket_of(table, table->key_of(link));
	link->next = *bucket;
	*bucket = link;
}

static void grow(struct table *table)
{
	struct table old = *table;
	table->bucket_count = old.bucket_count ? 2 * old.bucket_count : BUCKETS_LEAST;
	table->buckets = mem_new(table->bucket_count * sizeof(struct table_link *));
	for (size_t i = 0; i < old.bucket_count; i++)
		for (struct table_link *link = old.buckets[i], *next; link; link = next) {
			next = link->next;
			put(table, link);
		}
	free(old.buckets);
}

void table_add(struct table *table, struct table_link *link)
{
	if (table->count >= CHAIN_MAX * table->bucket_count)
		grow(table);
	put(table, link);
	table->count++;
}

void table_drop(struct table *table, struct table_link *link)
{
	CHECK(table->count);
	struct table_link **place = bucket_of(table, table->key_of(link));
	for (; *place != link; place = &(*place)->next)
		CHECK(*place);
	*place = link->next;
	table->count--;
}

void table_free(struct table *table)
{
	free(table->buckets);
	*table = (struct table) {.key_of = table->key_of};
}
