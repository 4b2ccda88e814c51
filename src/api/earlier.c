/* earlier.c - GET /me/smssessions/{id}/earlier: what the customer of that session and the centre said to each other before.
 *
 * Whoever is in the session may read it while it runs: it is of one contact, and the phone stands in no address. Read by the worker, as
 * the tables may be long. */
#include "api/call.h"
#include "api/cursor.h"
#include "core/earlier.h"
#include "core/model/reader.h"
#include "core/model/session.h"

#include <stdlib.h>

#define EARLIER_LIMIT 5 /* without `limit` */

struct earlier_reading {
	struct call_later later;
	struct earlier_source *source;
	struct arena arena; /* has the query's strs */
	struct str phones[EARLIER_PHONES_MAX];
	struct earlier_query query;
	struct earlier_page page;
	enum err err;
};

/* --- what is asked ------------------------------------------------------------------------------ */

/* All spellings that were found to be this contact. */
static void note_phones(struct earlier_reading *reading, const struct contact *contact)
{
	const struct contact *one = contact;
	do {
		bool is_same = one == contact || contact_into(one) == contact;
		if (is_same && reading->query.phone_count < EARLIER_PHONES_MAX)
			reading->phones[reading->query.phone_count++] =
				arena_copy(&reading->arena, contact_phone(one));
	} while ((one = one->alike) != contact);
	reading->query.phones = reading->phones;
}

static enum err read_query(struct call *call, struct earlier_query *query)
{
	query->limit = EARLIER_LIMIT;
	enum err e = cursor_limit(call, EARLIER_SESSIONS_MAX, &query->limit);
	if (e == OK && http_query(call->request, "cursor", &query->behind) &&
		query->behind.len != SESSION_ID_LEN)
		e = call_names(call, "cursor", ERR_RANGE);
	return e;
}

/* --- what is told ------------------------------------------------------------------------------- */

static void put_text(struct buf *out, const struct earlier_text *text)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_key(out, "from");
	buf_put_byte(out, '{');
	json_member(out, "type", text->is_customers ? STR("Customer") : STR("Agent"));
	json_member(out, "nickname", text->nickname);
	buf_put_byte(out, '}');
	json_member(out, "type", str_of(words_name(&message_type_words, text->type)));
	json_member(out, "text", text->text);
	if (text->is_erased)
		json_member_bool(out, "erased", true);
	json_member_time(out, "timestamp", text->at);
	json_member_u64(out, "timestampSeconds", (uint64_t)text->at);
	buf_put_byte(out, '}');
}

static void put_session(struct buf *out, const struct earlier_session *session)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "id", session->id);
	json_member(out, "serviceNumber", session->number);
	json_member_time(out, "receivedDate", session->received);
	json_member_time(out, "endedDate", session->ended);
	if (session->disposition.len)
		json_member(out, "disposition", session->disposition);
	json_key(out, "messages");
	buf_put_byte(out, '[');
	for (size_t i = 0; i < session->count; i++)
		put_text(out, &session->texts[i]);
	buf_put_byte(out, ']');
	json_member_bool(out, "cut", session->is_cut);
	buf_put_byte(out, '}');
}

static void put_page(struct buf *out, const struct earlier_page *page)
{
	json_key(out, "earlier");
	buf_put_byte(out, '[');
	for (size_t i = 0; i < page->count; i++)
		put_session(out, &page->sessions[i]);
	buf_put_byte(out, ']');
	if (page->has_more)
		json_member(out, "cursor", page->sessions[page->count - 1].id);
}

/* --- reading ------------------------------------------------------------------------------------ */

static void reading_free(struct earlier_reading *reading)
{
	call_later_end(&reading->later);
	reading->source->free(reading->source);
	earlier_page_free(&reading->page);
	arena_free(&reading->arena);
	free(reading);
}

static void work(void *ctx)
{
	struct earlier_reading *reading = ctx;
	reading->err = reading->source->read(reading->source, &reading->query, &reading->page);
}

static void done(void *ctx)
{
	struct earlier_reading *reading = ctx;
	struct buf members = {0};
	if (reading->later.api) {
		if (reading->err == OK)
			put_page(&members, &reading->page);
		call_answer_later(&reading->later, reading->err, &members);
	}
	reading_free(reading);
}

enum err api_earlier_read(struct call *call)
{
	struct earlier_query query = {0};
	struct api *api = call->api;
	if (!session_reader(call->session, call->caller->user))
		return ERR_WRONG_STATE; /* invited: nothing is to be read before Accept */
	enum err e = read_query(call, &query);
	if (e != OK)
		return e;
	struct earlier_reading *reading = mem_new(sizeof *reading);
	call_later_begin(call, &reading->later);
	reading->source = api->world.earlier(api->world.ctx);
	reading->query = query;
	reading->query.behind = arena_copy(&reading->arena, query.behind);
	note_phones(reading, call->session->contact);
	net_work(api->world.net, work, done, reading);
	return OK;
}
