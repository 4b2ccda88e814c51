/* program.c - a client of the feed. */
#include "program.h"
#include "person.h"
#include "wire/json.h"

struct api_client *program_new(struct net *net, uint64_t way)
{
	const struct api_client_settings settings = {
		.host = STR(PERSON_HOST),
		.port = PERSON_PORT,
		.user = STR(PROGRAM_NAME),
		.password = STR("x"),
		.topic = "/v2/contact-center/smssessions",
		.by_socket = way & 1,
		.acks = way & 2,
		.replays = true,
	};
	return api_client_new(net, &settings);
}

static void on_sessions(void *ctx, int status, struct str body)
{
	json_t *answer = json_read(body), *uri;
	size_t i;
	json_array_foreach(json_object_get(answer, "uris"), i, uri) {
		struct buf path = {0};
		const char *id = strrchr(json_string_value(uri), '/');
		buf_printf(&path, "/api/v2/me/smssessions%s", id);
		api_client_get(ctx, buf_str(&path), NULL, NULL);
		buf_puts(&path, "/messages");
		api_client_get(ctx, buf_str(&path), NULL, NULL);
		buf_free(&path);
	}
	json_decref(answer);
}

void program_reads_all(struct api_client *program)
{
	api_client_get(program, STR("/api/v2/me?subresources=*"), NULL, NULL);
	api_client_get(program, STR("/api/v2/users"), NULL, NULL);
	api_client_get(program, STR("/api/v2/me/smssessions"), on_sessions, program);
}
