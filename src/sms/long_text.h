/* long_text.h - a long text that comes part by part: is it whole, and what does it say? Pure. */
#ifndef SMS_LONG_TEXT_H
#define SMS_LONG_TEXT_H

#include "core/core.h"
#include "sms/connector.h"

/* Which long text a part belongs to. */
struct long_text {
	const struct link *link;
	struct str phone, number;
	uint64_t series;
};

enum long_text_fit {
	LONG_TEXT_WAITS, /* further parts are missing after this one */
	LONG_TEXT_WHOLE, /* this is the last one missing */
	LONG_TEXT_OTHER, /* the held parts are of an earlier text of the same series */
};
/* too_old: parts that came by then belong to nothing that comes now. */
enum long_text_fit long_text_fit(
	const struct long_text *text, const struct connector_piece *piece, msec too_old);
/* Any held part of the text; NULL if none is. */
struct segment_held *long_text_held(const struct long_text *text);
/* Appends what the held parts say, and the last one (NULL: none came); where parts are missing
 * stands LONG_TEXT_GAP. */
#define LONG_TEXT_GAP "[\u2026]"
void long_text_join(const struct long_text *text, const struct connector_piece *last,
	const struct connector *connector, struct buf *out);

#endif
