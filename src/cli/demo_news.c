/* demo_news.c - one row per kind of event that is news. */
#include "cli/demo_news.h"

#include <stdio.h>

static const char *name_of(const struct core *core, struct str user_id)
{
	const struct user *user = core_user(core, user_id);
	return user ? user->b.name.at : "?"; /* an owned str ends with '\0' */
}

static void begin(const struct event *event, struct str session)
{
	struct buf time = {0};
	msec_put(&time, event->at);
	printf("%.8s ", time.at + 11);
	if (session.len)
		printf("%.*s ", STR_ARGS(session));
	buf_free(&time);
}

static void print_party(const struct core *core, const struct event *event, const char *agent_does,
	const char *supervisor_does)
{
	const struct body_party *b = event->body;
	const char *does = b->kind == PARTY_SUPERVISOR ? supervisor_does : agent_does;
	if (!b->user.len || !does)
		return;
	begin(event, b->session);
	printf("%s %s\n", name_of(core, b->user), does);
}

static void print_invited(const struct core *core, const struct event *event)
{
	print_party(core, event, "is offered the session",
		"is delivered the session; nobody else can tell");
}

static void print_joined(const struct core *core, const struct event *event)
{
	print_party(core, event, "accepts", "follows silently");
}

static void print_rejected(const struct core *core, const struct event *event)
{
	print_party(core, event, "rejects", "does not want to follow");
}

static void print_left(const struct core *core, const struct event *event)
{
	print_party(core, event, "leaves; the customer's side is closed", NULL);
}

static void print_finished(const struct core *core, const struct event *event)
{
	print_party(core, event, "completes", "stops following");
}

static void print_removed(const struct core *core, const struct event *event)
{
	print_party(core, event, "is put out of the session by a colleague", NULL);
}

static void print_revoked(const struct core *core, const struct event *event)
{
	print_party(core, event, "loses the offer", "is told that it is over");
}

static void print_message(const struct core *core, const struct event *event)
{
	const struct body_message *b = event->body;
	if (b->text.len == 0)
		return;
	begin(event, b->session);
	printf("%.*s: ", STR_ARGS(b->nickname));
	for (size_t i = 0; i < b->text.len; i++) /* a customer's text must not steer the terminal */
		putchar((unsigned char)b->text.at[i] < 0x20 || b->text.at[i] == 0x7F
				? ' '
				: b->text.at[i]);
	putchar('\n');
}

static void print_registration(const struct core *core, const struct event *event)
{
	const struct body_registration *b = event->body;
	begin(event, STR_NONE);
	printf("%s %s %s", name_of(core, b->supervisor),
		event->kind == EV_REGISTRATION_STARTED ? "monitors" : "no longer monitors",
		b->thing.len ? b->thing.at : name_of(core, b->agent));
	printf(event->kind == EV_REGISTRATION_STARTED ? " (%s)\n" : "\n",
		words_name(&monitor_mode_words, b->mode));
}

static void print_agent(const struct core *core, const struct event *event)
{
	const struct body_agent *b = event->body;
	begin(event, STR_NONE);
	printf("%s is %s%s%.*s\n", name_of(core, b->user), words_name(&agent_state_words, b->state),
		b->reason.len ? ", " : "", STR_ARGS(b->reason));
}

static void print_opened(const struct core *core, const struct event *event)
{
	const struct body_session *b = event->body;
	begin(event, b->id);
	printf("opens: %.*s writes to %.*s\n", STR_ARGS(b->phone), STR_ARGS(b->number));
}

static const struct {
	enum event_kind kind;
	void (*print)(const struct core *core, const struct event *event);
} news[] = {
	{EV_AGENT_STARTED, print_agent},
	{EV_AGENT_STOPPED, print_agent},
	{EV_AGENT_MADE_READY, print_agent},
	{EV_AGENT_MADE_NOT_READY, print_agent},
	{EV_SESSION_OPENED, print_opened},
	{EV_PARTY_WAS_INVITED, print_invited},
	{EV_PARTY_JOINED, print_joined},
	{EV_PARTY_REJECTED, print_rejected},
	{EV_PARTY_LEFT, print_left},
	{EV_PARTY_FINISHED, print_finished},
	{EV_PARTY_WAS_REMOVED, print_removed},
	{EV_PARTY_WAS_REVOKED, print_revoked},
	{EV_MESSAGE_ADDED, print_message},
	{EV_REGISTRATION_STARTED, print_registration},
	{EV_REGISTRATION_ENDED, print_registration},
};

bool demo_news_print(const struct core *core, const struct event *event)
{
	for (size_t i = 0; i < sizeof news / sizeof news[0]; i++) {
		if (news[i].kind != event->kind)
			continue;
		news[i].print(core, event);
		fflush(stdout);
		return true;
	}
	return false;
}
