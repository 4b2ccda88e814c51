/* tally.c - counting what was tried and met, telling it, and finding what never was. */
#include "tally.h"
#include "worlds.h"

#include <stdio.h>

#define MET(name, when, words)                                                                     \
	static bool has_##name(const struct scope *scope)                                          \
	{                                                                                          \
		return when;                                                                       \
	}
#include "met.def"
#undef MET

static const struct {
	bool (*is_in)(const struct scope *scope);
	const char *words;
} rows[MET_KINDS] = {
#define MET(name, when, words) {has_##name, words},
#include "met.def"
#undef MET
};

void tally_move(struct tally *tally, struct move move, enum err e, bool is_changed)
{
	struct tally_move *of = &tally->move[move.kind];
	of->tried++;
	if (e != OK)
		of->refused[e]++;
	else /* that it dies and is there again needs no event */
		of->changed += is_changed || move.kind == MOVE_CRASH;
}

static uint64_t refused(const struct tally_move *of)
{
	uint64_t all = 0;
	for (unsigned e = 0; e < ERR_COUNT; e++)
		all += of->refused[e];
	return all;
}

static void say_refused(const struct tally_move *of, struct buf *out)
{
	for (unsigned e = 0; e < ERR_COUNT; e++)
		if (of->refused[e])
			buf_printf(out, " %s %llu", err_name((enum err)e),
				(unsigned long long)of->refused[e]);
}

void tally_say(const struct tally *tally, const struct scope *scope)
{
	fprintf(stderr, "#        tried      changed      refused\n");
	for (unsigned kind = 0; kind < MOVE_KINDS; kind++) {
		const struct tally_move *of = &tally->move[kind];
		struct buf why = {0};
		say_refused(of, &why);
		if (of->tried || move_kind_is_in(scope, kind))
			fprintf(stderr, "# %12llu %12llu %12llu %s:%.*s\n",
				(unsigned long long)of->tried, (unsigned long long)of->changed,
				(unsigned long long)refused(of), move_kind_words(kind),
				STR_ARGS(buf_str(&why)));
		buf_free(&why);
	}
	fprintf(stderr, "#          met\n");
	for (unsigned i = 0; i < MET_KINDS; i++)
		if (tally->met[i] || rows[i].is_in(scope))
			fprintf(stderr, "# %12llu %s\n", (unsigned long long)tally->met[i],
				rows[i].words);
}

/* 1 if it was to be met and was not, or the other way round. */
static unsigned ask(
	bool is_in, uint64_t times, struct str world, const char *what, const char *words)
{
	bool is_unmet = worlds_is_unmet(world, words);
	if (is_in && !times && !is_unmet)
		fprintf(stderr, "# broken: %s: %s\n", what, words);
	else if (is_unmet && (times || !is_in))
		fprintf(stderr, "# broken: worlds.def says that this is not met, and it is: %s\n",
			words);
	else
		return 0;
	return 1;
}

unsigned tally_missing_moves(const struct tally *tally, const struct scope *scope, struct str world)
{
	unsigned missing = 0;
	for (unsigned kind = 0; kind < MOVE_KINDS; kind++)
		if (move_kind_is_in(scope, kind))
			missing += ask(true, tally->move[kind].changed, world,
				"a move of this world never succeeded", move_kind_words(kind));
	return missing;
}

unsigned tally_missing(const struct tally *tally, const struct scope *scope, struct str world)
{
	unsigned missing = tally_missing_moves(tally, scope, world);
	for (unsigned i = 0; i < MET_KINDS; i++)
		missing += ask(rows[i].is_in(scope), tally->met[i], world, "this world never met",
			rows[i].words);
	return missing;
}

void tally_json(const struct tally *tally, struct buf *out)
{
	const char *comma = "";
	buf_puts(out, "\"moves\":{");
	for (unsigned kind = 0; kind < MOVE_KINDS; kind++) {
		const struct tally_move *of = &tally->move[kind];
		if (!of->tried)
			continue;
		buf_printf(out, "%s\"%s\":[%llu,%llu,%llu]", comma, move_kind_words(kind),
			(unsigned long long)of->tried, (unsigned long long)of->changed,
			(unsigned long long)refused(of));
		comma = ",";
	}
	buf_puts(out, "},\"met\":{");
	for (unsigned i = 0; i < MET_KINDS; i++)
		buf_printf(out, "%s\"%s\":%llu", i ? "," : "", rows[i].words,
			(unsigned long long)tally->met[i]);
	buf_puts(out, "}");
}
