/* cast.c - names, roles, settings. */
#include "cast.h"
#include "carrier.h"
#include "dice.h"
#include "gateway.h"
#include "program.h"

/* Of the dice, lest they fall as others of the same seed do. */
#define LINKS_SALT        0x6c696e6b73u
#define KEEP_SALT         0x6b656570u
#define DEAD_FROM_MOST_MS 1500
#define KEEP_MOST_S       3

static const struct {
	const char *name;
	const char *roles;
	bool is_supervisor, may_be_seen;
} cast[CAST_PEOPLE] = {
	{"ana", "agent", false, false},
	{"ben", "agent", false, false},
	{"cho", "agent", false, false},
	{"vic", "supervisor", true, true},
	{"sam", "supervisor", true, false},
	{"sue", "supervisor, agent", true, false},
	{"sid", "supervisor", true, false},
};

static const char *const agents[] = {"ana", "ben", "cho", NULL};
static const char *const everybody[] = {"ana", "ben", "cho", "vic", "sam", "sue", "sid", NULL};

void cast_settings(struct person_settings *settings, size_t index)
{
	settings->name = cast[index].name;
	settings->is_supervisor = cast[index].is_supervisor;
	settings->may_be_seen = cast[index].may_be_seen;
	settings->never_ready = cast[index].is_supervisor;
	settings->colleagues = agents;
	settings->everybody = everybody;
}

bool cast_is_agent(struct str name)
{
	for (size_t i = 0; i < CAST_AGENTS; i++)
		if (str_is(name, cast[i].name))
			return true;
	return false;
}

bool cast_is_kept_from(struct str name)
{
	return cast_is_agent(name) || str_is(name, PROGRAM_NAME);
}

bool cast_has_seen(uint64_t seed)
{
	return seed % 2;
}

struct cast_links cast_draw_links(uint64_t seed)
{
	struct dice dice = {seed ^ LINKS_SALT};
	struct cast_links drawn = {.links = 1};
	if (dice_roll(&dice, 2))
		drawn.links += 1 + (unsigned)dice_roll(&dice, CARRIER_LINKS_MOST - 1);
	if (drawn.links > 1 && dice_roll(&dice, 2))
		drawn.dead_from_ms = 1 + (msec)dice_roll(&dice, DEAD_FROM_MOST_MS);
	drawn.has_gateway = dice_roll(&dice, 3) == 0;
	return drawn;
}

unsigned cast_draw_keep_texts(uint64_t seed)
{
	struct dice dice = {seed ^ KEEP_SALT};
	return dice_roll(&dice, 3) ? 0 : 1 + (unsigned)dice_roll(&dice, KEEP_MOST_S);
}

static void put_users(struct buf *text)
{
	buf_puts(text, "  users:\n");
	for (size_t i = 0; i < CAST_PEOPLE; i++)
		buf_printf(text, "    - {name: %s, roles: [%s], password: x}\n", cast[i].name,
			cast[i].roles);
	buf_puts(text, "    - {name: " PROGRAM_NAME ", roles: [integrator], password: x}\n");
}

static void put_links(struct buf *text, const struct cast_place *place)
{
	unsigned links = place->links.links ? place->links.links : 1;
	buf_puts(text, "  links:\n");
	for (unsigned link = 0; link < links; link++) {
		buf_puts(text, "    - {name: carrier");
		if (link)
			buf_printf(text, "-%u", link + 1);
		buf_printf(text, ", host: %s, port: %d, system-id: sotto, password: x",
			place->carrier, (int)CARRIER_PORT(link));
		buf_puts(text, links > 1 ? ", carrier: mobile}\n" : "}\n");
	}
	if (place->links.has_gateway)
		gateway_put_link(text, place->gateway);
}

static const char *second_link(const struct cast_links *links)
{
	if (links->has_gateway)
		return GATEWAY_LINK;
	return links->links > 1 ? "carrier-2" : "carrier";
}

void cast_put_configuration(struct buf *text, const struct cast_place *place, uint64_t seed)
{
	if (place->links.has_gateway)
		gateway_put_provider(text);
	buf_printf(text,
		"listen: %s:%d\n"
		"external-url: http://sotto/api/v2\n"
		"data-dir: %s\n"
		"login: {hash-operations: 1, hash-memory-kib: 8}\n"
		"bootstrap:\n"
		"  centre: Twin\n"
		"  agents: {capacity: %d, lost-after: %d, on-logout: %s, "
		"not-ready-after-no-answer: %s}\n"
		"  routing: {answer-timeout: %d, reject-wait: %d}\n",
		place->host, PERSON_PORT, place->data_dir, (int)(1 + seed % 3), (int)(3 + seed % 4),
		seed % 5 ? "requeue" : "keep", seed % 2 ? "yes" : "no", (int)(2 + seed % 7),
		(int)(1 + seed % 4));
	const char *rules = "rules: [{name: patience, words: [one moment, waiting]}, "
			    "{name: lost, undelivered: yes}, {name: slow, reply-after:";
	/* Who supervises in sight is in both worlds alike only where silent peers are hidden from it as well. */
	buf_printf(text, "  supervision: {private: %s, auto-accept: %s",
		cast_has_seen(seed) ? "yes" : "no", seed % 3 ? "no" : "yes");
	if (place->has_rules)
		buf_printf(text, ", %s %d}]", rules, (int)(1 + seed % 4));
	buf_puts(text, "}\n");
	if (place->keep_texts_s)
		buf_printf(text, "  sessions: {keep-texts-for: %u}\n", place->keep_texts_s);
	put_users(text);
	put_links(text, place);
	buf_printf(text,
		"  queues:\n"
		"    - {name: service, number: \"5000\", link: carrier}\n"
		"    - {name: sales, number: \"6000\", link: %s}\n",
		second_link(&place->links));
}
