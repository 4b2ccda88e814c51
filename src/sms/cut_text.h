/* cut_text.h - a customer's text above the API's limit becomes several entries.
 *
 * Each entry is a command of its own, so the store may refuse in the middle. Nothing is lost then:
 * what tells a copy (the fingerprint) and what joins the parts goes with the last piece, so the
 * text counts as taken only with it, and is answered only when it is on disk. Nothing is doubled
 * either: how far the text came is remembered, and when it comes again (the carrier was told "not
 * now"; or its waiting time is over again) it goes on behind that. Only a crash or a refused
 * commit between the pieces lets the first ones come twice: at least once. */
#ifndef SMS_CUT_TEXT_H
#define SMS_CUT_TEXT_H

#include "sms/sms.h"

/* A text of which the first pieces were taken and the next was refused. Only the last such text is
 * remembered: the store refuses all for a while, then takes all. */
struct cut_text {                       /* all zero: none */
	struct str phone, number, text; /* owned */
	size_t taken;                   /* bytes */
	msec at;
};

/* Applies the RECEIVE_SMS command, whose text may have any length and whose keyword is that of the
 * whole text; lsn is the last piece's. The text of a keyword stays one piece: what it has above the
 * limit is space and punctuation. */
enum err cut_text_apply(struct cut_text *cut, const struct sms_world *world,
	const struct command *command, uint64_t *lsn) MUST_CHECK;
void cut_text_forget(struct cut_text *cut); /* also: what was applied last may have been undone */

#endif
