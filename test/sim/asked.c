/* asked.c - path and body of a request, from the row of deeds.def that it is. */
#include "asked.h"
#include "wire/json.h"

#include <stdlib.h>

void asked_free(struct asked *asked)
{
	str_free(&asked->session);
	str_free(&asked->user);
	str_free(&asked->text);
	str_free(&asked->parting);
	free(asked);
}

/* Of what is read under that folder. */
static struct str one_of(struct str folder)
{
	static const struct {
		const char *folder, *id;
	} rows[] = {{"/queues/", "service"}, {"/skills/", "Czech"}, {"/groups/", "north"},
		{"/features/", "api-multimedia"}, {"/settings/", "agent-states"},
		{"/canned-responses/", "hello"}, {"/dispositions/", "sold"},
		{"/not-ready-reasons/", "Lunch"}, {"/assignments/", "nobodys"}, {"/rules/", "law"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_is(folder, rows[i].folder))
			return str_of(rows[i].id);
	CHECK(!"a folder that deeds.def reads from and nobody knows");
	return STR_NONE;
}

void asked_put_path(struct buf *path, const struct asked *asked)
{
	struct str rest = str_of(asked->deed->path);
	enum deed_target target = deed_target(asked->deed);
	buf_puts(path, "/api/v2");
	if (memchr(rest.at, '{', rest.len)) {
		struct str before = str_cut(&rest, '{');
		buf_put(path, before);
		buf_put(path, target == TARGET_SESSION ? asked->session
			      : target == TARGET_USER || target == TARGET_USERS_SESSION ||
					      target == TARGET_HAND
				      ? asked->user
				      : one_of(before));
		str_cut(&rest, '}');
	}
	if (target == TARGET_USERS_SESSION) {
		buf_put(path, str_cut(&rest, '{'));
		buf_put(path, asked->session.len ? asked->session : STR("NONE"));
		str_cut(&rest, '}');
	}
	buf_put(path, rest);
	buf_puts(path, asked->deed->query);
}

static void put_user_path(struct buf *body, struct str user)
{
	json_key(body, "targetPath");
	buf_puts(body, "\"/users/");
	buf_put(body, user);
	buf_put_byte(body, '"');
}

static const char *name_of_words(enum deed_with with)
{
	return with == A_URL           ? "url"
	       : with == A_NOTICE      ? "noticeText"
	       : with == A_DISPOSITION ? "disposition"
	       : with == A_HAND        ? "comment"
				       : "text";
}

static void put_datum(struct buf *body, const struct asked *asked)
{
	const char *name = deed_datum(asked->deed);
	if (asked->deed->with == A_KEY) {
		json_key(body, "keys");
		buf_printf(body, "[\"%s\"]", name);
	} else {
		json_key(body, "userData");
		buf_put_byte(body, '{');
		json_member(body, name, asked->text);
		buf_put_byte(body, '}');
	}
}

static void put_thing(struct buf *body, const struct asked *asked)
{
	json_key(body, "targetPath");
	buf_printf(body, "\"/%.*s\"", STR_ARGS(asked->user));
	if (asked->share == 1)
		json_member_u64(body, "sampleRate", 50);
	if (asked->share == 2)
		json_member_u64(body, "expiresIn", 3);
}

void asked_put_body(struct buf *body, const struct asked *asked, struct str nickname)
{
	buf_put_byte(body, '{');
	json_member(body, "operationName", str_of(asked->deed->name));
	if (asked->deed->with == CHANNELS)
		buf_puts(body, ",\"channels\":[\"smssession\"]");
	if (asked->deed->with == A_PAIR || asked->deed->with == A_KEY)
		put_datum(body, asked);
	else if (deed_has_words(asked->deed))
		json_member(body, name_of_words(asked->deed->with), asked->text);
	bool is_queue = deed_may_name_queue(asked->deed) && asked->to_queue;
	if (is_queue)
		json_member(body, "queueName", STR(ASKED_QUEUE));
	if (asked->parting.len) {
		json_member(body, "text", asked->parting);
		json_member(body, "treatAs", asked->is_system ? STR("System") : STR("Normal"));
	}
	if (asked->saves)
		json_member_bool(body, "saveLAR", true);
	if (asked->deed->with == A_PHONE) {
		json_member(body, "phoneNumber", asked->user);
		json_member(body, "queueName", STR(ASKED_QUEUE));
	}
	if (deed_may_name_user(asked->deed) && !is_queue)
		put_user_path(body, asked->user);
	if (deed_is_standing(asked->deed))
		put_thing(body, asked);
	if (asked->deed->with == A_MODE || asked->deed->with == A_THING)
		json_member(body, "supervisorMonitoringMode",
			asked->is_next ? STR("NextChat") : STR("AllChats"));
	if (asked->deed->with == A_SIGHT && asked->sight)
		json_member(body, "supervisorVisibilityMode",
			str_of(words_name(&supervision_words, asked->sight - 1)));
	if (nickname.len)
		json_member(body, "nickname", nickname);
	buf_put_byte(body, '}');
}
