/* properties.h - what must hold after each step of the walk, in the field's words. */
#ifndef WORLD_PROPERTIES_H
#define WORLD_PROPERTIES_H

#include "canon.h"
#include "core/rules/access.h"
#include "moves.h"
#include "spec_sight.h"
#include "tally.h"

struct step {
	const struct world *world; /* rows: before; core, outcome: after */
	struct move move;
	struct tally *tally;
	const struct listed *listed; /* before */
};

/* What each user was shown to be able to do in each session that was not ended: sets of enum capability. */
struct listed {
	unsigned in[SESSIONS_MAX][USERS_MAX];
};
void listed_note(struct listed *listed, const struct world *world);

/* NULL: all hold. Else the sentence that does not, with what was seen in why. */
const char *properties_broken_by(const struct step *step, struct buf *why);

/* What of a user's operations on a session succeeded in one state. */
struct tried {
	unsigned tried, succeeded; /* bit 1 << enum capability */
};
/* After a move of that state was tried. Answered and then told to have failed is no success. */
void tried_note(struct tried tried[USERS_MAX][SESSIONS_MAX], struct move move, bool succeeded);
/* The same for the capabilities: the world's core is as it was before the moves. */
const char *capabilities_broken(const struct world *world,
	struct tried tried[USERS_MAX][SESSIONS_MAX], struct tally *tally, struct buf *why);

/* Inside of properties*.c, traces.c */
static inline void met(const struct step *step, enum met what)
{
	step->tally->met[what]++;
}
struct property {
	const char *sentence, *source;
	bool (*holds)(const struct step *step, struct buf *why);
};
extern const struct property deed_properties[], happening_properties[], sight_properties[],
	order_properties[], rule_properties[], capability_properties[]; /* end: sentence NULL */
enum spec_told told_of_kind(enum event_kind kind); /* the specification's word for it */
enum spec_onlooker onlooker_of(enum party_kind kind);
const char *visibility_word(enum visibility visibility);
/* As what a user reads an entry: as the first participation that had not ended before it. */
const struct viewer *reads_as(const struct viewer *reader, uint64_t seq);
/* "Monitor", "Agent", "Customer": a mode of spec_sight. */
const char *mode_of(const struct viewer *viewer);
/* Is the user there as agent? */
bool works_there(const struct world *world, struct str session, struct str user);
bool is_touched(const struct step *step, const struct session *session);
bool is_one_phone(struct str a, struct str b); /* in whatever spelling */
const char *name_of(const struct world *world, struct str user_id);
#define EACH_EVENT(step, each)                                                                     \
	for (const struct event *each = (step)->world->outcome.events;                             \
		each < (step)->world->outcome.events + (step)->world->outcome.count; each++)

#endif
