/* cut_text.c - pieces of TEXT_CHARS_MAX characters, in order. */
#include "sms/cut_text.h"
#include "base/utf8.h"

/* How many bytes the first TEXT_CHARS_MAX characters take; all if there are no more. */
static size_t first_chars(struct str text)
{
	struct str rest = text;
	uint32_t code;
	for (unsigned i = 0; i < TEXT_CHARS_MAX && rest.len; i++)
		if (!utf8_next(&rest, &code))
			break;
	return text.len - rest.len;
}

void cut_text_forget(struct cut_text *cut)
{
	str_free(&cut->phone);
	str_free(&cut->number);
	str_free(&cut->text);
	*cut = (struct cut_text) {.taken = 0};
}

static bool is_same(const struct cut_text *cut, const struct command *command)
{
	return cut->taken && str_eq(cut->text, command->receive.text) &&
	       str_eq(cut->phone, command->receive.phone) &&
	       str_eq(cut->number, command->receive.number);
}

static void remember(struct cut_text *cut, const struct command *command, size_t taken, msec now)
{
	struct cut_text other = {.phone = str_copy(command->receive.phone),
		.number = str_copy(command->receive.number),
		.text = str_copy(command->receive.text),
		.taken = taken,
		.at = now};
	cut_text_forget(cut);
	*cut = other;
}

/* How far it came before; a text that comes much later is another one. */
static size_t taken_of(
	const struct cut_text *cut, const struct sms_world *world, const struct command *command)
{
	msec window = world->port->core->centre.redelivery_window;
	return is_same(cut, command) && net_now(world->net) - cut->at <= window ? cut->taken : 0;
}

static enum err apply_piece(const struct sms_world *world, const struct command *command,
	struct str piece, bool is_last, uint64_t *lsn)
{
	struct command part = *command;
	part.receive.text = piece;
	if (!is_last) {
		part.receive.fingerprint = STR_NONE;
		part.receive.keyword = KEYWORD_NONE;
		part.receive.joins = NULL;
	}
	return port_apply(world->port, &part, lsn);
}

enum err cut_text_apply(struct cut_text *cut, const struct sms_world *world,
	const struct command *command, uint64_t *lsn)
{
	size_t first = first_chars(command->receive.text);
	if (first == command->receive.text.len || keyword_is_answered(command->receive.keyword))
		return apply_piece(
			world, command, str_from(command->receive.text.at, first), true, lsn);
	size_t before = taken_of(cut, world, command);
	struct str rest = str_skip(command->receive.text, before);
	for (bool is_last = false; !is_last;) {
		size_t len = first_chars(rest);
		is_last = len == rest.len;
		enum err e = apply_piece(world, command, str_from(rest.at, len), is_last, lsn);
		size_t taken = command->receive.text.len - rest.len;
		if (e != OK && taken)
			remember(cut, command, taken, net_now(world->net));
		if (e != OK)
			return e;
		rest = str_skip(rest, len);
	}
	if (is_same(cut, command))
		cut_text_forget(cut);
	return OK;
}
