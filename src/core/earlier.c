/* earlier.c - pages of sessions, filled from the end. */
#include "core/earlier.h"

#include <string.h>

bool earlier_tells(enum message_type type, enum visibility visibility)
{
	bool is_said =
		type == MESSAGE_TEXT || type == MESSAGE_PUSH_URL || type == MESSAGE_CUSTOM_NOTICE;
	return is_said && visibility == VISIBLE_ALL;
}

struct earlier_session *earlier_page_add(struct earlier_page *page,
	const struct earlier_query *query, const struct earlier_session *session)
{
	if (page->count == query->limit || page->bytes >= EARLIER_PAGE_BYTES) {
		page->has_more = true;
		return NULL;
	}
	struct earlier_session *added = &page->sessions[page->count++];
	*added = (struct earlier_session) {.received = session->received, .ended = session->ended};
	added->id = arena_copy(&page->arena, session->id);
	added->number = arena_copy(&page->arena, session->number);
	added->disposition = arena_copy(&page->arena, session->disposition);
	return added;
}

bool earlier_add_before(
	struct earlier_page *page, struct earlier_session *session, const struct earlier_text *text)
{
	if (session->count == EARLIER_TEXTS_MAX) {
		session->is_cut = true;
		return false;
	}
	memmove(session->texts + 1, session->texts, session->count * sizeof *session->texts);
	session->texts[0] = *text;
	session->texts[0].nickname = arena_copy(&page->arena, text->nickname);
	session->texts[0].text = arena_copy(&page->arena, text->text);
	session->count++;
	page->bytes += text->text.len + text->nickname.len;
	return true;
}

void earlier_page_free(struct earlier_page *page)
{
	arena_free(&page->arena);
	page->count = page->bytes = 0;
	page->has_more = false;
}
