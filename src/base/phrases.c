/* phrases.c - phrases in the order of their letters: at each word of a text those that begin like it are a range, which each
 * further letter narrows. */
#include "base/phrases.h"
#include "base/arena.h"

#include <stdlib.h>

struct phrase {
	struct str written;
	struct letters letters;
	size_t place; /* in the list */
};

/* --- reading ------------------------------------------------------------------------------------ */

static size_t count_lines(struct str list)
{
	size_t count = 0;
	while (list.len) {
		str_cut(&list, '\n');
		count++;
	}
	return count;
}

/* What a phrase has there, behind the end of each less than any letter. */
static uint32_t letter_at(const struct phrase *phrase, size_t depth)
{
	return depth < phrase->letters.len ? phrase->letters.at[depth] + 1 : 0;
}

/* Of equal ones the first of the list comes first. */
static int phrase_order(const void *a, const void *b)
{
	const struct phrase *one = a, *other = b;
	size_t len = one->letters.len < other->letters.len ? one->letters.len : other->letters.len;
	for (size_t i = 0; i <= len; i++) {
		uint32_t letter = letter_at(one, i), beside = letter_at(other, i);
		if (letter != beside)
			return letter < beside ? -1 : 1;
	}
	return (one->place > other->place) - (one->place < other->place);
}

void phrases_read(struct phrases *out, struct str list)
{
	size_t lines = count_lines(list), read = 0;
	*out = (struct phrases) {.sorted = mem_new((lines + 1) * sizeof *out->sorted),
		.letters = mem_new((list.len + 1) * sizeof *out->letters)};
	for (size_t place = 0; place < lines; place++) {
		struct phrase *phrase = &out->sorted[out->count];
		phrase->place = place;
		phrase->written = str_cut(&list, '\n');
		phrase->letters =
			(struct letters) {.at = out->letters + read, .room = phrase->written.len};
		if (!letters_read(&phrase->letters, phrase->written) || !phrase->letters.len)
			continue;
		read += phrase->letters.len;
		out->count++;
	}
	qsort(out->sorted, out->count, sizeof *out->sorted, phrase_order);
}

void phrases_release(struct phrases *phrases)
{
	free(phrases->sorted);
	free(phrases->letters);
	*phrases = (struct phrases) {.sorted = NULL};
}

/* --- looking ------------------------------------------------------------------------------------ */

/* Phrases from `first` to before `end`, which are alike in `depth` letters. */
struct range {
	size_t first, end, depth;
};

/* The first of the range whose next letter is not less. */
static size_t first_with(const struct phrases *phrases, const struct range *range, uint32_t letter)
{
	size_t first = range->first, end = range->end;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (letter_at(&phrases->sorted[middle], range->depth) < letter)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

static void narrow(const struct phrases *phrases, struct range *range, uint32_t letter)
{
	size_t first = first_with(phrases, range, letter + 1);
	range->end = first_with(phrases, range, letter + 2);
	range->first = first;
	range->depth++;
}

/* The earlier in the list of `best` (NULL: none) and those that stand in the text there. */
static const struct phrase *best_at(const struct phrases *phrases, const struct letters *text,
	size_t at, const struct phrase *best)
{
	struct range range = {.end = phrases->count};
	while (at + range.depth < text->len) {
		narrow(phrases, &range, text->at[at + range.depth]);
		if (range.first == range.end)
			break;
		const struct phrase *shortest = &phrases->sorted[range.first];
		bool is_there = shortest->letters.len == range.depth &&
				letters_end_word(text, at + range.depth);
		if (is_there && (!best || shortest->place < best->place))
			best = shortest;
	}
	return best;
}

struct str phrases_first_in(const struct phrases *phrases, const struct letters *text)
{
	const struct phrase *best = NULL;
	for (size_t at = 0; at < text->len && phrases->count; at++)
		if (at == 0 || letters_end_word(text, at - 1))
			best = best_at(phrases, text, at, best);
	return best ? best->written : STR_NONE;
}
