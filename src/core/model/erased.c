/* erased.c - aliases of phones, and which fields are words. */
#include "core/model/erased.h"

#include <stdio.h>

static const struct str prefix = {"erased-", 7};

static void digest_of(char out[2 * DIGEST_BYTES + 1], struct str key, struct str phone)
{
	static const char digits[] = "0123456789abcdef";
	const struct str pieces[] = {prefix, phone};
	unsigned char digest[DIGEST_BYTES];
	ids_digest_pieces(digest, key, pieces, sizeof pieces / sizeof pieces[0]);
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[2 * DIGEST_BYTES] = '\0';
}

struct str erased_alias(char out[ERASED_ALIAS_ROOM], struct str key, struct str phone, unsigned nth)
{
	char digest[2 * DIGEST_BYTES + 1];
	digest_of(digest, key, phone);
	snprintf(out, ERASED_ALIAS_ROOM, "%s%s.%u", prefix.at, digest, nth);
	return str_of(out);
}

bool erased_is_alias(struct str phone)
{
	return str_starts(phone, prefix) && phone.len > prefix.len + 2 * DIGEST_BYTES;
}

bool erased_is_alias_of(struct str alias, struct str key, struct str phone)
{
	char digest[2 * DIGEST_BYTES + 1];
	if (!erased_is_alias(alias))
		return false;
	digest_of(digest, key, phone);
	return str_starts(str_skip(alias, prefix.len), str_of(digest));
}

static struct contact *erased_nth(const struct core *core, struct str phone, unsigned nth)
{
	char room[ERASED_ALIAS_ROOM];
	return contact_as_written(core, erased_alias(room, core->centre.id_key, phone, nth));
}

unsigned erased_count(const struct core *core, struct str phone)
{
	unsigned count = 0;
	while (erased_nth(core, phone, count + 1))
		count++;
	return count;
}

struct contact *erased_contact(const struct core *core, struct str phone)
{
	unsigned count = erased_count(core, phone);
	return count ? erased_nth(core, phone, count) : NULL;
}

static bool take(struct str *words)
{
	bool has = words->len > 0;
	*words = STR_NONE;
	return has;
}

static bool take_of_message(struct body_message *b)
{
	bool has = take(&b->text);
	if (has)
		b->erased = 1;
	return has;
}

static bool take_of_datum(struct body_datum *b)
{
	b->is_number = 0;
	return take(&b->value);
}

static bool take_of_hand(struct body_hand *b)
{
	bool has_reason = take(&b->reason), has_comment = take(&b->comment);
	return has_reason || has_comment;
}

bool erased_take_words(enum body_kind kind, void *body)
{
	switch (kind) {
	case BODY_message:
		return take_of_message(body);
	case BODY_datum:
		return take_of_datum(body);
	case BODY_hand:
		return take_of_hand(body);
	case BODY_outbound:
		return take(&((struct body_outbound *)body)->text);
	case BODY_segment:
		return take(&((struct body_segment *)body)->data);
	default:
		return false;
	}
}

struct str erased_session_of(enum body_kind kind, const void *body)
{
	switch (kind) {
	case BODY_message:
		return ((const struct body_message *)body)->session;
	case BODY_datum:
		return ((const struct body_datum *)body)->session;
	case BODY_hand:
		return ((const struct body_hand *)body)->session;
	case BODY_outbound:
		return ((const struct body_outbound *)body)->session;
	default:
		return STR_NONE;
	}
}
