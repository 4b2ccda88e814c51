/* import_users.c - users, held against those who are there: of each line the requests of `sotto user add`, `set` and
 * `passwd` that it takes. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/import.h"
#include "config/config.h"
#include "login/login.h"
#include "wire/json.h"

enum column { USER_NAME, FIRST_NAME, LAST_NAME, ROLES, ENABLED, SMS, PASSWORD, PASSWORD_HASH };
const struct records_column import_user_columns[] = {[USER_NAME] = {"userName"},
	[FIRST_NAME] = {"firstName"},
	[LAST_NAME] = {"lastName"},
	[ROLES] = {"roles"},
	[ENABLED] = {"enabled"},
	[SMS] = {"sms"},
	[PASSWORD] = {"password", .is_raw = true},
	[PASSWORD_HASH] = {"passwordHash", .is_raw = true},
	{0}};

struct user_plan {
	struct import *import;
	json_t *before; /* name in small letters -> what user-list says */
	json_t *seen;   /* names in small letters of the lines before */
	size_t added, changed, same;
	size_t passwords_left; /* of users that were there */
};

/* --- one line ------------------------------------------------------------------------------------ */

static struct str cell_of(const struct record *record, enum column column)
{
	return record->cells[column];
}

static bool has_password(const struct record *record)
{
	return cell_of(record, PASSWORD).len || cell_of(record, PASSWORD_HASH).len;
}

/* Bits; 0: nothing, or a word that is no role. */
static unsigned roles_of(struct str words)
{
	unsigned roles = 0;
	while (words.len) {
		size_t end = 0;
		while (end < words.len && !strchr(" ,|", words.at[end]))
			end++;
		struct str word = str_from(words.at, end);
		words = str_skip(words, end + 1);
		char small[16];
		if (!word.len)
			continue;
		if (word.len >= sizeof small)
			return 0;
		for (size_t i = 0; i < word.len; i++)
			small[i] = str_lower(word.at[i]);
		unsigned role = config_role(str_from(small, word.len));
		if (!role)
			return 0;
		roles |= role;
	}
	return roles;
}

static char *small_name(struct str name)
{
	char *small = mem_new(name.len + 1);
	for (size_t i = 0; i < name.len; i++)
		small[i] = str_lower(name.at[i]);
	return small;
}

/* What can be known without asking. NULL: nothing. */
static const char *wrong_cells(const struct record *record)
{
	struct str password = cell_of(record, PASSWORD), hash = cell_of(record, PASSWORD_HASH);
	size_t chars = utf8_count(password);
	if (cell_of(record, ROLES).len && !roles_of(cell_of(record, ROLES)))
		return "roles are some of " CONFIG_ROLES ", with blanks between them";
	if (cell_of(record, ENABLED).len && import_truth(cell_of(record, ENABLED)) < 0)
		return "enabled is yes or no";
	if (cell_of(record, SMS).len && import_truth(cell_of(record, SMS)) < 0)
		return "sms is yes or no";
	if (password.len && hash.len)
		return "there is a password, and a hash of one";
	if (password.len && (chars < PASSWORD_CHARS_MIN || chars > PASSWORD_CHARS_MAX))
		return "a password has 8 to 256 characters";
	return hash.len ? names_wrong_hash(hash) : NULL;
}

/* --- requests ------------------------------------------------------------------------------------ */

static void begin(
	struct buf *request, const struct record *record, const char *operation, bool is_dry)
{
	import_begin(request, operation, is_dry);
	json_member(request, "name", cell_of(record, USER_NAME));
}

static void put_roles(struct buf *request, unsigned roles)
{
	json_key(request, "roles");
	buf_put_byte(request, '[');
	for (unsigned bit = ROLE_AGENT; bit < ROLES_END; bit <<= 1) {
		if (!(roles & bit))
			continue;
		json_comma(request);
		json_put_string(request, str_of(config_role_word(bit)));
	}
	buf_put_byte(request, ']');
}

/* Members password and changePassword; who chose it does not have to be asked for another one. False: no memory for it. */
static bool put_password(
	const struct user_plan *plan, struct buf *request, const struct record *record, bool is_dry)
{
	const struct config *config = plan->import->folder->config;
	struct str password = cell_of(record, PASSWORD), hash = cell_of(record, PASSWORD_HASH);
	char made[PASSWORD_HASH_MAX];
	json_member_bool(request, "changePassword", password.len != 0);
	if (hash.len)
		json_member(request, "password", hash);
	if (hash.len || is_dry)
		return true;
	if (password_hash(made, password, config->hash_ops, (size_t)config->hash_memory_kib * 1024))
		return false;
	json_member(request, "password", str_of(made));
	return true;
}

static bool has_role(const json_t *before, const char *word)
{
	size_t i;
	const json_t *one;
	json_array_foreach(json_object_get(before, "roles"), i, one)
		if (strcmp(json_string_value(one), word) == 0)
			return true;
	return false;
}

static unsigned roles_before(const json_t *before)
{
	unsigned roles = 0;
	for (unsigned bit = ROLE_AGENT; bit < ROLES_END; bit <<= 1)
		if (has_role(before, config_role_word(bit)))
			roles |= bit;
	return roles;
}

static bool put_name(
	struct buf *request, const struct record *record, enum column column, const json_t *before)
{
	const char *name = import_user_columns[column].name;
	struct str said = cell_of(record, column);
	if (!said.at || (before && str_is(said, json_string_value(json_object_get(before, name)))))
		return false;
	json_member(request, name, said);
	return true;
}

static bool put_flag(
	struct buf *request, const struct record *record, enum column column, const json_t *before)
{
	const char *name = import_user_columns[column].name;
	struct str said = cell_of(record, column);
	if (!said.len ||
		(before && import_truth(said) == json_is_true(json_object_get(before, name))))
		return false;
	json_member_bool(request, name, import_truth(said) == 1);
	return true;
}

/* What differs from before, where there was somebody; is it anything? */
static bool put_attributes(struct buf *request, const struct record *record, const json_t *before)
{
	unsigned roles = roles_of(cell_of(record, ROLES));
	bool is_any = put_name(request, record, FIRST_NAME, before);
	is_any |= put_name(request, record, LAST_NAME, before);
	is_any |= put_flag(request, record, ENABLED, before);
	is_any |= put_flag(request, record, SMS, before);
	if (!before && !roles)
		roles = ROLE_AGENT;
	if (!roles || (before && roles == roles_before(before)))
		return is_any;
	put_roles(request, roles);
	return true;
}

/* --- doing --------------------------------------------------------------------------------------- */

enum done { DONE, DONE_NOTHING, DONE_WRONG, DONE_LOST };

static enum done ask(struct user_plan *plan, const struct record *record, struct buf *request)
{
	json_t *answer = import_ask(plan->import, request);
	const char *refusal = answer ? import_refusal(answer) : NULL;
	enum done done = !answer ? DONE_LOST : refusal ? DONE_WRONG : DONE;
	if (refusal)
		import_wrong(plan->import, record, refusal);
	json_decref(answer);
	return done;
}

static enum done no_memory(struct user_plan *plan, const struct record *record, struct buf *request)
{
	buf_free(request);
	import_wrong(plan->import, record, "the password cannot be hashed: too little memory?");
	return DONE_WRONG;
}

static enum done add(struct user_plan *plan, const struct record *record, bool is_dry)
{
	struct buf request = {0};
	if (!has_password(record)) {
		import_wrong(plan->import, record,
			"there is no such user, and a new one needs a password");
		return DONE_WRONG;
	}
	begin(&request, record, "user-add", is_dry);
	put_attributes(&request, record, NULL);
	if (!put_password(plan, &request, record, is_dry))
		return no_memory(plan, record, &request);
	return ask(plan, record, &request);
}

static enum done change(
	struct user_plan *plan, const struct record *record, const json_t *before, bool is_dry)
{
	struct buf request = {0};
	enum done done = DONE_NOTHING;
	begin(&request, record, "user-set", is_dry);
	if (put_attributes(&request, record, before))
		done = ask(plan, record, &request);
	buf_free(&request);
	if (done == DONE_WRONG || done == DONE_LOST || !has_password(record))
		return done;
	if (!plan->import->resets_passwords) {
		plan->passwords_left += is_dry == plan->import->is_dry;
		return done;
	}
	begin(&request, record, "user-passwd", is_dry);
	if (!put_password(plan, &request, record, is_dry))
		return no_memory(plan, record, &request);
	return ask(plan, record, &request);
}

static enum done do_one(struct user_plan *plan, const struct record *record, bool is_dry)
{
	char *small = small_name(cell_of(record, USER_NAME));
	const json_t *before = json_object_get(plan->before, small);
	bool is_there = before && str_is(cell_of(record, USER_NAME),
					  json_string_value(json_object_get(before, "name")));
	enum done done =
		is_there ? change(plan, record, before, is_dry) : add(plan, record, is_dry);
	free(small);
	if (is_dry == plan->import->is_dry) {
		plan->added += done == DONE && !is_there;
		plan->changed += done == DONE && is_there;
		plan->same += done == DONE_NOTHING;
	}
	return done;
}

/* --- all of them ---------------------------------------------------------------------------------- */

/* Each name once, whatever its capital letters. */
static bool is_first(struct user_plan *plan, struct str name)
{
	char *small = small_name(name);
	bool is_first = !json_object_get(plan->seen, small);
	json_object_set_new(plan->seen, small, json_true());
	free(small);
	return is_first;
}

static bool read_before(struct user_plan *plan)
{
	struct buf request = {0};
	import_begin(&request, "user-list", false);
	json_t *answer = import_ask(plan->import, &request), *one;
	size_t i;
	json_array_foreach(json_object_get(answer, "users"), i, one) {
		char *small = small_name(str_of(json_string_value(json_object_get(one, "name"))));
		json_object_set(plan->before, small, one);
		free(small);
	}
	json_decref(answer);
	return answer != NULL;
}

/* Which lines can be done; false: nobody answers. */
static bool check_all(struct user_plan *plan, bool *is_right)
{
	struct import *import = plan->import;
	for (size_t i = 0; i < records_count(import->records); i++) {
		const struct record *record = records_at(import->records, i);
		const char *wrong = record->wrong;
		if (!wrong && !is_first(plan, cell_of(record, USER_NAME)))
			wrong = "the user stands in a line before";
		if (!wrong)
			wrong = wrong_cells(record);
		if (wrong)
			import_wrong(import, record, wrong);
		enum done done = wrong ? DONE_WRONG : do_one(plan, record, true);
		if (done == DONE_LOST)
			return false;
		is_right[i] = done != DONE_WRONG;
	}
	return true;
}

/* False: it ended before its end. */
static bool do_all(struct user_plan *plan, const bool *is_right)
{
	struct import *import = plan->import;
	bool is_whole = true;
	progress_begin(&import->progress, "users", records_count(import->records));
	for (size_t i = 0; is_whole && i < records_count(import->records); i++) {
		if (is_right[i])
			is_whole = do_one(plan, records_at(import->records, i), false) != DONE_LOST;
		progress_step(&import->progress, 1);
	}
	progress_end(&import->progress);
	return is_whole;
}

static int print_done(const struct user_plan *plan, bool is_whole)
{
	const struct import *import = plan->import;
	printf("%s%zu users added, %zu changed, %zu as they were",
		import->is_dry ? "would be: " : "", plan->added, plan->changed, plan->same);
	if (plan->passwords_left)
		printf("; %zu passwords stay as they are: --reset-passwords sets them",
			plan->passwords_left);
	if (import->wrong)
		printf("; %zu lines are wrong", import->wrong);
	puts(is_whole ? "" : "; then it ended, and the same file again does the rest");
	return is_whole && !(import->wrong && !import->skips_bad) ? CLI_FINE : CLI_FAILED;
}

static int run(struct user_plan *plan)
{
	struct import *import = plan->import;
	bool *is_right = mem_new(records_count(import->records) + 1);
	bool is_whole = true;
	int exit_code = CLI_FAILED;
	if (read_before(plan) && check_all(plan, is_right) && import_may_go_on(import)) {
		if (!import->is_dry)
			is_whole = do_all(plan, is_right);
		exit_code = print_done(plan, is_whole);
	}
	free(is_right);
	return exit_code;
}

int import_users(struct import *import)
{
	struct user_plan plan = {.import = import, .before = json_object(), .seen = json_object()};
	int exit_code = run(&plan);
	json_decref(plan.before);
	json_decref(plan.seen);
	return exit_code;
}
