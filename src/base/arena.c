/* arena.c - blocks that grow in a chain and go together. */
#include "base/arena.h"
#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Most requests fit in one block of this size, so a request costs one malloc at most. */
#define ARENA_BLOCK_BYTES 4096

struct arena_block {
	struct arena_block *older;
	size_t size;
	_Alignas(max_align_t) unsigned char bytes[];
};

static _Noreturn void out_of_memory(size_t size)
{
	fprintf(stderr, "out of memory: %zu bytes\n", size);
	abort();
}

void *mem_new(size_t size)
{
	void *at = calloc(1, size ? size : 1);
	if (!at)
		out_of_memory(size);
	return at;
}

void *mem_resize(void *at, size_t size)
{
	void *moved = realloc(at, size ? size : 1);
	if (!moved)
		out_of_memory(size);
	return moved;
}

struct str str_copy(struct str s)
{
	if (s.len == 0)
		return STR_NONE;
	char *at = mem_new(s.len + 1);
	memcpy(at, s.at, s.len);
	return str_from(at, s.len);
}

void str_free(struct str *s)
{
	free((void *)(uintptr_t)s->at);
	*s = STR_NONE;
}

static struct arena_block *block_new(struct arena_block *older, size_t size)
{
	struct arena_block *block = malloc(sizeof *block + size);
	if (!block)
		out_of_memory(size);
	block->older = older;
	block->size = size;
	return block;
}

void *arena_take(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	size = (size + align - 1) / align * align;
	if (!a->newest || a->newest->size - a->used < size) {
		a->newest =
			block_new(a->newest, size > ARENA_BLOCK_BYTES ? size : ARENA_BLOCK_BYTES);
		a->used = 0;
	}
	void *at = a->newest->bytes + a->used;
	a->used += size;
	return memset(at, 0, size);
}

struct str arena_copy(struct arena *a, struct str s)
{
	char *at = arena_take(a, s.len + 1);
	if (s.len)
		memcpy(at, s.at, s.len);
	return str_from(at, s.len);
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	CHECK(len >= 0);
	char *at = arena_take(a, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(at, (size_t)len + 1, format, args);
	va_end(args);
	return str_from(at, (size_t)len);
}

static void free_older(struct arena_block *block)
{
	while (block) {
		struct arena_block *older = block->older;
		free(block);
		block = older;
	}
}

void arena_reset(struct arena *a)
{
	if (!a->newest)
		return;
	free_older(a->newest->older);
	a->newest->older = NULL;
	a->used = 0;
	if (a->newest->size > ARENA_BLOCK_BYTES)
		arena_free(a);
}

void arena_free(struct arena *a)
{
	free_older(a->newest);
	*a = (struct arena) {0};
}
