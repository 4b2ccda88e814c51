/* reading.c - sessions that are being read know by whom. */
#include "core/model/reading.h"
#include "core/model/reader.h"
#include "core/model/session.h"

#include <utlist.h>

static void keep(struct reading *reading, struct session *session)
{
	if (reading->kept == session)
		return;
	reading_end(reading);
	reading->kept = session;
	if (session)
		DL_APPEND(session_make_rare(session)->readings, reading);
}

void reading_start(struct reading *reading, const struct viewer *viewer)
{
	*reading = (struct reading) {0};
	CHECK(viewer->session->b.id.len == SESSION_ID_LEN && viewer->b.id.len == PARTY_ID_LEN);
	memcpy(reading->session, viewer->session->b.id.at, SESSION_ID_LEN);
	memcpy(reading->party, viewer->b.id.at, PARTY_ID_LEN);
	keep(reading, viewer->session);
}

struct viewer *reading_find(const struct core *core, struct str id, struct str party)
{
	struct viewer *viewer;
	struct session *session = core_session(core, id);
	if (!session)
		return NULL;
	if (str_eq(STR(NO_PARTY_ID), party))
		return session_feed(session);
	EACH_VIEWER(session, viewer)
		if (str_eq(viewer->b.id, party))
			return viewer;
	return NULL;
}

struct viewer *reading_find_again(
	const struct core *core, struct str id, struct str party, msec now)
{
	struct viewer *viewer = reading_find(core, id, party);
	bool is_over = viewer && viewer->session->b.state == SESSION_ENDED &&
		       !session_is_remembered(viewer->session, now);
	return is_over ? NULL : viewer;
}

struct viewer *reading_viewer(struct reading *reading, const struct core *core)
{
	struct str session = str_from(reading->session, SESSION_ID_LEN);
	keep(reading, core_session(core, session));
	return reading_find(core, session, str_from(reading->party, PARTY_ID_LEN));
}

void reading_end(struct reading *reading)
{
	if (reading->kept)
		DL_DELETE(session_make_rare(reading->kept)->readings, reading);
	reading->kept = NULL;
}
