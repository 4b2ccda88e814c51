/* tape.c - notes one behind the other: a line that says when, who and how many bytes, then the bytes. */
#include "tape.h"

#include <sodium.h>

void tape_put(struct tape *tape, msec at, struct str who, unsigned nth, struct str bytes)
{
	buf_printf(&tape->bytes, "\n@%lld %.*s/%u %zu\n", (long long)at, STR_ARGS(who), nth,
		bytes.len);
	buf_put(&tape->bytes, bytes);
}

void tape_free(struct tape *tape)
{
	buf_free(&tape->bytes);
}

void tape_digest(unsigned char out[DIGEST_BYTES], uint64_t seed, const struct tape *tape)
{
	crypto_generichash_state state;
	unsigned char number[8];
	for (int i = 0; i < 8; i++)
		number[i] = (unsigned char)(seed >> (8 * i));
	crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
	crypto_generichash_update(&state, number, sizeof number);
	if (tape->bytes.len)
		crypto_generichash_update(
			&state, (const unsigned char *)tape->bytes.at, tape->bytes.len);
	crypto_generichash_final(&state, out, DIGEST_BYTES);
}

/* The line of a note, taken apart. */
struct head {
	struct str at, who; /* who: with the number of the connection */
	size_t len;         /* of the line itself, both its ends with it */
	uint64_t bytes;     /* behind it */
};

static bool read_head(struct str note, struct head *head)
{
	struct str rest = str_skip(note, 2);
	struct str line = str_cut(&rest, '\n');
	*head = (struct head) {.len = 2 + line.len + 1};
	head->at = str_cut(&line, ' ');
	head->who = str_cut(&line, ' ');
	return str_u64(line, &head->bytes);
}

static struct str note_at(const struct tape *tape, size_t at)
{
	struct head head;
	struct str rest = str_skip(buf_str(&tape->bytes), at);
	return read_head(rest, &head) ? str_from(rest.at, head.len + head.bytes) : STR_NONE;
}

bool tape_note(struct str note, msec *at, struct str *who, struct str *bytes)
{
	struct head head;
	uint64_t when;
	if (!read_head(note, &head) || !str_u64(head.at, &when))
		return false;
	*at = (msec)when;
	*who = str_cut(&head.who, '/');
	*bytes = str_skip(note, head.len);
	return true;
}

bool tape_differs(const struct tape *one, const struct tape *other, struct tape_split *split)
{
	*split = (struct tape_split) {0};
	if (str_eq(buf_str(&one->bytes), buf_str(&other->bytes)))
		return false;
	for (;;) {
		split->one = note_at(one, split->at);
		split->other = note_at(other, split->at);
		if (!str_eq(split->one, split->other))
			break;
		split->at += split->one.len;
	}
	struct str who, bytes;
	msec when;
	bool has_one = tape_note(split->one, &split->when, &who, &bytes);
	if (tape_note(split->other, &when, &who, &bytes) && (!has_one || when < split->when))
		split->when = when;
	return true;
}
