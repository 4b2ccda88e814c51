/* bot.c - one step a second: what is due is done. */
#include "client/bot.h"
#include "client/api_client.h"
#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#define STEP_MS 1000

enum chat_state {
	CHAT_INVITED, /* to be accepted when its turn comes */
	CHAT_OPEN,    /* accepted by the bot; completed at `complete_at` */
	CHAT_LEFT,    /* customer's side over; completed at the next step */
};

struct chat {
	char id[SESSION_ID_LEN + 1];
	enum chat_state state;
	bool is_ours; /* the bot accepted it, or took it up after a restart */
	msec complete_at;
	msec answer_at; /* 0: nothing to answer */
	unsigned said;
	struct chat *prev, *next;
};

struct bot {
	struct net *net;
	struct bot_settings settings;
	struct api_client *client;
	struct net_stream stream;
	struct net_timer step;
	struct chat *chats; /* in order of arrival */
	msec last_accept;
	bool is_up, is_started, is_quiet;
};

static void step(void *ctx);
static void on_up(void *ctx);
static void on_notification(void *ctx, struct json_value told);
static void on_trouble(void *ctx, const char *why, bool refused);

struct bot *bot_new(struct net *net, const struct bot_settings *settings)
{
	struct bot *bot = mem_new(sizeof *bot);
	bot->net = net;
	bot->settings = *settings;
	bot->settings.user = str_copy(settings->user);
	bot->settings.password = str_copy(settings->password);
	bot->stream = net_stream_of(net, settings->user, 0);
	bot->step = (struct net_timer) {.fire = step, .ctx = bot};
	struct api_client_settings client = {
		.host = settings->host,
		.port = settings->port,
		.user = settings->user,
		.password = settings->password,
		.on_up = on_up,
		.on_notification = on_notification,
		.on_trouble = on_trouble,
		.ctx = bot,
	};
	bot->client = api_client_new(net, &client);
	net_timer_start(net, &bot->step, STEP_MS);
	return bot;
}

static void chat_free(struct bot *bot, struct chat **chat)
{
	DL_DELETE(bot->chats, *chat);
	free(*chat);
	*chat = NULL;
}

static void forget_chats(struct bot *bot)
{
	struct chat *chat, *next;
	DL_FOREACH_SAFE(bot->chats, chat, next)
		chat_free(bot, &chat);
}

void bot_free(struct bot **botp)
{
	struct bot *bot = *botp;
	if (!bot)
		return;
	net_timer_stop(bot->net, &bot->step);
	api_client_free(&bot->client);
	forget_chats(bot);
	str_free(&bot->settings.user);
	str_free(&bot->settings.password);
	free(bot);
	*botp = NULL;
}

/* --- small things ------------------------------------------------------------------------------- */

static msec between(struct bot *bot, msec least, msec most)
{
	uint32_t draw;
	net_random(bot->net, &bot->stream, &draw, sizeof draw);
	return least + (msec)(draw % (uint64_t)(most - least + 1));
}

static struct chat *chat_find(const struct bot *bot, struct str id)
{
	struct chat *chat;
	DL_FOREACH(bot->chats, chat)
		if (str_is(id, chat->id))
			return chat;
	return NULL;
}

static struct chat *chat_of(struct bot *bot, struct str id)
{
	struct chat *chat = chat_find(bot, id);
	if (chat || id.len != SESSION_ID_LEN)
		return chat;
	chat = mem_new(sizeof *chat);
	memcpy(chat->id, id.at, SESSION_ID_LEN);
	DL_APPEND(bot->chats, chat);
	return chat;
}

static void operate(struct bot *bot, const struct chat *chat, const char *name, const char *key,
	struct str value)
{
	char path[64];
	snprintf(path, sizeof path, "/api/v2/me/smssessions/%s", chat->id);
	api_client_operation(bot->client, str_of(path), name, key, value, NULL, NULL);
}

/* --- what the server tells ---------------------------------------------------------------------- */

static void chat_opened(struct bot *bot, struct chat *chat)
{
	if (chat->state == CHAT_OPEN)
		return;
	chat->state = CHAT_OPEN;
	chat->complete_at = net_now(bot->net) + between(bot, BOT_HOLD_LEAST_MS, BOT_HOLD_MOST_MS);
	chat->answer_at = net_now(bot->net) + between(bot, 1000, 3000);
}

/* The state of one session as the resource tells it, from a notification or from GET. */
static void see_session(struct bot *bot, const json_t *session)
{
	struct str id, state;
	if (!json_read_text(session, "id", &id) || !json_read_text(session, "state", &state))
		return;
	struct chat *chat = bot->is_quiet ? chat_find(bot, id) : chat_of(bot, id);
	if (!chat)
		return;
	if (str_is(state, "Invited"))
		chat->state = CHAT_INVITED;
	else if (str_is(state, "Chatting") && chat->is_ours)
		chat_opened(bot, chat);
	else if (str_is(state, "LeftChat") && chat->is_ours)
		chat->state = CHAT_LEFT;
	else
		chat_free(bot, &chat); /* over, or accepted by a person at work as the same user */
}

static void see_messages(struct bot *bot, const json_t *data)
{
	size_t i;
	json_t *message;
	struct str path;
	if (!json_read_text(data, "smssessionPath", &path))
		return;
	struct chat *chat = chat_find(bot, str_skip(path, sizeof "/smssessions/" - 1));
	if (!chat || chat->state != CHAT_OPEN)
		return;
	json_array_foreach(json_object_get(data, "messages"), i, message) {
		struct str type = STR_NONE;
		if (!json_read_text(json_object_get(message, "from"), "type", &type))
			continue;
		if (str_is(type, "Customer") && json_object_get(message, "text"))
			chat->answer_at = net_now(bot->net) + between(bot, 2000, 5000);
	}
}

static void on_notification(void *ctx, struct json_value told)
{
	struct bot *bot = ctx;
	json_t *data = json_read(told.bytes);
	const json_t *session = json_object_get(data, "smssession");
	if (session)
		see_session(bot, session);
	else if (json_object_get(data, "messages"))
		see_messages(bot, data);
	json_decref(data);
}

static void on_trouble(void *ctx, const char *why, bool refused)
{
	struct bot *bot = ctx;
	bot->is_up = false;
}

/* --- coming to work ----------------------------------------------------------------------------- */

/* What is open from before (a restart) is taken up. */
static void see_open_sessions(void *ctx, int status, struct str body)
{
	struct bot *bot = ctx;
	size_t i;
	json_t *answer = status == 200 ? json_read(body) : NULL, *session;
	json_array_foreach(json_object_get(answer, "smssessions"), i, session) {
		struct str id;
		struct chat *chat = json_read_text(session, "id", &id) ? chat_of(bot, id) : NULL;
		if (chat)
			chat->is_ours = true;
		see_session(bot, session);
	}
	json_decref(answer);
}

static void on_up(void *ctx)
{
	struct bot *bot = ctx;
	forget_chats(bot);
	bot->is_started = false;
	bot->is_up = true;
}

static void came_to_work(void *ctx, int status, struct str body)
{
	struct bot *bot = ctx;
	bot->is_started = status == 200;
}

static void come_to_work(struct bot *bot)
{
	api_client_post(bot->client, STR("/api/v2/me"),
		STR("{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"smssession\"]"
		    "}"),
		NULL, NULL);
	api_client_operation(bot->client, STR("/api/v2/me/channels/smssession"), "Ready", NULL,
		STR_NONE, came_to_work, bot);
	api_client_get(bot->client, STR("/api/v2/me/smssessions?fields=*"), see_open_sessions, bot);
	bot->is_started = true;
}

/* A person is there, or left so recently that the bot waits yet. */
static bool must_be_quiet(struct bot *bot)
{
	struct login_person person = bot->settings.person(
		bot->settings.ctx, bot->settings.user, api_client_cookie(bot->client));
	return person.is_there || (person.left && net_now(bot->net) < person.left + BOT_RETURN_MS);
}

/* --- conversation ------------------------------------------------------------------------------- */

static void say(struct bot *bot, struct chat *chat)
{
	static const char *const lines[] = {
		"Hello, thank you for your message. I am looking into it right now.",
		"I have found your order, one moment please.",
		"It is on its way and arrives tomorrow before noon. Is there anything else?",
		"You are welcome \xE2\x80\x93 have a nice day!",
	};
	const unsigned count = sizeof lines / sizeof lines[0];
	operate(bot, chat, "SendMessage", "text",
		str_of(lines[chat->said < count ? chat->said : count - 1]));
	chat->said++;
	chat->answer_at = 0;
}

static void step_chat(struct bot *bot, struct chat *chat, msec now)
{
	if (chat->state == CHAT_LEFT || (chat->state == CHAT_OPEN && now >= chat->complete_at)) {
		operate(bot, chat, "Complete", NULL, STR_NONE);
		return;
	}
	if (bot->is_quiet)
		return;
	if (chat->state == CHAT_INVITED && now - bot->last_accept >= BOT_ACCEPT_PAUSE_MS) {
		operate(bot, chat, "Accept", NULL, STR_NONE);
		chat->is_ours = true;
		bot->last_accept = now;
	} else if (chat->state == CHAT_OPEN && chat->answer_at && now >= chat->answer_at &&
		   now + BOT_LAST_WORD_MS <= chat->complete_at) {
		say(bot, chat);
	}
}

/* Invitations are the person's to answer now; what the bot accepted it completes in its time. */
static void become_quiet(struct bot *bot)
{
	struct chat *chat, *next;
	bot->is_quiet = true;
	bot->is_started = false;
	DL_FOREACH_SAFE(bot->chats, chat, next)
		if (chat->state == CHAT_INVITED)
			chat_free(bot, &chat);
}

static void step(void *ctx)
{
	struct bot *bot = ctx;
	msec now = net_now(bot->net);
	net_timer_start(bot->net, &bot->step, STEP_MS);
	if (!bot->is_up)
		return;
	bool quiet = must_be_quiet(bot);
	if (quiet && !bot->is_quiet)
		become_quiet(bot);
	bot->is_quiet = quiet;
	if (!quiet && !bot->is_started)
		come_to_work(bot);
	struct chat *chat, *next;
	DL_FOREACH_SAFE(bot->chats, chat, next)
		step_chat(bot, chat, now);
}
