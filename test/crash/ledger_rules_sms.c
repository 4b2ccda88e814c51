/* ledger_rules_sms.c - what the carrier and the customers know must be found in what the store has kept. */
#include "crowd.h"
#include "ledger_rules.h"
#include "claim.h"

static size_t times_cut_off(const struct inquiry *in, const struct fact *wrote)
{
	size_t times = 0;
	FACTS_EACH(in->ledger, FACT_CUT_OFF, cut)
		times += str_eq(cut->user, wrote->user) && cut->at >= wrote->at;
	return times;
}

static void ask_inbound(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_ACKNOWLEDGED, said)
		if (!ledger_is_keyword(said) && ledger_messages_of(in, said->text, true) == 0)
			ledger_blame(in->ledger,
				"%.*s's text was acknowledged and is not there: %.60s",
				STR_ARGS(said->user), said->text.at);
	FACTS_EACH(in->ledger, FACT_WROTE, wrote)
		if (!ledger_may_count_twice(in, wrote) &&
			ledger_messages_of(in, wrote->text, true) >
				ledger_times(in->ledger, FACT_WROTE, wrote) +
					times_cut_off(in, wrote))
			ledger_blame(in->ledger,
				"%.*s wrote this once and it is there twice: %.60s",
				STR_ARGS(wrote->user), wrote->text.at);
}

static bool contains(struct str text, struct str part)
{
	for (; text.len >= part.len; text = str_skip(text, 1))
		if (str_starts(text, part))
			return true;
	return false;
}

static bool is_same_part(const struct body_segment *a, const struct body_segment *b)
{
	return a->reference == b->reference && a->part == b->part && str_eq(a->phone, b->phone) &&
	       str_eq(a->link, b->link) && str_eq(a->number, b->number);
}

/* Held, and never joined since. */
static bool is_held(const struct inquiry *in, struct str text)
{
	const struct body_segment *part = NULL;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, segment, row, &at, NULL) {
		if (row->held && str_eq(row->data, text))
			part = row;
		else if (part && is_same_part(part, row))
			part = NULL;
	}
	return part != NULL;
}

static bool is_part_there(const struct inquiry *in, struct str text)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		if (message->author == PARTY_CONTACT && contains(message->text, text))
			return true;
	return is_held(in, text);
}

/* The last part of a text is never held: it is shown with the others. */
static void ask_parts(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_PART, part)
		if (!is_part_there(in, part->text))
			ledger_blame(in->ledger,
				"a part of %.*s was acknowledged and is not there: %.60s",
				STR_ARGS(part->user), part->text.at);
}

static bool is_written_to(const struct fact *asked, struct str phone)
{
	char room[LEDGER_PHONE_ROOM];
	return deed_of_command(asked->command)->with == A_PHONE &&
	       str_eq(ledger_phone(room, asked->user), phone);
}

/* What is only a name has no phone, nor have the digits in it. */
static void ask_strangers(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_SUBMITTED, sent) {
		bool is_known = false;
		FACTS_EACH(in->ledger, FACT_WROTE, wrote)
			is_known |= str_eq(wrote->user, sent->user);
		FACTS_EACH(in->ledger, FACT_ASKED, asked)
			is_known |= is_written_to(asked, sent->user);
		if (!is_known || str_is(sent->user, CROWD_NAME))
			ledger_blame(in->ledger, "a text went to %.*s, who is no customer: %.60s",
				STR_ARGS(sent->user), sent->text.at);
	}
}

/* --- texts to customers --------------------------------------------------------------------------- */

/* How often no answer came to a part: while the process lived, and with processes that ended. */
struct losses {
	uint64_t alive, lives;
	bool is_given_up;
};

/* number 0: the worst of any part. */
static struct losses losses_of(const struct inquiry *in, uint64_t serial, uint64_t number)
{
	struct losses l = {0};
	size_t at = 0;
	ARCHIVE_EACH(in->archive, part, part, &at, NULL)
		if (part->outbound == serial && (number == 0 || part->part == number) &&
			part->attempts > l.alive)
			l.alive = part->attempts;
	at = 0;
	ARCHIVE_EACH(in->archive, lost, lost, &at, NULL) {
		if (lost->outbound != serial || (number && lost->part != number))
			continue;
		l.lives = lost->lives > l.lives ? lost->lives : l.lives;
		l.is_given_up |= lost->given_up != 0;
	}
	l.is_given_up |= l.alive > 1;
	return l;
}

/* Once, and once more for each answer that was lost, until it was given up. */
static uint64_t times_sent(const struct losses *l)
{
	return l->alive + l->lives + !l->is_given_up;
}

static uint64_t part_of(const struct fact *fact)
{
	return fact->number ? fact->number & 0xFF : 1;
}

static bool is_said_by(const struct fact *fact, const struct body_outbound *out, uint64_t part)
{
	if (str_is(fact->word, LEDGER_POSTED))
		return str_eq(ledger_piece(out->text, part), fact->text);
	return part_of(fact) == part &&
	       (fact->number ? out->reference == fact->number >> 8 : str_eq(out->text, fact->text));
}

bool ledger_is_submit_of(const struct fact *fact, const struct body_outbound *out, uint64_t part)
{
	bool is_queued = out->open && !out->withheld;
	char room[LEDGER_PHONE_ROOM];
	return is_said_by(fact, out, part) && is_queued &&
	       str_eq(ledger_phone(room, out->phone), fact->user);
}

bool ledger_has_keys(const struct inquiry *in, struct str name)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, link, link, &at, NULL)
		if (str_eq(link->name, name))
			return link->provider.len > 0;
	return false;
}

/* A text that is posted has a key, and the provider takes it once. */
static uint64_t times_posted(const struct fact *fact, const struct body_outbound *out)
{
	uint64_t times = 0;
	for (uint64_t piece = 1; ledger_piece(out->text, piece).len; piece++)
		times += ledger_is_submit_of(fact, out, piece);
	return times;
}

static uint64_t may_be_sent(
	const struct inquiry *in, const struct fact *fact, const struct body_outbound *out)
{
	if (ledger_has_keys(in, out->link) != str_is(fact->word, LEDGER_POSTED))
		return 0;
	if (ledger_has_keys(in, out->link))
		return times_posted(fact, out);
	struct losses l = losses_of(in, out->serial, part_of(fact));
	return ledger_is_submit_of(fact, out, part_of(fact)) ? times_sent(&l) : 0;
}

static uint64_t may_be_submitted(const struct inquiry *in, const struct fact *fact)
{
	uint64_t times = 0;
	size_t at = 0;
	const struct event *event;
	while ((event = archive_event(in->archive, BODY_outbound, &at)))
		if (event->kind == EV_SMS_QUEUED)
			times += may_be_sent(in, fact, event->body);
	return times;
}

static void ask_submitted(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_SUBMITTED, fact) {
		uint64_t times = may_be_submitted(in, fact);
		if (times == 0)
			ledger_blame(in->ledger, "the carrier got what is not there: \"%.60s\"",
				fact->text.at);
		else if (fact->count > times)
			ledger_blame(in->ledger,
				"the carrier got it %u times, and so many answers were not lost: "
				"\"%.60s\"",
				fact->count, fact->text.at);
	}
}

/* --- receipts ------------------------------------------------------------------------------------- */

/* A provider says an id once more to whoever posts a text again: that may be behind the receipt. */
static bool was_before(const struct inquiry *in, msec taken, const struct fact *said)
{
	const struct ledger_times *times = &in->ledger->times;
	bool is_posted = said->number == 0;
	return !is_posted || taken + LEDGER_READ_MS + times->late <= said->again;
}

static bool was_taken(const struct inquiry *in, const struct fact *said)
{
	FACTS_EACH(in->ledger, FACT_TAKEN, taken) {
		bool is_read = taken->number == said->number ||
			       (taken->is_read && taken->life == said->life);
		if (is_read && was_before(in, taken->at, said) && str_eq(taken->text, said->text))
			return true;
	}
	return false;
}

/* A receipt says the last word of its text; one for an id that a crash made unknown says nothing. Known
 * is what the server was told in the same bind, or surely read in an earlier one of the same life, or has
 * kept, whenever: from a provider, to which a text that is posted again is the same, it has to take no receipt before
 * it knows the id. */
static bool is_kept_receipt(const struct inquiry *in, const struct fact *said)
{
	bool is_known = was_taken(in, said);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, part, part, &at, NULL) {
		if (!str_eq(part->smsc_id, said->text))
			continue;
		is_known = true;
		if (str_is(said->word, words_name(&delivery_words, part->state)))
			return true;
	}
	return !is_known;
}

static void ask_receipts(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_RECEIPTED, said)
		if (!is_kept_receipt(in, said))
			ledger_blame(in->ledger,
				"a receipt was acknowledged and is not there: %.*s is %.*s",
				STR_ARGS(said->text), STR_ARGS(said->word));
}

void ledger_ask_carrier(const struct inquiry *in)
{
	ask_inbound(in);
	ask_parts(in);
	ask_strangers(in);
	ledger_ask_optouts(in);
	ask_receipts(in);
	ask_submitted(in);
	ledger_ask_tried(in);
}

/* --- nothing was lost on the way: asked when all have come to rest -------------------------------- */

static bool is_known(const struct inquiry *in, enum fact_kind kind, struct str text)
{
	FACTS_EACH(in->ledger, kind, fact)
		if (str_eq(fact->text, text))
			return true;
	return false;
}

/* A part of it, by the carrier, and its sender can see it. */
static bool was_turned_away(const struct inquiry *in, const struct body_outbound *out)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, part, part, &at, NULL)
		if (part->outbound == out->serial && part->state == DELIVERY_FAILED)
			FACTS_EACH(in->ledger, FACT_TURNED_AWAY, fact)
				if (ledger_is_submit_of(fact, out, part->part))
					return true;
	return false;
}

/* The entry tells so. What waited as its phone refused texts stays here. */
uint64_t ledger_given_up(const struct inquiry *in, struct str text)
{
	uint64_t times = 0;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, outbound, out, &at, NULL) {
		if (!out->open || !str_eq(out->text, text))
			continue;
		bool is_lost = losses_of(in, out->serial, 0).is_given_up;
		bool is_withheld = out->withheld != 0;
		times += is_lost != is_withheld || was_turned_away(in, out);
	}
	return times;
}

static bool was_for_agents(const struct inquiry *in, struct str text)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		if (str_eq(message->text, text) && claim_is_whispered(message))
			return true;
	return false;
}

/* Whole, or, from a provider, all that it was posted in. */
static bool has_come(const struct inquiry *in, struct str text)
{
	uint64_t piece = 1;
	struct str says;
	while ((says = ledger_piece(text, piece)).len && is_known(in, FACT_RECEIVED, says))
		piece++;
	return is_known(in, FACT_RECEIVED, text) || (piece > 1 && !says.len);
}

void ledger_ask_rest(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_DONE, done)
		if (deed_of_command(done->command)->sms == BY_SMS && !has_come(in, done->text) &&
			!was_for_agents(in, done->text) && !ledger_given_up(in, done->text))
			ledger_blame(in->ledger, "%s's text was answered and never left: %.60s",
				done->who->settings.name, done->text.at);
	FACTS_EACH(in->ledger, FACT_WROTE, wrote)
		if (ledger_times(in->ledger, FACT_ACKNOWLEDGED, wrote) < wrote->number)
			ledger_blame(in->ledger, "%.*s's text is still not acknowledged: %.60s",
				STR_ARGS(wrote->user), wrote->text.at);
	FACTS_EACH(in->ledger, FACT_RECEIPT, receipt)
		if (!is_known(in, FACT_RECEIPTED, receipt->text))
			ledger_blame(in->ledger, "that %.*s is %.*s is still not acknowledged",
				STR_ARGS(receipt->text), STR_ARGS(receipt->word));
	ledger_ask_replies(in);
}
