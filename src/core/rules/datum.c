/* datum.c - what is attached to a session: userData, and its disposition, which is one of these pairs. */
#include "core/rules/access.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* Those that the view adds by itself (view.c). */
static bool is_ours(struct str name)
{
	return str_is(name, "PhoneNumber") || str_is(name, "ServiceNumber");
}

static enum err check_names(const struct datum_pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_ours(pairs[i].name))
			return ERR_READ_ONLY;
	return OK;
}

/* --- attaching ---------------------------------------------------------------------------------- */

static enum err check_room(
	const struct session *session, const struct datum_pair *pairs, size_t count)
{
	size_t names = 0, bytes = 0;
	const struct datum *datum;
	DL_FOREACH(session_rare(session)->data, datum) {
		names++;
		bytes += datum->b.name.len + datum->b.value.len;
	}
	for (size_t i = 0; i < count; i++) {
		const struct datum *before = session_datum(session, pairs[i].name);
		names += !before;
		bytes += before ? 0 : pairs[i].name.len;
		bytes += pairs[i].value.len - (before ? before->b.value.len : 0);
	}
	return names <= USER_DATA_KEYS_MAX && bytes <= USER_DATA_BYTES_MAX ? OK : ERR_RANGE;
}

static enum err can_attach_all(const struct core *core, const struct command *command,
	const struct datum_pair *pairs, size_t count)
{
	enum err e = party_can(core, command);
	if (e == OK)
		e = check_names(pairs, count);
	return e == OK ? check_room(command->session, pairs, count) : e;
}

static void attach(struct turn *turn, const struct session *session, const struct datum_pair *pair)
{
	const struct datum *before = session_datum(session, pair->name);
	const struct datum *last =
		session_rare(session)->data ? session_rare(session)->data->prev : NULL;
	struct body_datum body = {
		.session = session->b.id,
		.name = pair->name,
		.place = before ? before->b.place : (last ? last->b.place : 0) + 1,
		.value = pair->value,
		.is_number = pair->is_number,
		.held = 1,
	};
	turn_emit(turn, EV_DATUM_ATTACHED, &body);
}

enum err can_attach(const struct core *core, const struct command *command)
{
	return can_attach_all(core, command, command->data.pairs, command->data.count);
}

void make_attach(struct turn *turn, const struct command *command)
{
	for (size_t i = 0; i < command->data.count; i++)
		attach(turn, command->session, &command->data.pairs[i]);
}

static struct datum_pair disposition_of(const struct command *command)
{
	struct str name = command->disposition.name;
	return (struct datum_pair) {.name = name.len ? name : STR(DISPOSITION_NAME),
		.value = command->disposition.value};
}

enum err can_dispose(const struct core *core, const struct command *command)
{
	struct datum_pair pair = disposition_of(command);
	return can_attach_all(core, command, &pair, 1);
}

void make_dispose(struct turn *turn, const struct command *command)
{
	struct datum_pair pair = disposition_of(command);
	attach(turn, command->session, &pair);
}

/* --- deleting ----------------------------------------------------------------------------------- */

enum err can_delete(const struct core *core, const struct command *command)
{
	enum err e = party_can(core, command);
	return e == OK ? check_names(command->data.pairs, command->data.count) : e;
}

/* What is not there is passed over. */
void make_delete(struct turn *turn, const struct command *command)
{
	for (size_t i = 0; i < command->data.count; i++) {
		const struct datum *datum =
			session_datum(command->session, command->data.pairs[i].name);
		if (!datum)
			continue;
		struct body_datum body = datum->b;
		body.value = STR_NONE;
		body.is_number = body.held = 0;
		turn_emit(turn, EV_DATUM_DELETED, &body);
	}
}
