/* token_cmd.c - `sotto token add|list|revoke`: on a running server, or on its store. */
#include <sodium.h>
#include <stdio.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_kinds.h"
#include "login/bearer.h"
#include "wire/json.h"

struct token_options {
	const char *label;
};

static void put_hex(struct buf *request, const char *name, const unsigned char *bytes, size_t len)
{
	char hex[2 * DIGEST_BYTES + 1];
	sodium_bin2hex(hex, sizeof hex, bytes, len);
	json_member(request, name, str_of(hex));
}

/* The secret is drawn here and told once: the server gets its digest. */
static int add(const struct cli_call *call)
{
	const struct token_options *options = call->options;
	unsigned char secret[BEARER_SECRET_BYTES], id[TOKEN_ID_LEN / 2], digest[DIGEST_BYTES];
	char text[BEARER_LEN + 1];
	struct buf request = {0};
	randombytes_buf(secret, sizeof secret);
	randombytes_buf(id, sizeof id);
	bearer_text(text, secret);
	bearer_digest(digest, str_of(text));
	admin_begin(&request, "token-add");
	put_hex(&request, "id", id, sizeof id);
	put_hex(&request, "digest", digest, sizeof digest);
	json_member(&request, "user", str_of(call->word));
	json_member(&request, "label", str_of(options->label));
	int exit_code = admin_do("token", call->folder, &request, "%s", text);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(text, sizeof text);
	return exit_code;
}

static int revoke(const struct cli_call *call)
{
	struct buf request = {0};
	admin_begin(&request, "token-revoke");
	json_member(&request, "id", str_of(call->word));
	return admin_do("token", call->folder, &request, "token '%s' is revoked", call->word);
}

static void print_token(const json_t *token)
{
	printf("%s  %-20s %s  %s\n", admin_text(token, "id"), admin_text(token, "user"),
		admin_text(token, "made"), admin_text(token, "label"));
}

static int list(const struct cli_call *call)
{
	return admin_list("token", call->folder, "tokens", print_token);
}

/* --- which ------------------------------------------------------------------------------------ */

int token_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	struct token_options o = {0};
	const struct cli_option options[] = {
		{"--label", "TEXT", "what it is for, as list tells it", &o.label, NULL},
		CLI_FOLDER_OPTIONS(&folder),
		{0},
	};
	const struct cli_kind kinds[] = {
		{"add", add,
			{"token add USER [OPTIONS] --config FILE | --dir DIR",
				"Prints a new token by which a program signs in as the user, with "
				"the header\n"
				"'Authorization: Bearer TOKEN'. It is told this once; the store "
				"keeps its digest.\n" ADMIN_ABOUT,
				options, 1}},
		{"list", list,
			{"token list --config FILE | --dir DIR",
				"Lists the tokens: id, user, when it was made, "
				"label.\n" ADMIN_ABOUT,
				options + 1, 0}},
		{"revoke", revoke,
			{"token revoke ID --config FILE | --dir DIR",
				"From now on the token with this id (see list) is nobody's; its "
				"clients are dropped.\n" ADMIN_ABOUT,
				options + 1, 1}},
		{0},
	};
	return cli_kinds_run(argc, argv,
		&(struct cli_kinds) {"token add|list|revoke [OPTIONS]",
			"Tokens by which programs sign in.\n" ADMIN_ABOUT
			"`sotto token add --help` and so on tell the options.\n",
			kinds, &folder, &o});
}
