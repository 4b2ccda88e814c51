/* token_cmd.c - `sotto token add|list|revoke`: on a running server, or on its store. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "core/rules/token.h"
#include "login/bearer.h"
#include "wire/json.h"

struct token_options {
	struct cli_folder folder;
	const char *label;
};

static void put_hex(struct buf *request, const char *name, const unsigned char *bytes, size_t len)
{
	char hex[2 * DIGEST_BYTES + 1];
	sodium_bin2hex(hex, sizeof hex, bytes, len);
	json_member(request, name, str_of(hex));
}

/* The secret is drawn here and told once: the server gets its digest. */
static int add(const struct token_options *options, const char *user)
{
	unsigned char secret[BEARER_SECRET_BYTES], id[TOKEN_ID_LEN / 2], digest[DIGEST_BYTES];
	char text[BEARER_LEN + 1];
	struct buf request = {0};
	randombytes_buf(secret, sizeof secret);
	randombytes_buf(id, sizeof id);
	bearer_text(text, secret);
	bearer_digest(digest, str_of(text));
	buf_puts(&request, "{\"operation\":\"token-add\"");
	put_hex(&request, "id", id, sizeof id);
	put_hex(&request, "digest", digest, sizeof digest);
	json_member(&request, "user", str_of(user));
	json_member(&request, "label", str_of(options->label));
	buf_put_byte(&request, '}');
	json_t *answer = admin_ask("token", &options->folder, &request);
	if (answer)
		printf("%s\n", text);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(text, sizeof text);
	buf_free(&request);
	json_decref(answer);
	return answer ? CLI_FINE : CLI_FAILED;
}

static int revoke(const struct token_options *options, const char *id)
{
	struct buf request = {0};
	buf_puts(&request, "{\"operation\":\"token-revoke\"");
	json_member(&request, "id", str_of(id));
	buf_put_byte(&request, '}');
	json_t *answer = admin_ask("token", &options->folder, &request);
	if (answer)
		printf("token '%s' is revoked\n", id);
	buf_free(&request);
	json_decref(answer);
	return answer ? CLI_FINE : CLI_FAILED;
}

static int list(const struct token_options *options, const char *nobody)
{
	struct buf request = {0};
	size_t i;
	const json_t *token;
	buf_puts(&request, "{\"operation\":\"token-list\"}");
	json_t *answer = admin_ask("token", &options->folder, &request);
	json_array_foreach(json_object_get(answer, "tokens"), i, token)
		printf("%s  %-20s %s  %s\n", admin_text(token, "id"), admin_text(token, "user"),
			admin_text(token, "made"), admin_text(token, "label"));
	buf_free(&request);
	json_decref(answer);
	return answer ? CLI_FINE : CLI_FAILED;
}

/* --- which ------------------------------------------------------------------------------------ */

#define ABOUT                                                                                      \
	"On a running server through its admin socket, else on the store itself, under its "       \
	"lock.\n"

static const struct {
	const char *name;
	int (*run)(const struct token_options *options, const char *word);
	size_t words;
	const char *usage, *about;
} kinds[] = {
	{"add", add, 1, "token add USER [OPTIONS] --config FILE | --dir DIR",
		"Prints a new token by which a program signs in as the user, with the header\n"
		"'Authorization: Bearer TOKEN'. It is told this once; the store keeps its "
		"digest.\n" ABOUT},
	{"revoke", revoke, 1, "token revoke ID --config FILE | --dir DIR",
		"From now on the token with this id (see list) is nobody's; its clients are "
		"dropped.\n" ABOUT},
	{"list", list, 0, "token list --config FILE | --dir DIR",
		"Lists the tokens: id, user, when it was made, label.\n" ABOUT},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static int run(size_t kind, int argc, char **argv)
{
	struct token_options o = {0};
	const struct cli_option add_options[] = {
		{"--label", "TEXT", "what it is for, as list tells it", &o.label, NULL},
		CLI_FOLDER_OPTIONS(&o.folder),
		{0},
	};
	const struct cli_syntax syntax = {kinds[kind].usage, kinds[kind].about,
		add_options + (kinds[kind].run != add), kinds[kind].words};
	const char *words[CLI_WORDS_MAX] = {NULL};
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code) ||
		!cli_folder_find(&o.folder, &syntax, &exit_code))
		return exit_code;
	exit_code = kinds[kind].run(&o, words[0]);
	cli_folder_free(&o.folder);
	return exit_code;
}

int token_cmd(int argc, char **argv)
{
	static const struct cli_option none[] = {{0}};
	static const struct cli_syntax syntax = {"token add|list|revoke [OPTIONS]",
		"Tokens by which programs sign in.\n" ABOUT
		"`sotto token add --help` and so on tell the options.\n",
		none, 1};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	for (size_t i = 0; argc > 1 && i < KINDS; i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			return run(i, argc - 1, argv + 1);
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	return cli_wrong(&syntax, "add, list or revoke, not ", words[0]);
}
