/* cast.c - names, roles, settings. */
#include "cast.h"
#include "carrier.h"

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

bool cast_has_seen(uint64_t seed)
{
	return seed % 2;
}

static void put_users(struct buf *text)
{
	buf_puts(text, "  users:\n");
	for (size_t i = 0; i < CAST_PEOPLE; i++)
		buf_printf(text, "    - {name: %s, roles: [%s], password: x}\n", cast[i].name,
			cast[i].roles);
}

void cast_put_configuration(struct buf *text, const struct cast_place *place, uint64_t seed)
{
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
	put_users(text);
	buf_printf(text,
		"  links:\n"
		"    - {name: carrier, host: %s, port: %d, system-id: sotto, password: x}\n"
		"  queues:\n"
		"    - {name: service, number: \"5000\", link: carrier}\n"
		"    - {name: sales, number: \"6000\", link: carrier}\n",
		place->carrier, CARRIER_PORT);
}
