/* ledger_scene.c - set, and what happens on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/arena.h"
#include "ledger_scene.h"
#include "net/net_sim.h"

#define START 1000000

void *scene_set(void)
{
	static const struct body_user users[] = {{.id = {"A", 1}, .name = {"ana", 3}},
		{.id = {"B", 1}, .name = {"ben", 3}}, {.id = {"S", 1}, .name = {"sam", 3}}};
	struct scene *s = mem_new(sizeof *s);
	s->net = net_sim_new(1, START);
	s->ledger = ledger_new();
	ledger_begin(s->ledger, s->net, &(struct ledger_times) {0});
	s->ana.settings.name = "ana";
	s->ben.settings.name = "ben";
	s->sam.settings = (struct person_settings) {.name = "sam", .is_supervisor = true};
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++)
		s->archive.shelves[kind].events = s->events[kind];
	for (size_t i = 0; i < 3; i++)
		s->events[BODY_user][i] = (struct event) {.kind = EV_USER_ADDED, .body = &users[i]};
	s->archive.shelves[BODY_user].count = 3;
	return s;
}

int scene_begin(void **state)
{
	*state = scene_set();
	return 0;
}

int scene_end(void **state)
{
	struct scene *s = *state;
	ledger_free(&s->ledger);
	net_sim_free(&s->net);
	free(s);
	return 0;
}

void scene_pass(struct scene *s, msec ms)
{
	net_sim_run(s->net, net_now(s->net) + ms);
}

void scene_happens(struct scene *s, enum event_kind kind, const void *body)
{
	struct archive_shelf *shelf = &s->archive.shelves[event_body(kind)];
	assert_true(shelf->count < SCENE_EVENTS_MAX);
	struct cause *cause = &s->causes[event_body(kind)][shelf->count];
	*cause = (struct cause) {.command = (uint64_t)net_now(s->net), .kind = s->cause};
	shelf->events[shelf->count++] =
		(struct event) {.kind = kind, .at = net_now(s->net), .cause = cause, .body = body};
}

void scene_asks(struct scene *s, struct fact *deed)
{
	deed->kind = FACT_ASKED;
	deed->asked = net_now(s->net);
	ledger_fact(s->ledger, deed);
}

void scene_answered(struct scene *s, struct fact *deed, uint64_t code)
{
	deed->kind = code ? FACT_REFUSED : FACT_DONE;
	deed->number = code;
	ledger_fact(s->ledger, deed);
}

bool scene_is_blamed(struct scene *s, void (*ask)(const struct inquiry *in))
{
	const struct inquiry in = {s->ledger, &s->archive};
	ask(&in);
	return s->ledger->broken.len > 0;
}
