/* event.c - looking up the rows of event.def. */
#include "core/model/event.h"
#include "base/check.h"

struct event_row {
	const char *name;
	enum body_kind body;
};

static const struct event_row rows[EVENT_NUMBER_END] = {
#define EVENT(number, name, body, audience) [number] = {#name, BODY_##body},
#include "core/model/event.def"
#undef EVENT
};

bool event_is_known(unsigned number)
{
	return number < EVENT_NUMBER_END && rows[number].name;
}

enum body_kind event_body(enum event_kind kind)
{
	CHECK(event_is_known(kind));
	return rows[kind].body;
}

const char *event_name(enum event_kind kind)
{
	CHECK(event_is_known(kind));
	return rows[kind].name;
}
