/* admin_request.c - what the admin socket can be asked; one row per operation. */
#include "api/refusal.h"
#include "config/config.h"
#include "base/names.h"
#include "base/log.h"
#include "core/model/contact.h"
#include "core/model/message.h"
#include "core/model/phone.h"
#include "core/rules/token.h"
#include "core/rules/contact.h"
#include "server/admin.h"
#include "wire/json.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

#define LOG_NAME_MAX 64 /* of who asks */

struct admin_call {
	struct port *port;
	const struct admin_world *world;
	const json_t *request;
	struct buf *answer;
	uint64_t *lsn;
	bool *goes_on; /* it is not over: to be asked again */
};

void admin_refusal(struct buf *answer, const char *error)
{
	answer->len = 0;
	buf_puts(answer, "{\"ok\":false");
	json_member(answer, "error", str_of(error));
	buf_put_byte(answer, '}');
}

static void admin_wrong(const struct admin_call *call, const char *what, const char *wrong)
{
	struct buf error = {0};
	buf_printf(&error, "%s %s", what, wrong);
	buf_put_byte(&error, '\0');
	admin_refusal(call->answer, error.at);
	buf_free(&error);
}

/* Is it only asked whether it can be done? */
static bool is_dry(const struct admin_call *call)
{
	return json_is_true(json_object_get(call->request, "dry"));
}

/* Who asks, for the log. */
static struct str asked_by(const struct admin_call *call)
{
	struct str by;
	bool is_said = json_read_text(call->request, "by", &by) && by.len && by.len <= LOG_NAME_MAX;
	return is_said ? by : STR("somebody");
}

/* Several of one request: what it waits for is the latest of all. */
static enum err run(const struct admin_call *call, const struct command *command)
{
	uint64_t lsn = call->port->core->lsn;
	enum err e = is_dry(call) ? core_can(call->port->core, command)
				  : port_apply(call->port, command, &lsn);
	if (*call->lsn < lsn)
		*call->lsn = lsn;
	return e;
}

/* Runs the command; the answer is "ok" or the reason. already: where there is such a thing. */
static void apply(const struct admin_call *call, const struct command *command, const char *already)
{
	enum err e = run(call, command);
	if (e)
		admin_refusal(call->answer, e == ERR_ALREADY ? already : refusal_text(e));
	else
		buf_puts(call->answer, "{\"ok\":true}");
}

/* NULL: there is none, or was. */
static struct user *user_there(const struct admin_call *call, struct str name)
{
	struct user *user = core_user_by_name(call->port->core, name);
	return user_is_there(user) ? user : NULL;
}

/* Whom the request names; NULL: nobody, which was said. */
static struct user *named_user(const struct admin_call *call)
{
	struct str name;
	struct user *user = NULL;
	if (!json_read_text(call->request, "name", &name))
		admin_wrong(call, "name:", "not a text");
	else if (!(user = user_there(call, name)))
		admin_refusal(call->answer, "there is no such user");
	return user;
}

/* Ana and ana are one to whoever reads them, and to whoever signs in. */
static bool is_taken(const struct admin_call *call, struct str name)
{
	const struct user *user;
	DL_FOREACH(call->port->core->users, user)
		if (str_eq_nocase(user->b.name, name) && !str_eq(user->b.name, name))
			return true;
	return false;
}

static bool read_roles(const json_t *request, uint64_t *roles)
{
	const json_t *list = json_object_get(request, "roles");
	*roles = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));
		unsigned role = config_role(str_of(word));
		if (role == 0)
			return false;
		*roles |= role;
	}
	return *roles != 0;
}

/* A member that may be left out: then *flag stays. False: it is there, and not a truth value, which was said. */
static bool read_flag(const struct admin_call *call, const char *name, uint64_t *flag)
{
	const json_t *value = json_object_get(call->request, name);
	bool is_fine = !value || json_is_boolean(value);
	if (!is_fine)
		admin_wrong(call, name, "is not true or false");
	else if (value)
		*flag = json_is_true(value);
	return is_fine;
}

/* A hash costs time: who only asks need not have made it. */
static const char *wrong_password(const struct admin_call *call, struct str hash)
{
	return is_dry(call) && !hash.len ? NULL : names_wrong_hash(hash);
}

static void user_add(const struct admin_call *call)
{
	struct body_user body = {.enabled = 1, .provisioned = 1};
	const char *wrong = NULL;
	if (!json_read_text(call->request, "name", &body.name) ||
		!json_read_text(call->request, "firstName", &body.first_name) ||
		!json_read_text(call->request, "lastName", &body.last_name) ||
		!json_read_text(call->request, "password", &body.password))
		admin_wrong(call, "name, firstName, lastName, password:", "not texts");
	else if ((wrong = names_wrong_user(body.name)))
		admin_wrong(call, "the name", wrong);
	else if (is_taken(call, body.name))
		admin_wrong(call, "the name", "is another user's but for capital letters");
	else if ((wrong = names_wrong_person(body.first_name)))
		admin_wrong(call, "the first name", wrong);
	else if ((wrong = names_wrong_person(body.last_name)))
		admin_wrong(call, "the last name", wrong);
	else if ((wrong = wrong_password(call, body.password)))
		admin_wrong(call, "the password", wrong);
	else if (!read_roles(call->request, &body.roles))
		admin_wrong(call, "the roles", "are not some of " CONFIG_ROLES);
	else if (read_flag(call, "sms", &body.provisioned) &&
		 read_flag(call, "changePassword", &body.must_change) &&
		 read_flag(call, "enabled", &body.enabled))
		apply(call, &(struct command) {.kind = CMD_ADD_USER, .new_user = &body},
			user_there(call, body.name)
				? "there is such a user already"
				: "a user of that name was removed, and names are not given again");
}

static void user_passwd(const struct admin_call *call)
{
	struct str name, password;
	struct user *user;
	uint64_t must_change = 0;
	const char *wrong = NULL;
	if (!json_read_text(call->request, "name", &name) ||
		!json_read_text(call->request, "password", &password))
		admin_wrong(call, "name, password:", "not texts");
	else if ((wrong = wrong_password(call, password)))
		admin_wrong(call, "the password", wrong);
	else if (!read_flag(call, "changePassword", &must_change))
		return; /* which was said */
	else if (!(user = user_there(call, name)))
		admin_refusal(call->answer, "there is no such user");
	else
		apply(call,
			&(struct command) {.kind = CMD_CHANGE_PASSWORD,
				.password = {.user = user,
					.hash = password,
					.must_change = must_change != 0}},
			NULL);
}

static void put_roles(struct buf *out, uint64_t roles)
{
	json_key(out, "roles");
	buf_put_byte(out, '[');
	for (unsigned bit = ROLE_AGENT; bit < ROLES_END; bit <<= 1) {
		if (!(roles & bit))
			continue;
		json_comma(out);
		json_put_string(out, str_of(config_role_word(bit)));
	}
	buf_put_byte(out, ']');
}

/* A list tells of all that there is now. */
static struct buf *begin_list(const struct admin_call *call, const char *name)
{
	struct buf *out = call->answer;
	*call->lsn = call->port->core->lsn;
	buf_printf(out, "{\"ok\":true,\"%s\":[", name);
	return out;
}

static void user_list(const struct admin_call *call)
{
	struct buf *out = begin_list(call, "users");
	const struct user *user;
	EACH_THERE(call->port->core->users, user) {
		json_comma(out);
		buf_put_byte(out, '{');
		json_member(out, "name", user->b.name);
		json_member(out, "firstName", user->b.first_name);
		json_member(out, "lastName", user->b.last_name);
		put_roles(out, user->b.roles);
		json_member_bool(out, "sms", user->b.provisioned != 0);
		json_member_bool(out, "enabled", user->b.enabled != 0);
		json_member(
			out, "state", str_of(words_name(&agent_state_words, user->agent.state)));
		buf_put_byte(out, '}');
	}
	buf_puts(out, "]}");
}

static void user_roles(const struct admin_call *call)
{
	struct str name;
	uint64_t roles;
	struct user *user;
	if (!json_read_text(call->request, "name", &name))
		admin_wrong(call, "name:", "not a text");
	else if (!read_roles(call->request, &roles))
		admin_wrong(call, "the roles", "are not some of " CONFIG_ROLES);
	else if (!(user = user_there(call, name)))
		admin_refusal(call->answer, "there is no such user");
	else
		apply(call,
			&(struct command) {
				.kind = CMD_CHANGE_ROLES, .roles = {.user = user, .roles = roles}},
			NULL);
}

/* A person's name that may be left out: then *name stays. False: it is none, which was said. */
static bool read_name(const struct admin_call *call, const char *member, struct str *name)
{
	const char *wrong = NULL;
	if (!json_object_get(call->request, member))
		return true;
	if (!json_read_text(call->request, member, name))
		wrong = "is not a text";
	else
		wrong = names_wrong_person(*name);
	if (wrong)
		admin_wrong(call, member, wrong);
	return !wrong;
}

static void user_set(const struct admin_call *call)
{
	struct user *user = named_user(call);
	if (!user)
		return;
	struct body_user as = user->b;
	if (json_object_get(call->request, "roles") && !read_roles(call->request, &as.roles))
		admin_wrong(call, "the roles", "are not some of " CONFIG_ROLES);
	else if (read_flag(call, "sms", &as.provisioned) &&
		 read_flag(call, "enabled", &as.enabled) &&
		 read_name(call, "firstName", &as.first_name) &&
		 read_name(call, "lastName", &as.last_name))
		apply(call, &(struct command) {.kind = CMD_CHANGE_USER, .change_user = {user, &as}},
			NULL);
}

static void user_remove(const struct admin_call *call)
{
	struct user *user = named_user(call);
	if (user)
		apply(call, &(struct command) {.kind = CMD_REMOVE_USER, .removed = user}, NULL);
}

static void assign(const struct admin_call *call)
{
	struct str word;
	unsigned kind = 0;
	struct body_assignment body = {
		.held = json_is_true(json_object_get(call->request, "held"))};
	json_int_t level = json_integer_value(json_object_get(call->request, "level"));
	const char *wrong = NULL;
	if (!json_read_text(call->request, "user", &body.user) ||
		!json_read_text(call->request, "thing", &body.thing) ||
		!json_read_text(call->request, "kind", &word))
		admin_wrong(call, "user, kind, thing:", "not texts");
	else if (!words_find(&assignment_kind_words, word, &kind))
		admin_wrong(call, "the kind", "is not member, supervisor, skill or queue");
	else if ((wrong = names_wrong_thing(body.thing)))
		admin_wrong(call, "the name", wrong);
	else if (level < 0 || level > SKILL_LEVEL_MAX)
		admin_wrong(call, "the level", "is not between 0 and 100");
	else if (!user_there(call, body.user))
		admin_refusal(call->answer, "there is no such user");
	else {
		body.kind = kind;
		body.level = kind == ASSIGNED_SKILL ? (uint64_t)level : 0;
		apply(call, &(struct command) {.kind = CMD_ASSIGN, .assignment = &body},
			"that is so already");
	}
}

/* --- tokens ----------------------------------------------------------------------------------- */

static bool read_hex(const json_t *request, const char *name, unsigned char *out, size_t len)
{
	struct str text;
	size_t got;
	return json_read_text(request, name, &text) && text.len == 2 * len &&
	       sodium_hex2bin(out, len, text.at, text.len, NULL, &got, NULL) == 0 && got == len;
}

static void token_add(const struct admin_call *call)
{
	unsigned char id[TOKEN_ID_LEN / 2], digest[DIGEST_BYTES] = {0};
	struct body_token body = {.digest = str_from(digest, sizeof digest)};
	const char *wrong = NULL;
	if (!json_read_text(call->request, "user", &body.user) ||
		!json_read_text(call->request, "label", &body.label) ||
		!json_read_text(call->request, "id", &body.id))
		admin_wrong(call, "id, user, label:", "not texts");
	else if (!read_hex(call->request, "id", id, sizeof id) ||
		 !read_hex(call->request, "digest", digest, sizeof digest))
		admin_wrong(call, "id, digest:", "not as many hexadecimal digits as they have");
	else if (body.label.len && (wrong = names_wrong_thing(body.label)))
		admin_wrong(call, "the label", wrong);
	else if (!user_there(call, body.user))
		admin_refusal(call->answer, "there is no such user");
	else
		apply(call, &(struct command) {.kind = CMD_ADD_TOKEN, .new_token = &body},
			"there is such a token already");
}

static void token_revoke(const struct admin_call *call)
{
	struct str id;
	if (!json_read_text(call->request, "id", &id))
		admin_wrong(call, "id:", "not a text");
	else if (!core_token(call->port->core, id))
		admin_refusal(call->answer, "there is no such token");
	else
		apply(call, &(struct command) {.kind = CMD_REVOKE_TOKEN, .token = id}, NULL);
}

static void token_list(const struct admin_call *call)
{
	struct buf *out = begin_list(call, "tokens");
	for (const struct token *token = call->port->core->tokens; token; token = token->next) {
		json_comma(out);
		buf_put_byte(out, '{');
		json_member(out, "id", token->b.id);
		json_member(out, "user", token->user->b.name);
		json_member(out, "label", token->b.label);
		json_member_time(out, "made", token->b.made);
		buf_put_byte(out, '}');
	}
	buf_puts(out, "]}");
}

/* --- opt-outs that a person has to decide ---------------------------------------------------------- */

/* What the customer said last, as far as a conversation is open. */
static struct str last_words(const struct contact *contact)
{
	const struct session *session;
	struct str words = STR_NONE;
	for (session = contact->open; session; session = session->contact_next)
		for (size_t i = 0; i < session->message_count; i++) {
			const struct body_message entry = message_body(session->messages[i]),
						  *b = &entry;
			if (b->type == MESSAGE_TEXT && b->author == PARTY_CONTACT)
				words = b->text;
		}
	return words;
}

static void put_doubted(struct buf *out, const struct contact *contact)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "phone", contact_phone(contact));
	json_member_time(out, "at", contact_body(contact).doubted);
	json_member(out, "text", last_words(contact));
	buf_put_byte(out, '}');
}

/* Who waits longest for somebody to decide comes first. */
static int by_doubt(const void *a, const void *b)
{
	const struct contact *const *x = a, *const *y = b;
	msec of_x = contact_body(*x).doubted, of_y = contact_body(*y).doubted;
	return of_x == of_y ? str_cmp(contact_phone(*x), contact_phone(*y)) : of_x < of_y ? -1 : 1;
}

static void optout_list(const struct admin_call *call)
{
	const struct core *core = call->port->core;
	struct buf *out = begin_list(call, "contacts");
	const struct contact *contact, **doubted = NULL;
	size_t count = 0;
	EACH_CONTACT(core, contact)
	{
		if (!contact_body(contact).doubted)
			continue;
		doubted = mem_resize(doubted, (count + 1) * sizeof *doubted);
		doubted[count++] = contact;
	}
	if (count)
		qsort(doubted, count, sizeof *doubted, by_doubt);
	for (size_t i = 0; i < count; i++)
		put_doubted(out, doubted[i]);
	free(doubted);
	buf_puts(out, "]}");
}

static void decide(const struct admin_call *call, bool is_opt_out)
{
	static const char nothing[] = "nothing is to be decided of that phone";
	struct str phone;
	struct contact *contact = NULL;
	if (json_read_text(call->request, "phone", &phone))
		contact = contact_of_phone(call->port->core, phone);
	if (!contact)
		admin_refusal(call->answer, nothing);
	else
		apply(call,
			&(struct command) {
				.kind = CMD_DECIDE_OPT_OUT, .decide = {contact, is_opt_out}},
			nothing);
}

static void optout_accept(const struct admin_call *call)
{
	decide(call, true);
}

static void optout_dismiss(const struct admin_call *call)
{
	decide(call, false);
}

/* The next of the phones; false: not one by which contacts are known. */
static bool read_phone(const json_t *each, struct str *phone)
{
	char room[PHONE_ROOM];
	if (!json_is_string(each))
		return false;
	*phone = str_from(json_string_value(each), json_string_length(each));
	return phone_is_written(*phone) && phone->at[0] == '+' &&
	       str_eq(phone_spelling(room, *phone, true, 0), *phone);
}

static const char *wrong_phones(const json_t *phones)
{
	struct str phone;
	size_t i;
	const json_t *each;
	if (!json_is_array(phones) || json_array_size(phones) > ADMIN_PHONES_MAX)
		return "are no list, or too many";
	json_array_foreach(phones, i, each)
		if (!read_phone(each, &phone))
			return "are not all numbers with their country's code";
	return NULL;
}

/* They say already who was brought along, and who was refused before. */
static void optout_add(const struct admin_call *call)
{
	const json_t *phones = json_object_get(call->request, "phones"), *each;
	const char *wrong = wrong_phones(phones);
	enum err e = OK;
	size_t i, added = 0, already = 0;
	if (wrong) {
		admin_wrong(call, "the phones", wrong);
		return;
	}
	json_array_foreach(phones, i, each) {
		struct command command = {.kind = CMD_REFUSE_TEXTS};
		(void)read_phone(each, &command.refusing);
		e = run(call, &command);
		added += e == OK;
		already += e == ERR_ALREADY;
		if (e != OK && e != ERR_ALREADY)
			break;
	}
	if (e != OK && e != ERR_ALREADY) {
		admin_refusal(call->answer, refusal_text(e));
		return;
	}
	buf_puts(call->answer, "{\"ok\":true");
	json_member_u64(call->answer, "added", added);
	json_member_u64(call->answer, "already", already);
	buf_put_byte(call->answer, '}');
}

static void status(const struct admin_call *call)
{
	if (!call->world->put_status) {
		admin_refusal(call->answer, "no server is running");
		return;
	}
	buf_puts(call->answer, "{\"ok\":true");
	call->world->put_status(call->world->status_ctx, call->answer);
	buf_put_byte(call->answer, '}');
}

static void erase(const struct admin_call *call)
{
	struct str phone;
	if (!json_read_text(call->request, "phone", &phone) || !phone.len)
		admin_wrong(call, "phone:", "not a text");
	else if (!call->world->erase)
		admin_refusal(call->answer, "there is no journal here");
	else
		*call->goes_on =
			!call->world->erase(call->world->erase_ctx, phone, call->answer, call->lsn);
}

/* --- the file --------------------------------------------------------------------------------------- */

static void reload(const struct admin_call *call)
{
	struct admin_reload asked = {.is_dry = is_dry(call), .by = asked_by(call)};
	if (!json_read_text(call->request, "file", &asked.file))
		asked.file = STR_NONE;
	if (asked.file.len && !asked.is_dry)
		admin_refusal(call->answer, "what the server does is said in its own file");
	else if (!call->world->reload)
		admin_refusal(call->answer, "there is no file here");
	else
		call->world->reload(call->world->reload_ctx, &asked, call->answer, call->lsn);
}

struct admin_operation {
	const char *name;
	void (*run)(const struct admin_call *call);
	bool is_quiet; /* it only reads; or, of a reload, what came of it is told there */
};
static const struct admin_operation operations[] = {
	{"user-add", user_add},
	{"user-passwd", user_passwd},
	{"user-list", user_list, true},
	{"user-roles", user_roles},
	{"user-set", user_set},
	{"user-remove", user_remove},
	{"assign", assign},
	{"token-add", token_add},
	{"token-revoke", token_revoke},
	{"token-list", token_list, true},
	{"optout-list", optout_list, true},
	{"optout-accept", optout_accept},
	{"optout-dismiss", optout_dismiss},
	{"optout-add", optout_add},
	{"erase", erase},
	{"status", status, true},
	{"reload", reload, true},
};

/* Who did what. Of phones a hash. */
static void tell(const struct admin_call *call, const char *operation)
{
	struct str by = asked_by(call), about = STR_NONE, answer = buf_str(call->answer);
	char phone[LOG_PHONE_MAX];
	static const char *const names[] = {"name", "user", "id"};
	for (size_t i = 0; i < sizeof names / sizeof *names && !about.len; i++)
		if (!json_read_text(call->request, names[i], &about))
			about = STR_NONE;
	if (!about.len && json_read_text(call->request, "phone", &about) && about.len)
		about = str_of(log_phone(phone, call->port->core->centre.id_key, about));
	char many[LOG_PHONE_MAX];
	size_t phones = json_array_size(json_object_get(call->request, "phones"));
	if (phones)
		about = str_from(many, (size_t)snprintf(many, sizeof many, "%zu phones", phones));
	bool is_done = str_starts(answer, STR("{\"ok\":true"));
	log_info("admin", "%.*s: %s '%.*s': %.*s", STR_ARGS(by), operation,
		STR_ARGS(str_from(about.at, about.len < LOG_NAME_MAX ? about.len : LOG_NAME_MAX)),
		STR_ARGS(is_done ? STR("done") : answer));
}

static void admin_run(const struct admin_call *call)
{
	struct str name;
	if (!json_read_text(call->request, "operation", &name))
		name = STR_NONE;
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		if (!str_is(name, operations[i].name))
			continue;
		operations[i].run(call);
		if (!operations[i].is_quiet && !*call->goes_on && !is_dry(call))
			tell(call, operations[i].name);
		return;
	}
	admin_refusal(call->answer, "there is no such operation");
}

void admin_request(
	const struct admin_world *world, struct str line, struct buf *answer, uint64_t *lsn)
{
	json_t *request = json_read(line);
	bool goes_on = false;
	const struct admin_call call = {world->port, world, request, answer, lsn, &goes_on};
	*lsn = 0;
	if (json_is_object(request))
		admin_run(&call);
	else
		admin_refusal(answer, "the request is not a JSON object");
	json_decref(request);
}
