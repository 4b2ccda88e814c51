/* export_rows.c - of each kind of row, its line. A session's is made of many rows, in the order of its arrays. */
#include "cli/export_rows.h"

#include <stdlib.h>
#include <uthash.h>

#include "config/config.h"
#include "core/model/erased.h"
#include "wire/csv.h"
#include "wire/json.h"

/* Where the line of a session is. */
enum stage { STAGE_NONE, STAGE_PARTICIPANTS, STAGE_MESSAGES, STAGE_DATA };

/* What a user is called, whose id stands in other rows. */
struct called {
	UT_hash_handle hh;
	struct str id, name; /* owned */
};

struct export_rows {
	struct export_form form;
	bool (*write)(void *ctx, struct str bytes);
	void *ctx;
	struct called *called;
	struct buf line;
	enum stage stage;
	uint64_t count;
};

static const char *const columns[EXPORTS] = {
	[EXPORT_USERS] = "userName,firstName,lastName,roles,enabled,sms,password",
	[EXPORT_CONTACTS] = "phone,optedOut,refuses,undecidedSince",
};

static bool flush_line(struct export_rows *rows)
{
	buf_puts(&rows->line, rows->form.is_csv ? "\r\n" : "\n");
	bool is_written = rows->write(rows->ctx, buf_str(&rows->line));
	rows->line.len = 0;
	rows->count += is_written;
	return is_written;
}

struct export_rows *export_rows_new(
	const struct export_form *form, bool (*write)(void *ctx, struct str bytes), void *ctx)
{
	struct export_rows *rows = mem_new(sizeof *rows);
	*rows = (struct export_rows) {.form = *form, .write = write, .ctx = ctx};
	if (form->is_csv) {
		buf_puts(&rows->line, columns[form->what]);
		if (form->has_hashes)
			buf_puts(&rows->line, ",passwordHash");
		buf_puts(&rows->line, "\r\n");
	}
	return rows;
}

void export_rows_free(struct export_rows **slot)
{
	struct export_rows *rows = *slot;
	struct called *one, *next;
	HASH_ITER(hh, rows->called, one, next) {
		HASH_DEL(rows->called, one);
		str_free(&one->id);
		str_free(&one->name);
		free(one);
	}
	buf_free(&rows->line);
	free(rows);
	*slot = NULL;
}

uint64_t export_rows_count(const struct export_rows *rows)
{
	return rows->count;
}

/* --- users -------------------------------------------------------------------------------------- */

static void put_user_csv(struct export_rows *rows, const struct body_user *user)
{
	struct buf *out = &rows->line, roles = {0};
	for (unsigned bit = ROLE_AGENT; bit < ROLES_END; bit <<= 1)
		if (user->roles & bit)
			buf_printf(&roles, "%s%s", roles.len ? " " : "", config_role_word(bit));
	csv_put(out, user->name, true);
	csv_put(out, user->first_name, false);
	csv_put(out, user->last_name, false);
	csv_put(out, buf_str(&roles), false);
	csv_put(out, str_of(user->enabled ? "yes" : "no"), false);
	csv_put(out, str_of(user->provisioned ? "yes" : "no"), false);
	csv_put(out, STR_NONE, false);
	if (rows->form.has_hashes)
		csv_put(out, user->password, false);
	buf_free(&roles);
}

static void put_user_json(struct export_rows *rows, const struct body_user *user)
{
	struct buf *out = &rows->line;
	buf_put_byte(out, '{');
	json_member(out, "userName", user->name);
	json_member(out, "firstName", user->first_name);
	json_member(out, "lastName", user->last_name);
	json_key(out, "roles");
	buf_put_byte(out, '[');
	for (unsigned bit = ROLE_AGENT; bit < ROLES_END; bit <<= 1) {
		if (!(user->roles & bit))
			continue;
		json_comma(out);
		json_put_string(out, str_of(config_role_word(bit)));
	}
	buf_put_byte(out, ']');
	json_member_bool(out, "enabled", user->enabled != 0);
	json_member_bool(out, "sms", user->provisioned != 0);
	if (rows->form.has_hashes)
		json_member(out, "passwordHash", user->password);
	buf_put_byte(out, '}');
}

static void know_user(struct export_rows *rows, const struct body_user *user)
{
	struct called *one = mem_new(sizeof *one);
	one->id = str_copy(user->id);
	one->name = str_copy(user->name);
	HASH_ADD_KEYPTR(hh, rows->called, one->id.at, one->id.len, one);
}

static struct str name_of(const struct export_rows *rows, struct str id)
{
	struct called *one;
	HASH_FIND(hh, rows->called, id.at, id.len, one);
	return one ? one->name : STR_NONE;
}

static bool take_user(struct export_rows *rows, const struct body_user *user)
{
	if (rows->form.what == EXPORT_SESSIONS) {
		know_user(rows, user);
		return true;
	}
	if (user->removed)
		return true;
	if (rows->form.is_csv)
		put_user_csv(rows, user);
	else
		put_user_json(rows, user);
	return flush_line(rows);
}

/* --- contacts ----------------------------------------------------------------------------------- */

static void put_contact_csv(struct buf *out, const struct body_contact *contact)
{
	struct buf refuses = {0}, since = {0};
	for (struct str rest = contact->refused; rest.len;) {
		struct str number = str_cut(&rest, '\n');
		buf_printf(&refuses, "%s%.*s", refuses.len ? " " : "", STR_ARGS(number));
	}
	if (contact->doubted)
		msec_put(&since, contact->doubted);
	csv_put(out, contact->phone, true);
	csv_put(out, str_of(contact->opted_out ? "yes" : "no"), false);
	csv_put(out, buf_str(&refuses), false);
	csv_put(out, buf_str(&since), false);
	buf_free(&refuses);
	buf_free(&since);
}

static void put_contact_json(struct buf *out, const struct body_contact *contact)
{
	buf_put_byte(out, '{');
	json_member(out, "phone", contact->phone);
	json_member_bool(out, "optedOut", contact->opted_out != 0);
	json_key(out, "refuses");
	buf_put_byte(out, '[');
	for (struct str rest = contact->refused; rest.len;) {
		json_comma(out);
		json_put_string(out, str_cut(&rest, '\n'));
	}
	buf_put_byte(out, ']');
	if (contact->doubted)
		json_member_time(out, "undecidedSince", contact->doubted);
	buf_put_byte(out, '}');
}

/* What was merged is told of as what it became; an alias is nobody's phone. */
static bool take_contact(struct export_rows *rows, const struct body_contact *contact)
{
	if (contact->merged_into.len || erased_is_alias(contact->phone))
		return true;
	if (rows->form.is_csv)
		put_contact_csv(&rows->line, contact);
	else
		put_contact_json(&rows->line, contact);
	return flush_line(rows);
}

/* --- sessions ----------------------------------------------------------------------------------- */

/* Ends the arrays before that stage, and begins its own. */
static void reach(struct export_rows *rows, enum stage stage)
{
	static const char *const begins[] = {[STAGE_PARTICIPANTS] = ",\"participants\":[",
		[STAGE_MESSAGES] = "],\"messages\":[",
		[STAGE_DATA] = "],\"userData\":{"};
	while (rows->stage < stage)
		buf_puts(&rows->line, begins[++rows->stage]);
}

static bool end_session(struct export_rows *rows)
{
	if (rows->stage == STAGE_NONE)
		return true;
	reach(rows, STAGE_DATA);
	buf_puts(&rows->line, "}}");
	rows->stage = STAGE_NONE;
	return flush_line(rows);
}

static bool take_session(struct export_rows *rows, const struct body_session *session)
{
	struct buf *out = &rows->line;
	if (!end_session(rows))
		return false;
	buf_put_byte(out, '{');
	json_member(out, "id", session->id);
	json_member_time(out, "received", session->received);
	if (session->ended)
		json_member_time(out, "ended", session->ended);
	json_member(out, "state", str_of(words_name(&session_state_words, session->state)));
	json_member(out, "chatType", str_of(words_name(&session_origin_words, session->origin)));
	json_member(out, "queue", session->queue);
	json_member(out, "number", session->number);
	json_member(out, "phone", session->phone);
	reach(rows, STAGE_PARTICIPANTS);
	return true;
}

static bool is_seen_by_agents(enum visibility visibility)
{
	return visibility == VISIBLE_ALL || visibility == VISIBLE_AGENTS;
}

static void take_party(struct export_rows *rows, const struct body_party *party)
{
	struct buf *out = &rows->line;
	if (!party->joined || !party->user.len || !is_seen_by_agents(party->visibility))
		return;
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "type", str_of(words_name(&party_kind_words, party->kind)));
	json_member(out, "userName", name_of(rows, party->user));
	json_member(out, "nickname", party->nickname);
	json_member(out, "visibility", str_of(words_name(&visibility_words, party->visibility)));
	buf_put_byte(out, '}');
}

static bool is_said(enum message_type type)
{
	return type == MESSAGE_TEXT || type == MESSAGE_PUSH_URL || type == MESSAGE_CUSTOM_NOTICE ||
	       type == MESSAGE_NOTICE;
}

static void take_message(struct export_rows *rows, const struct body_message *message)
{
	struct buf *out = &rows->line;
	reach(rows, STAGE_MESSAGES);
	if (!is_said(message->type) || !(message->audience & CLASS_AGENT))
		return;
	json_comma(out);
	buf_put_byte(out, '{');
	json_member_time(out, "at", message->at);
	json_member(out, "type", str_of(words_name(&message_type_words, message->type)));
	json_member(out, "from", str_of(words_name(&party_kind_words, message->author)));
	if (message->user.len)
		json_member(out, "userName", name_of(rows, message->user));
	json_member(out, "nickname", message->nickname);
	json_member(out, "visibility", str_of(words_name(&visibility_words, message->visibility)));
	json_member(out, "text", message->text);
	if (message->erased)
		json_member_bool(out, "erased", true);
	buf_put_byte(out, '}');
}

static void take_datum(struct export_rows *rows, const struct body_datum *datum)
{
	struct buf *out = &rows->line;
	reach(rows, STAGE_DATA);
	if (!datum->held)
		return;
	json_comma(out);
	json_put_string(out, datum->name);
	buf_put_byte(out, ':');
	if (datum->is_number && datum->value.len)
		buf_put(out, datum->value);
	else
		json_put_string(out, datum->value);
}

bool export_rows_take(struct export_rows *rows, enum body_kind kind, const union any_body *body)
{
	switch (kind) {
	case BODY_user:
		return take_user(rows, &body->user);
	case BODY_contact:
		return take_contact(rows, &body->contact);
	case BODY_session:
		return take_session(rows, &body->session);
	case BODY_party:
		take_party(rows, &body->party);
		return true;
	case BODY_message:
		take_message(rows, &body->message);
		return true;
	default:
		take_datum(rows, &body->datum);
		return true;
	}
}

bool export_rows_end(struct export_rows *rows)
{
	bool is_fine = end_session(rows);
	return is_fine && (!rows->line.len || rows->write(rows->ctx, buf_str(&rows->line)));
}
