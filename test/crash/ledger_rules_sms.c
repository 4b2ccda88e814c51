/* ledger_rules_sms.c - what the carrier and the customers know must be found in what the store has kept. */
#include "crowd.h"
#include "ledger_rules.h"

static bool is_keyword(const struct fact *fact)
{
	return str_is(fact->user, CROWD_REFUSER);
}

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
		if (!is_keyword(said) && ledger_messages_of(in, said->text, true) == 0)
			ledger_blame(in->ledger,
				"%.*s's text was acknowledged and is not there: %.60s",
				STR_ARGS(said->user), said->text.at);
	FACTS_EACH(in->ledger, FACT_WROTE, wrote)
		if (ledger_messages_of(in, wrote->text, true) >
			wrote->count + times_cut_off(in, wrote))
			ledger_blame(in->ledger,
				"%.*s wrote this once and it is there twice: %.60s",
				STR_ARGS(wrote->user), wrote->text.at);
}

/* --- who refuses texts, or asks for them again ---------------------------------------------------- */

static bool is_stop(const struct fact *keyword)
{
	return str_starts(keyword->text, STR("STOP"));
}

static const struct fact *fact_of(
	const struct inquiry *in, enum fact_kind kind, const struct fact *same)
{
	FACTS_EACH(in->ledger, kind, fact)
		if (str_eq(fact->user, same->user) && str_eq(fact->text, same->text))
			return fact;
	return NULL;
}

/* No keyword of the other kind can have come after this one: all were acknowledged before it was
 * written, so none came again either. */
static bool is_last_word(const struct inquiry *in, const struct fact *said)
{
	msec wrote = fact_of(in, FACT_WROTE, said)->at;
	FACTS_EACH(in->ledger, FACT_WROTE, other) {
		if (!is_keyword(other) || is_stop(other) == is_stop(said))
			continue;
		const struct fact *answered = fact_of(in, FACT_ACKNOWLEDGED, other);
		if (!answered || answered->at >= wrote)
			return false;
	}
	return true;
}

static bool has_opted_out(const struct inquiry *in, struct str phone)
{
	bool opted_out = false;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, contact, contact, &at, NULL)
		if (str_eq(contact->phone, phone))
			opted_out = contact->opted_out;
	return opted_out;
}

static void ask_keywords(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_ACKNOWLEDGED, said)
		if (is_keyword(said) && is_last_word(in, said) &&
			has_opted_out(in, said->user) != is_stop(said))
			ledger_blame(in->ledger,
				"%.*s was acknowledged the last word \"%.*s\", and texts are %s",
				STR_ARGS(said->user), STR_ARGS(said->text),
				is_stop(said) ? "allowed" : "refused");
}

/* --- texts to customers --------------------------------------------------------------------------- */

static uint64_t lost_answers(const struct inquiry *in, uint64_t serial, uint64_t number)
{
	uint64_t lost = 0;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, part, part, &at, NULL)
		if (part->outbound == serial && part->part == number && part->attempts > lost)
			lost = part->attempts;
	return lost;
}

/* Once, and once more if the entry says that it is uncertain. */
static uint64_t may_be_submitted(const struct inquiry *in, const struct fact *fact)
{
	uint64_t part = fact->number ? fact->number & 0xFF : 1, times = 0;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, outbound, out, &at, NULL) {
		bool is_it = fact->number ? out->reference == fact->number >> 8
					  : str_eq(out->text, fact->text);
		if (is_it && out->open && str_eq(out->phone, fact->user))
			times += 1 + (lost_answers(in, out->serial, part) > 0);
	}
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
				"the carrier got it %u times, and it is not marked uncertain: "
				"\"%.60s\"",
				fact->count, fact->text.at);
	}
}

/* --- receipts ------------------------------------------------------------------------------------- */

static bool was_taken(const struct inquiry *in, const struct fact *said)
{
	FACTS_EACH(in->ledger, FACT_TAKEN, taken) {
		bool is_read = taken->number == said->number ||
			       (taken->is_read && taken->life == said->life);
		if (is_read && str_eq(taken->text, said->text))
			return true;
	}
	return false;
}

/* A receipt says the last word of its text; one for an id that a crash made unknown says nothing. Known
 * is what the server was told in the same bind, or surely read in an earlier one of the same life, or has
 * kept. */
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
	ask_keywords(in);
	ask_receipts(in);
	ask_submitted(in);
}

/* --- nothing was lost on the way: asked when all have come to rest -------------------------------- */

static bool is_known(const struct inquiry *in, enum fact_kind kind, struct str text)
{
	FACTS_EACH(in->ledger, kind, fact)
		if (str_eq(fact->text, text))
			return true;
	return false;
}

/* After two lost answers a part is given up, and the entry tells so. */
static bool is_given_up(const struct inquiry *in, struct str text)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, outbound, out, &at, NULL) {
		size_t part_at = 0;
		if (!str_eq(out->text, text))
			continue;
		ARCHIVE_EACH(in->archive, part, part, &part_at, NULL)
			if (part->outbound == out->serial && part->attempts > 1)
				return true;
	}
	return false;
}

void ledger_ask_rest(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_DONE, done)
		if (done->command == CMD_SEND_MESSAGE && !is_known(in, FACT_RECEIVED, done->text) &&
			!is_given_up(in, done->text))
			ledger_blame(in->ledger, "%s's text was answered and never left: %.60s",
				done->who->settings.name, done->text.at);
	FACTS_EACH(in->ledger, FACT_WROTE, wrote)
		if (!is_known(in, FACT_ACKNOWLEDGED, wrote->text))
			ledger_blame(in->ledger, "%.*s's text is still not acknowledged: %.60s",
				STR_ARGS(wrote->user), wrote->text.at);
	FACTS_EACH(in->ledger, FACT_RECEIPT, receipt)
		if (!is_known(in, FACT_RECEIPTED, receipt->text))
			ledger_blame(in->ledger, "that %.*s is %.*s is still not acknowledged",
				STR_ARGS(receipt->text), STR_ARGS(receipt->word));
}
