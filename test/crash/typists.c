/* typists.c - now and then a text in every open session. */
#include "typists.h"
#include "base/buf.h"

static void type(struct typists *typists, struct person *person, const char *session)
{
	struct buf text = {0};
	buf_printf(&text, "Answer %u of %s", ++typists->texts, person->settings.name);
	person_does(person, deed_find("/me/smssessions/{id}", "SendMessage"), str_of(session),
		STR_NONE, buf_str(&text));
	buf_free(&text);
}

static void type_all(void *ctx)
{
	struct typists *typists = ctx;
	for (size_t i = 0; i < typists->count; i++) {
		struct person *person = &typists->people[i];
		const struct known_session *session;
		for (session = person->sessions; session && person->client; session = session->next)
			if (strcmp(session->state, "Chatting") == 0)
				type(typists, person, session->id);
	}
	net_timer_start(typists->net, &typists->timer, typists->pause_ms);
}

void typists_begin(struct typists *typists, struct net *net, struct person *people, size_t count,
	msec pause_ms)
{
	*typists = (struct typists) {
		.net = net, .people = people, .count = count, .pause_ms = pause_ms};
	typists->timer = (struct net_timer) {.fire = type_all, .ctx = typists};
	net_timer_start(net, &typists->timer, pause_ms);
}

void typists_end(struct typists *typists)
{
	net_timer_stop(typists->net, &typists->timer);
}
