/* past.c - reading a session that has ended, for who worked in it, and for programs, which read them all: as it was then, for `sessions.readable-for`.
 *
 * So shortly after its end that the core surely remembers it, it is read there; then the worker reads it from the tables,
 * into a core that knows nothing else, and says it in the same words. All of an answer is made at once there: of a long transcript a page
 * (`count`, `last`) costs less. */
#include "api/past.h"
#include "core/model/session.h"
#include "core/past.h"
#include "core/rules/visibility.h"

#include <stdlib.h>

struct past_reading {
	struct call_later later;
	struct past_source *source;
	struct str session, external_url; /* owned */
	struct str user;                  /* id, owned; empty: a program */
	struct past_page page;
	msec since; /* one that ended before is not read any more */
	past_put *put;
	struct buf members;
	uint64_t lsn; /* that they tell of */
	enum err err;
};

static msec readable_since(const struct call *call)
{
	msec readable = (msec)call_core(call)->settings[SETTING_READABLE_FOR];
	return net_now(call->api->world.net) - readable;
}

static const struct viewer *past_viewer(struct session *session, struct str user, msec since)
{
	if (!session || session->b.state != SESSION_ENDED || session->b.ended <= since)
		return NULL;
	if (!user.len)
		return session_feed(session);
	const struct party *party = session_past_agent(session, user);
	return party ? &party->viewer : NULL;
}

/* Who reads: an id, or nobody's for a program. */
static struct str reader_of(const struct call *call)
{
	const struct user *user = call->caller->user;
	return user_is_integrator(user) ? STR_NONE : user->b.id;
}

enum err past_find(struct call *call)
{
	if (!session_is_remembered(call->session, net_now(call->api->world.net))) {
		bool may_be = call->ids.id.len == SESSION_ID_LEN && call->api->world.past;
		return may_be ? OK : ERR_NOT_FOUND;
	}
	call->viewer = past_viewer(call->session, reader_of(call), readable_since(call));
	if (!call->viewer)
		return ERR_NOT_FOUND;
	if (call->lsn < call->session->last_lsn)
		call->lsn =
			call->session->last_lsn; /* who left it before was not told of its end */
	return OK;
}

/* --- from the tables ---------------------------------------------------------------------------- */

static void reading_free(struct past_reading *reading)
{
	call_later_end(&reading->later);
	reading->source->free(reading->source);
	str_free(&reading->session);
	str_free(&reading->user);
	str_free(&reading->external_url);
	buf_free(&reading->members);
	free(reading);
}

static enum err put_from(struct past_reading *reading, const struct core *core)
{
	const struct view view = {.core = core, .external_url = reading->external_url};
	const struct viewer *viewer =
		past_viewer(core_session(core, reading->session), reading->user, reading->since);
	if (!viewer)
		return ERR_NOT_FOUND;
	reading->lsn = reading->put(&reading->members, &view, viewer, &reading->page);
	return OK;
}

/* Where the tables come far behind, as after a start or where a disk is slow. It waits for all that happened there. */
static void put_from_core(struct past_reading *reading, const struct core *core)
{
	reading->err = put_from(reading, core);
	if (reading->err != OK)
		return;
	uint64_t last = core_session(core, reading->session)->last_lsn;
	if (reading->lsn < last)
		reading->lsn = last;
}

static void work(void *ctx)
{
	struct past_reading *reading = ctx;
	struct core *core = core_new();
	reading->err = reading->source->read(reading->source, reading->session, core);
	if (reading->err == OK)
		reading->err = put_from(reading, core);
	core_free(&core);
}

static void done(void *ctx)
{
	struct past_reading *reading = ctx;
	const struct api *api = reading->later.api;
	if (api) {
		if (reading->err == ERR_NOT_FOUND)
			put_from_core(reading, api->world.port->core);
		if (reading->later.lsn < reading->lsn)
			reading->later.lsn = reading->lsn;
		call_answer_later(&reading->later, reading->err, &reading->members);
	}
	reading_free(reading);
}

enum err past_read(struct call *call, past_put *put, const struct past_page *page)
{
	struct api *api = call->api;
	struct past_reading *reading = mem_new(sizeof *reading);
	*reading = (struct past_reading) {.source = api->world.past(api->world.ctx),
		.session = str_copy(call->ids.id),
		.user = str_copy(reader_of(call)),
		.external_url = str_copy(api->external_url),
		.page = *page,
		.since = readable_since(call),
		.put = put};
	call_later_begin(call, &reading->later);
	net_work(api->world.net, work, done, reading);
	return OK;
}
