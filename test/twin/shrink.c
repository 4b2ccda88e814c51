/* shrink.c - from a seed that fails to a conversation that a person can read: leaves out what does not matter,
 * half by half (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002). */
#include "base/arena.h"
#include "base/check.h"
#include "twin.h"

#include <stdio.h>
#include <stdlib.h>

#define TALK_SHOWN   (12 * 1024) /* of the conversation: its end */
#define SPLIT_BEFORE 120         /* bytes shown of a note before the first different one */
#define SPLIT_SHOWN  400

/* One step of one person: what can be left out. */
struct unit {
	unsigned char person;
	unsigned step;
};

struct shrinking {
	struct twin_run with; /* the twin with supervisors */
	bool skipped[WORLD_PEOPLE][STEPS_MAX];
	struct unit *units;
	size_t count;
};

static struct twin_run without(const struct twin_run *with)
{
	struct twin_run run = *with;
	run.supervisors = 0;
	return run;
}

/* What a run fails for without its twin's help. */
static const char *told_wrongly(const struct twin_seen *one, const struct twin_seen *other)
{
	if (one->has_missed || other->has_missed)
		return "an agent was told twice that a session is over, and nothing between";
	return other->has_leaked ? "a word that only supervisors may know was told to others"
				 : NULL;
}

/* Runs both. when: of the first difference, or the end of the run. */
static bool is_failure(const struct shrinking *s, msec *when, unsigned steps[WORLD_PEOPLE])
{
	struct twin_seen one, other;
	struct tape_split split;
	struct twin_run alone = without(&s->with);
	twin_run(&alone, &one);
	twin_run(&s->with, &other);
	bool differs = tape_differs(&one.tape, &other.tape, &split);
	*when = differs ? split.when : s->with.run_ms;
	bool fails = differs || told_wrongly(&one, &other);
	memcpy(steps, other.steps, sizeof other.steps);
	tape_free(&one.tape);
	tape_free(&other.tape);
	return fails;
}

static bool still(const struct shrinking *s)
{
	msec when;
	unsigned steps[WORLD_PEOPLE];
	return is_failure(s, &when, steps);
}

/* --- what to leave out -------------------------------------------------------------------------- */

static void skip(struct shrinking *s, size_t from, size_t to, bool is_skipped)
{
	for (size_t i = from; i < to; i++)
		s->skipped[s->units[i].person][s->units[i].step] = is_skipped;
}

static void list_units(struct shrinking *s, const unsigned steps[WORLD_PEOPLE])
{
	s->units = mem_new(WORLD_PEOPLE * STEPS_MAX * sizeof *s->units);
	s->count = 0;
	for (int person = WORLD_PEOPLE - 1; person >= 0; person--) /* supervisors first */
		for (unsigned step = 0; step < steps[person] && step < STEPS_MAX; step++)
			s->units[s->count++] = (struct unit) {(unsigned char)person, step};
}

static void keep(struct shrinking *s, size_t from, size_t to)
{
	memmove(&s->units[from], &s->units[to], (s->count - to) * sizeof *s->units);
	s->count -= to - from;
}

/* Leaves out pieces of this size wherever the twins go on to differ. True: something went. */
static bool leave_out(struct shrinking *s, size_t size)
{
	bool did = false;
	for (size_t from = 0; from < s->count;) {
		size_t to = from + size < s->count ? from + size : s->count;
		skip(s, from, to, true);
		if (still(s)) {
			keep(s, from, to); /* out of the list: stays left out */
			did = true;
			continue;
		}
		skip(s, from, to, false);
		from = to;
	}
	return did;
}

static void leave_out_all_that_goes(struct shrinking *s)
{
	for (size_t size = (s->count + 1) / 2; size >= 1; size /= 2)
		leave_out(s, size);
	while (leave_out(s, 1))
		continue;
}

/* Where they part, and not later. */
static void end_early(struct shrinking *s, msec when)
{
	struct twin_run before = s->with;
	if (when > before.run_ms)
		return;
	s->with.run_ms = when;
	s->with.reads_all = false;
	if (!still(s))
		s->with = before;
}

static void send_customers_home(struct shrinking *s)
{
	s->with.has_customers = false;
	if (!still(s))
		s->with.has_customers = true;
}

/* --- telling ------------------------------------------------------------------------------------ */

static size_t equal_bytes(struct str a, struct str b)
{
	size_t at = 0;
	while (at < a.len && at < b.len && a.at[at] == b.at[at])
		at++;
	return at;
}

/* Behind the headers, where there are any: those tell only that the body is of another length. */
static struct str body_of(struct str note)
{
	const char *end = note.len ? memmem(note.at, note.len, "\r\n\r\n", 4) : NULL;
	return end ? str_skip(note, (size_t)(end - note.at) + 4) : note;
}

/* The note from a little before where it parts from the other one. */
static void print_note(const char *which, struct str note, struct str other)
{
	if (!str_eq(body_of(note), body_of(other))) {
		note = body_of(note);
		other = body_of(other);
	}
	size_t from = equal_bytes(note, other);
	from = from > SPLIT_BEFORE ? from - SPLIT_BEFORE : 0;
	printf("--- %s:%s ", which, note.len ? from ? " ..." : "" : " nothing more");
	for (size_t i = from; i < note.len && i < from + SPLIT_SHOWN; i++) /* PDUs are not text */
		putchar(note.at[i] >= ' ' && note.at[i] <= '~' ? note.at[i] : '.');
	putchar('\n');
}

static void tell(const struct shrinking *s)
{
	struct talk talk = {0};
	struct twin_seen one, other;
	struct tape_split split;
	struct twin_run alone = without(&s->with), told = s->with;
	told.talk = &talk;
	twin_run(&alone, &one);
	twin_run(&told, &other);
	bool differs = tape_differs(&one.tape, &other.tape, &split);
	const char *wrong = told_wrongly(&one, &other);
	CHECK(differs || wrong);
	size_t from = talk.text.len > TALK_SHOWN ? talk.text.len - TALK_SHOWN : 0;
	printf("# seed %llu, with %u supervisors, %zu steps of people left:\n%.*s\n",
		(unsigned long long)s->with.seed, s->with.supervisors, s->count,
		STR_ARGS(str_skip(buf_str(&talk.text), from)));
	if (wrong)
		printf("--- %s\n", wrong);
	if (differs) {
		print_note("without supervisors", split.one, split.other);
		print_note("with supervisors", split.other, split.one);
	}
	talk_free(&talk);
	tape_free(&one.tape);
	tape_free(&other.tape);
}

void twin_shrink(uint64_t seed, unsigned *steps_left)
{
	struct shrinking *s = mem_new(sizeof *s);
	msec when;
	unsigned steps[WORLD_PEOPLE];
	s->with = twin_of(seed, true);
	for (size_t i = 0; i < WORLD_PEOPLE; i++)
		s->with.skipped[i] = s->skipped[i];
	CHECK(is_failure(s, &when, steps));
	end_early(s, when);
	CHECK(is_failure(s, &when, steps));
	list_units(s, steps);
	send_customers_home(s);
	leave_out_all_that_goes(s);
	tell(s);
	*steps_left = (unsigned)s->count;
	free(s->units);
	free(s);
}
