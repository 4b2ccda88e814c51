/* admin_ask.c - one question, and what is said where it fails. */
#include "cli/admin_ask.h"

#include <stdio.h>

#include "cli/admin_line.h"
#include "cli/cli.h"

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

json_t *admin_ask(const char *command, const struct cli_folder *folder, const struct buf *request)
{
	struct buf answer = {0}, why = {0};
	json_t *object = NULL;
	if (admin_line(folder, buf_str(request), &answer, &why)) {
		buf_put_byte(&why, '\0');
		admin_complain(command, why.at);
	} else {
		object = read_answer(command, &answer);
	}
	buf_free(&answer);
	buf_free(&why);
	return object;
}

const char *admin_text(const json_t *object, const char *name)
{
	const char *word = json_string_value(json_object_get(object, name));
	return word ? word : "";
}
