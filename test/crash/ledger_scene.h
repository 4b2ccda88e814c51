/* ledger_scene.h - a ledger and an archive, written by hand, for the oracle's own tests: ana and ben are agents, sam is a
 * supervisor, with the ids A, B and S. */
#ifndef CRASH_LEDGER_SCENE_H
#define CRASH_LEDGER_SCENE_H

#include "ledger_rules.h"

#define ANSWER_MS        50
#define SCENE_EVENTS_MAX 8

struct scene {
	struct net *net;
	struct ledger *ledger;
	struct archive archive;
	struct event events[BODY_KINDS][SCENE_EVENTS_MAX];
	enum cause_kind cause; /* of what happens from now on */
	struct cause causes[BODY_KINDS][SCENE_EVENTS_MAX];
	struct person ana, ben, sam;
};

void *scene_set(void);
/* As cmocka wants them. */
int scene_begin(void **state);
int scene_end(void **state);

void scene_pass(struct scene *s, msec ms);
/* Now, in the archive; what happens at one time is of one command. body must outlive the scene. */
void scene_happens(struct scene *s, enum event_kind kind, const void *body);
/* Set the time of asking, and what it is: FACT_ASKED; FACT_DONE or, with a code, FACT_REFUSED. */
void scene_asks(struct scene *s, struct fact *deed);
void scene_answered(struct scene *s, struct fact *deed, uint64_t code);
bool scene_is_blamed(struct scene *s, void (*ask)(const struct inquiry *in));

#endif
