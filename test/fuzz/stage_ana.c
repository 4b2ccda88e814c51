/* stage_ana.c - an agent's client: what it is told, and what it does. */
#include "stage_private.h"
#include "wire/json.h"

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static void note_shown(const json_t *data)
{
	size_t i;
	json_t *message;
	json_array_foreach(json_object_get(data, "messages"), i, message) {
		const json_t *from = json_object_get(message, "from");
		if (strcmp(text_of(message, "type"), "Text") == 0)
			reached("a text of %s is shown", text_of(from, "type"));
	}
}

static void on_notification(void *ctx, struct json_value told)
{
	if (!reached_is_kept())
		return;
	json_t *data = json_read(told.bytes);
	reached("ana is told %s", text_of(data, "notificationType"));
	note_shown(data);
	json_decref(data);
}

static void answered(void *ctx, int status, struct str body)
{
	reached("ana: %s %d", (const char *)ctx, status);
}

void ana_comes(struct stage *stage)
{
	const struct api_client_settings settings = {.host = STR(STAGE_HOST),
		.port = STAGE_PORT,
		.user = STR("ana"),
		.password = STR("x"),
		.on_notification = on_notification,
		.ctx = stage};
	if (!stage->target->has_agent)
		return;
	stage->ana = api_client_new(stage->net, &settings);
	api_client_post(stage->ana, STR("/api/v2/me"),
		STR("{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"smssession\"]"
		    "}"),
		answered, (void *)"StartContactCenterSession");
	api_client_operation(
		stage->ana, STR("/api/v2/me"), "Ready", NULL, STR_NONE, answered, (void *)"Ready");
}

/* Where the words of an operation belong; others have none. */
static const struct {
	const char *operation, *key;
	bool is_hers; /* else of her newest session */
} deeds[] = {
	{"Accept", "nickname", false},
	{"Reject", NULL, false},
	{"SendMessage", "text", false},
	{"Leave", NULL, false},
	{"Complete", "queueName", false},
	{"Ready", NULL, true},
	{"NotReady", NULL, true},
	{"EndContactCenterSession", NULL, true},
};

void ana_does(struct stage *stage, struct str rest)
{
	struct str name = str_cut(&rest, ' ');
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds && stage->ana; i++) {
		struct buf path = {0}, words = {0};
		if (!str_is(name, deeds[i].operation))
			continue;
		buf_puts(&path, "/api/v2/me");
		if (!deeds[i].is_hers)
			stage_expand(stage, STR("/smssessions/$session"), &path);
		stage_expand(stage, rest, &words);
		api_client_operation(stage->ana, buf_str(&path), deeds[i].operation,
			words.len ? deeds[i].key : NULL, buf_str(&words), answered,
			(void *)(uintptr_t)deeds[i].operation);
		buf_free(&path);
		buf_free(&words);
	}
}
