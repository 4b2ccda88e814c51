/* admin_ask.c - one question, and what is said of its answer. */
#include "cli/admin_ask.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/admin_line.h"
#include "cli/cli.h"
#include "wire/json.h"

int admin_complain(const char *command, const char *what)
{
	fprintf(stderr, "sotto %s: %s\n", command, what);
	return CLI_FAILED;
}

static json_t *read_answer(const char *command, const struct buf *answer)
{
	json_t *object = json_loadb(answer->at, answer->len, 0, NULL);
	if (json_is_true(json_object_get(object, "ok")))
		return object;
	const char *error = json_string_value(json_object_get(object, "error"));
	admin_complain(command, error ? error : "the server's answer is not understood");
	json_decref(object);
	return NULL;
}

static json_t *ask(const char *command, const struct cli_folder *folder, struct buf *request,
	enum err (*line)(const struct cli_folder *folder, struct str request, struct buf *answer,
		struct buf *why))
{
	struct buf answer = {0}, why = {0};
	json_t *object = NULL;
	buf_put_byte(request, '}');
	if (line(folder, buf_str(request), &answer, &why)) {
		buf_put_byte(&why, '\0');
		admin_complain(command, why.at);
	} else {
		object = read_answer(command, &answer);
	}
	buf_free(request);
	buf_free(&answer);
	buf_free(&why);
	return object;
}

json_t *admin_ask(const char *command, const struct cli_folder *folder, struct buf *request)
{
	return ask(command, folder, request, admin_line);
}

json_t *admin_ask_server(const char *command, const struct cli_folder *folder, struct buf *request)
{
	return ask(command, folder, request, admin_line_running);
}

bool admin_has_store(const struct cli_folder *folder)
{
	struct buf path = {0};
	buf_printf(&path, "%s/journal.db", folder->path);
	buf_put_byte(&path, '\0');
	bool is_there = access(path.at, F_OK) == 0 || errno != ENOENT;
	buf_free(&path);
	return is_there;
}

int admin_no_store(const char *command, const struct cli_folder *folder)
{
	fprintf(stderr, "sotto %s: %s: there is no store yet\n", command, folder->path);
	return CLI_FAILED;
}

/* The log says who asked. */
static void put_asker(struct buf *request)
{
	const struct passwd *user = getpwuid(getuid());
	char number[16];
	snprintf(number, sizeof number, "%u", (unsigned)getuid());
	json_member(request, "by", str_of(user ? user->pw_name : number));
}

void admin_begin(struct buf *request, const char *operation)
{
	buf_put_byte(request, '{');
	json_member(request, "operation", str_of(operation));
	put_asker(request);
}

int admin_do(const char *command, const struct cli_folder *folder, struct buf *request,
	const char *format, ...)
{
	json_t *answer = admin_ask(command, folder, request);
	if (!answer)
		return CLI_FAILED;
	va_list values;
	va_start(values, format);
	vprintf(format, values);
	va_end(values);
	putchar('\n');
	json_decref(answer);
	return CLI_FINE;
}

int admin_list(const char *command, const struct cli_folder *folder, const char *name,
	void (*print)(const json_t *each))
{
	struct buf request = {0};
	char operation[32];
	if (!admin_has_store(folder)) /* asking must not make one */
		return admin_no_store(command, folder);
	size_t i;
	const json_t *each;
	snprintf(operation, sizeof operation, "%s-list", command);
	admin_begin(&request, operation);
	json_t *answer = admin_ask(command, folder, &request);
	if (!answer)
		return CLI_FAILED;
	json_array_foreach(json_object_get(answer, name), i, each)
		print(each);
	json_decref(answer);
	return CLI_FINE;
}

const char *admin_text(const json_t *object, const char *name)
{
	const char *word = json_string_value(json_object_get(object, name));
	return word ? word : "";
}
