/* mutate.c - for libFuzzer: scripts change by lines as well as by bytes. Linked into fuzz targets only. */
#include "base/buf.h"
#include "entry.h"

#include <stdlib.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,
	size_t other_size, uint8_t *out, size_t most, unsigned seed);

static unsigned draw(unsigned *seed, size_t below)
{
	*seed = *seed * 1103515245u + 12345u;
	return below ? (*seed >> 8) % (unsigned)below : 0;
}

static size_t count_lines(struct str script)
{
	size_t count = 0;
	for (; script.len; count++)
		str_cut(&script, '\n');
	return count;
}

/* The lines from `from`, at most `count` of them, each with its end. */
static struct str lines_of(struct str script, size_t from, size_t count)
{
	struct str line = STR_NONE;
	while (from-- > 0 && script.len)
		line = str_cut(&script, '\n');
	struct str rest = script;
	while (count-- > 0 && rest.len)
		line = str_cut(&rest, '\n');
	return str_from(script.at, script.len - rest.len);
}

static void put_lines(struct buf *out, struct str lines)
{
	buf_put(out, lines);
	if (lines.len && lines.at[lines.len - 1] != '\n')
		buf_put_byte(out, '\n');
}

/* The first `at` lines, then some others, then the rest without its first `dropped`. */
static size_t splice(
	struct str script, size_t at, size_t dropped, struct str others, uint8_t *out, size_t most)
{
	struct buf made = {0};
	put_lines(&made, lines_of(script, 0, at));
	put_lines(&made, others);
	put_lines(&made, lines_of(script, at + dropped, SIZE_MAX));
	size_t size = made.len < most ? made.len : most;
	if (size)
		memcpy(out, made.at, size);
	buf_free(&made);
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	struct str script = str_from(data, size);
	size_t count = count_lines(script);
	if (count < 2 || draw(&seed, 3) > 0)
		return LLVMFuzzerMutate(data, size, most);
	size_t at = draw(&seed, count + 1), from = draw(&seed, count);
	switch (draw(&seed, 3)) {
	case 0: /* some lines again, elsewhere */
		return splice(
			script, at, 0, lines_of(script, from, 1 + draw(&seed, 3)), data, most);
	case 1: /* some lines less */
		return splice(script, from, 1 + draw(&seed, 2), STR_NONE, data, most);
	default: /* one line in the place of another */
		return splice(script, at, 1, lines_of(script, from, 1), data, most);
	}
}

/* Some lines of another script. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,
	size_t other_size, uint8_t *out, size_t most, unsigned seed)
{
	struct str script = str_from(one, one_size), donor = str_from(other, other_size);
	struct str lines = lines_of(donor, draw(&seed, count_lines(donor)), 1 + draw(&seed, 8));
	return splice(
		script, draw(&seed, count_lines(script) + 1), draw(&seed, 2), lines, out, most);
}
