/* told.c - notes in memory: packed one behind the other, and a page of them. */
#include "core/told.h"

/* The struct is followed by the bytes of its strs, in this order. */
#define NOTE_STRS 5

static void strs_of(struct told_note *note, struct str *strs[NOTE_STRS])
{
	strs[0] = &note->user;
	strs[1] = &note->topic;
	strs[2] = &note->session;
	strs[3] = &note->party;
	strs[4] = &note->data;
}

void told_pack(struct buf *out, const struct told_note *note)
{
	struct told_note packed = *note;
	struct str *strs[NOTE_STRS];
	strs_of(&packed, strs);
	buf_put(out, str_from(&packed, sizeof packed));
	for (size_t i = 0; i < NOTE_STRS; i++)
		buf_put(out, *strs[i]);
}

bool told_unpack(struct str *packed, struct told_note *note)
{
	struct str *strs[NOTE_STRS];
	if (packed->len == 0)
		return false;
	memcpy(note, packed->at, sizeof *note);
	*packed = str_skip(*packed, sizeof *note);
	strs_of(note, strs);
	for (size_t i = 0; i < NOTE_STRS; i++) {
		*strs[i] = str_from(packed->at, strs[i]->len);
		*packed = str_skip(*packed, strs[i]->len);
	}
	return true;
}

size_t told_weight(const struct told_note *note)
{
	return note->last ? TOLD_PAGE_BYTES : note->data.len;
}

static bool is_full(const struct told_page *page)
{
	return page->count == TOLD_PAGE_MAX || page->bytes >= TOLD_PAGE_BYTES;
}

bool told_page_add(
	struct told_page *page, const struct told_query *query, const struct told_note *note)
{
	if (is_full(page) || note->number != query->from + page->count)
		return false;
	struct told_note *added = &page->notes[page->count++];
	struct str *strs[NOTE_STRS];
	*added = *note;
	strs_of(added, strs);
	for (size_t i = 0; i < NOTE_STRS; i++)
		*strs[i] = arena_copy(&page->arena, *strs[i]);
	page->bytes += told_weight(note);
	return true;
}

void told_page_free(struct told_page *page)
{
	arena_free(&page->arena);
	page->count = page->bytes = 0;
}
