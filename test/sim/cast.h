/* cast.h - who works in the contact centre of the trials, and its configuration as a file's text: for the simulated world
 * and for the real binary. */
#ifndef TEST_SIM_CAST_H
#define TEST_SIM_CAST_H

#include "base/buf.h"
#include "base/msec.h"
#include "person.h"

#define CAST_AGENTS      3
#define CAST_SEEN        1 /* supervisors whom agents may see: these are in both worlds of a twin */
#define CAST_SUPERVISORS 3 /* those who stay silent */
#define CAST_PEOPLE      (CAST_AGENTS + CAST_SEEN + CAST_SUPERVISORS)

/* Who comes, agents first, then who may be seen. Name, role, colleagues and whom to look up are filled in. index: below CAST_PEOPLE. */
void cast_settings(struct person_settings *settings, size_t index);
bool cast_is_agent(struct str name);
/* Is it one of those to whom silent supervisors must stay silent: an agent, or the program that reads the feed? */
bool cast_is_kept_from(struct str name);

/* Are the supervisors whom agents may see there? */
bool cast_has_seen(uint64_t seed);

/* How texts come and go, where a trial is about that. All zero: over one link. */
struct cast_links {
	unsigned links;    /* of the one carrier; 0: one, as 1 */
	msec dead_from_ms; /* the first of several is out of reach from then on; 0: never */
	bool has_gateway;  /* texts of the second number come and go over HTTP: gateway.h */
};
/* Drawn by itself: whatever else a seed decides stays as it is. */
struct cast_links cast_draw_links(uint64_t seed);

/* Where the server and its carrier are. */
struct cast_place {
	const char *host;    /* on which the server listens, port PERSON_PORT */
	const char *carrier; /* the host to which its links connect, ports CARRIER_PORT */
	const char *gateway; /* of the provider, where there is one */
	const char *data_dir;
	bool has_rules; /* that raise hands */
	struct cast_links links;
	unsigned keep_texts_s; /* sessions.keep-texts-for; 0: for ever */
};
/* In some seeds words go while people work; drawn by itself, too. */
unsigned cast_draw_keep_texts(uint64_t seed);
/* What the seed decides beside what people do: so that each rule meets each setting. */
void cast_put_configuration(struct buf *text, const struct cast_place *place, uint64_t seed);

#endif
