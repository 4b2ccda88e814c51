/* ledger.c - GET /ledger: who watched whom, for auditors; never of the reader's own work. GET /me/ledger: of the own work
 * what an agent is told of it afterwards (supervision.disclosure: report), without names.
 *
 * Pages are read by the worker, as the table may be long. What a page says of where it ends is a time and a
 * number of rows that the reader was shown, so it tells nothing of those that are kept from the reader. */
#include "api/call.h"
#include "api/cursor.h"
#include "core/model/session.h"

#include <stdlib.h>
#include <utlist.h>

#define LEDGER_LIMIT 100 /* without `limit` */

struct ledger_reading {
	struct call_later later;
	struct ledger_source *source;
	struct arena arena; /* has the query's strs */
	struct ledger_query query;
	struct ledger_page page;
	enum err err;
};

/* --- what is asked ------------------------------------------------------------------------------ */

/* "TIME-SKIP", as a page gave it. */
static enum err read_cursor(struct call *call, struct ledger_place *from)
{
	struct str text;
	uint64_t at;
	if (!http_query(call->request, "cursor", &text))
		return OK;
	struct str time = str_cut(&text, '-');
	if (!str_u64(time, &at) || at > INT64_MAX || !str_u64(text, &from->skip))
		return call_names(call, "cursor", ERR_RANGE);
	from->at = (msec)at;
	return OK;
}

static enum err read_query(struct call *call, struct ledger_query *query)
{
	query->limit = LEDGER_LIMIT;
	enum err e = cursor_limit(call, LEDGER_PAGE_MAX, &query->limit);
	return e == OK ? read_cursor(call, &query->from) : e;
}

static bool works_in(const struct session *session, struct str reader)
{
	const struct party *party;
	LL_FOREACH(session->parties, party)
		if (party->b.kind == PARTY_AGENT && str_eq(party->b.user, reader))
			return true;
	return false;
}

static size_t add_sessions(struct ledger_reading *reading, const struct session *sessions,
	struct str *out, size_t count)
{
	const struct session *session;
	DL_FOREACH(sessions, session) {
		if (!works_in(session, reading->query.reader))
			continue;
		if (out)
			out[count] = arena_copy(&reading->arena, session->b.id);
		count++;
	}
	return count;
}

/* Those that the tables may not have yet: all that the core remembers. For a report, those that are not over. */
static size_t own_sessions(struct ledger_reading *reading, struct str *out)
{
	const struct core *core = reading->later.api->world.port->core;
	size_t open = add_sessions(reading, core->sessions, out, 0);
	return reading->query.is_report ? open : add_sessions(reading, core->ended, out, open);
}

static void note_own_sessions(struct ledger_reading *reading)
{
	size_t count = own_sessions(reading, NULL);
	struct str *sessions = arena_take(&reading->arena, (count + 1) * sizeof *sessions);
	reading->query.session_count = own_sessions(reading, sessions);
	reading->query.sessions = sessions;
}

/* --- reading ------------------------------------------------------------------------------------ */

static void reading_free(struct ledger_reading *reading)
{
	call_later_end(&reading->later);
	reading->source->free(reading->source);
	ledger_page_free(&reading->page);
	arena_free(&reading->arena);
	free(reading);
}

static void work(void *ctx)
{
	struct ledger_reading *reading = ctx;
	reading->err = reading->source->read(reading->source, &reading->query, &reading->page);
}

static void put_user(
	struct buf *out, const struct ledger_reading *reading, const char *who, struct str id)
{
	const struct user *user = core_user(reading->later.api->world.port->core, id);
	json_key(out, who);
	buf_put_byte(out, '{');
	json_key(out, "path");
	buf_printf(out, "\"/users/%.*s\"", STR_ARGS(id));
	json_member(out, "userName", user ? user->b.name : STR_NONE);
	buf_put_byte(out, '}');
}

static void put_target(struct buf *out, const struct ledger_told *row)
{
	json_key(out, "target");
	buf_put_byte(out, '{');
	json_member(out, "type", row->target);
	json_member(out, "name", row->thing);
	buf_put_byte(out, '}');
}

static void put_who(
	struct buf *out, const struct ledger_reading *reading, const struct ledger_told *row)
{
	put_user(out, reading, "supervisor", row->supervisor);
	if (row->target.len)
		put_target(out, row);
	else
		put_user(out, reading, "agent", row->agent);
}

/* Of a report neither who it was, nor by which act of whom. */
static void put_row(
	struct buf *out, const struct ledger_reading *reading, const struct ledger_told *row)
{
	bool is_report = reading->query.is_report;
	json_comma(out);
	buf_put_byte(out, '{');
	json_member_time(out, "time", row->at);
	json_member(out, "act", row->act);
	if (!is_report)
		put_who(out, reading, row);
	if (row->session.len)
		json_member(out, "smssessionId", row->session);
	json_member(out, "mode", row->mode);
	json_member(out, "disclosure", row->disclosure);
	if (row->since)
		json_member_time(out, "since", row->since);
	if (row->reason.len)
		json_member(out, "reason", row->reason);
	if (!is_report)
		json_member(out, "cause", row->cause);
	buf_put_byte(out, '}');
}

static void put_page(struct buf *out, const struct ledger_reading *reading)
{
	const struct ledger_page *page = &reading->page;
	json_key(out, "ledger");
	buf_put_byte(out, '[');
	for (size_t i = 0; i < page->count; i++)
		put_row(out, reading, &page->rows[i]);
	buf_put_byte(out, ']');
	if (!page->has_more)
		return;
	json_key(out, "cursor");
	buf_printf(out, "\"%lld-%llu\"", (long long)page->next.at,
		(unsigned long long)page->next.skip);
}

static bool was_noted(const struct ledger_query *query, struct str session)
{
	for (size_t i = 0; i < query->session_count; i++)
		if (str_eq(session, query->sessions[i]))
			return true;
	return false;
}

/* Where the reader has come into a session meanwhile, what was read of it is not for this reader. */
static bool is_outdated(struct ledger_reading *reading)
{
	struct str *now =
		arena_take(&reading->arena, (own_sessions(reading, NULL) + 1) * sizeof *now);
	size_t count = own_sessions(reading, now);
	for (size_t i = 0; i < count; i++)
		if (!was_noted(&reading->query, now[i]))
			return true;
	return false;
}

static void start(struct ledger_reading *reading);

static void done(void *ctx)
{
	struct ledger_reading *reading = ctx;
	struct buf members = {0};
	if (!reading->later.api) {
		reading_free(reading);
		return;
	}
	if (reading->err == OK && is_outdated(reading)) {
		ledger_page_free(&reading->page);
		start(reading);
		return;
	}
	if (reading->err == OK)
		put_page(&members, reading);
	call_answer_later(&reading->later, reading->err, &members);
	reading_free(reading);
}

static void start(struct ledger_reading *reading)
{
	note_own_sessions(reading);
	net_work(reading->later.api->world.net, work, done, reading);
}

static enum err read_ledger(struct call *call, bool is_report)
{
	struct ledger_query query = {0};
	enum err e = read_query(call, &query);
	if (e != OK)
		return e;
	struct api *api = call->api;
	struct ledger_reading *reading = mem_new(sizeof *reading);
	call_later_begin(call, &reading->later);
	reading->source = api->world.ledger(api->world.ctx);
	reading->query = query;
	reading->query.is_report = is_report;
	reading->query.is_agent = call->caller->user->b.roles & ROLE_AGENT;
	reading->query.reader = arena_copy(&reading->arena, call->caller->user->b.id);
	start(reading);
	return OK;
}

enum err api_ledger_read(struct call *call)
{
	return read_ledger(call, false);
}

enum err api_own_ledger_read(struct call *call)
{
	return read_ledger(call, true);
}
