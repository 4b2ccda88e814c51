/* ledger_rules_optout.c - who refuses texts, or asks for them again. */
#include "crowd.h"
#include "ledger_rules.h"

static bool is_stop(const struct fact *keyword)
{
	return str_is(keyword->text, "STOP");
}

bool ledger_is_keyword(const struct fact *wrote)
{
	return is_stop(wrote) || str_starts(wrote->text, STR("START!"));
}

static bool is_keyword_of(const struct fact *wrote, struct str phone)
{
	return ledger_is_keyword(wrote) && str_eq(wrote->user, phone);
}

bool ledger_wrote_stop(const struct inquiry *in, struct str spelling)
{
	char room[LEDGER_PHONE_ROOM];
	struct str phone = ledger_phone(room, spelling);
	FACTS_EACH(in->ledger, FACT_WROTE, wrote)
		if (is_keyword_of(wrote, phone) && is_stop(wrote))
			return true;
	return false;
}

/* --- the last word -------------------------------------------------------------------------------- */

/* How many keywords of that phone and kind, before that time. */
static uint64_t keywords(const struct inquiry *in, enum fact_kind kind, const struct fact *like,
	bool are_stops, msec before)
{
	uint64_t count = 0;
	FACTS_EACH(in->ledger, kind, fact)
		count += is_keyword_of(fact, like->user) && is_stop(fact) == are_stops &&
			 fact->at < before;
	return count;
}

bool ledger_may_count_twice(const struct inquiry *in, const struct fact *wrote)
{
	return is_stop(wrote) && keywords(in, FACT_WROTE, wrote, false, INT64_MAX) > 0;
}

/* Then none of them comes again. */
static bool are_acknowledged(const struct inquiry *in, const struct fact *like, bool are_stops,
	msec written_before, msec acknowledged_before)
{
	return keywords(in, FACT_ACKNOWLEDGED, like, are_stops, acknowledged_before) >=
	       keywords(in, FACT_WROTE, like, are_stops, written_before);
}

/* All that this phone had written before was over when it wrote that. */
static bool is_certain(const struct inquiry *in, const struct fact *wrote)
{
	return are_acknowledged(in, wrote, true, wrote->at, wrote->at) &&
	       are_acknowledged(in, wrote, false, wrote->at, wrote->at);
}

static const struct fact *keyword_before(const struct inquiry *in, const struct fact *wrote)
{
	const struct fact *before = NULL;
	FACTS_EACH(in->ledger, FACT_WROTE, other) {
		if (other == wrote)
			return before;
		if (is_keyword_of(other, wrote->user))
			before = other;
	}
	return before;
}

static const struct fact *last_keyword(const struct inquiry *in)
{
	const struct fact none = {.user = STR(CROWD_REFUSER)};
	return keyword_before(in, &none);
}

/* Acknowledged, and nothing of the other kind can have come after it. */
static bool is_last_word(const struct inquiry *in, const struct fact *wrote)
{
	msec now = ledger_not_after(in->ledger) + 1;
	return are_acknowledged(in, wrote, is_stop(wrote), now, now) &&
	       are_acknowledged(in, wrote, !is_stop(wrote), now, wrote->at);
}

static bool is_spelling_of(struct str spelling, struct str phone)
{
	char room[LEDGER_PHONE_ROOM];
	return str_eq(ledger_phone(room, spelling), phone);
}

/* What the contact was last, before that. */
static bool is_overtaken(const struct inquiry *in, const struct event *event, uint64_t before)
{
	size_t at = 0;
	const struct event *other;
	const struct body_contact *contact = event->body;
	bool is_behind = false;
	while ((other = archive_event(in->archive, BODY_contact, &at))) {
		const struct body_contact *later = other->body;
		if (is_behind && other->lsn < before && str_eq(later->phone, contact->phone))
			return true;
		is_behind |= other == event;
	}
	return false;
}

/* In any spelling. */
static bool has_opted_out(const struct inquiry *in, struct str phone, uint64_t before)
{
	size_t at = 0;
	const struct event *event;
	while ((event = archive_event(in->archive, BODY_contact, &at))) {
		const struct body_contact *contact = event->body;
		if (event->lsn < before && contact->opted_out &&
			is_spelling_of(contact->phone, phone) && !is_overtaken(in, event, before))
			return true;
	}
	return false;
}

/* --- texts to who wants none ---------------------------------------------------------------------- */

/* A reply of the system's own is none of these: its entry, if it has one, is a notice. */
static bool is_somebodys(const struct inquiry *in, uint64_t outbound)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		if (message->outbound == outbound && message->type != MESSAGE_NOTICE)
			return true;
	return false;
}

static void ask_unwanted(const struct inquiry *in)
{
	size_t at = 0;
	const struct event *event;
	while ((event = archive_event(in->archive, BODY_outbound, &at))) {
		const struct body_outbound *out = event->body;
		if (!is_spelling_of(out->phone, STR(CROWD_REFUSER)))
			continue;
		bool is_refused = has_opted_out(in, STR(CROWD_REFUSER), event->lsn);
		if (event->kind == EV_SMS_QUEUED && is_refused && is_somebodys(in, out->serial))
			ledger_blame(in->ledger,
				"%.*s refused texts, and one was sent all the same: %.60s",
				STR_ARGS(out->phone), out->text.at);
	}
}

/* Whoever is written to all the same must have refused before. */
static void ask_kept_back(const struct inquiry *in)
{
	size_t at = 0;
	const struct event *event;
	while ((event = archive_event(in->archive, BODY_outbound, &at))) {
		const struct body_outbound *out = event->body;
		if (event->kind == EV_SMS_WITHHELD && !ledger_wrote_stop(in, out->phone))
			ledger_blame(in->ledger,
				"%.*s refused nothing, and a text was kept back: %.60s",
				STR_ARGS(out->phone), out->text.at);
	}
}

static bool is_reply(const struct inquiry *in, struct str text)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, centre, centre, &at, NULL)
		if (str_eq(text, centre->stop_reply) || str_eq(text, centre->start_reply) ||
			str_eq(text, centre->help_reply))
			return true;
	return false;
}

static const struct fact *acknowledgement(const struct inquiry *in, const struct fact *wrote)
{
	FACTS_EACH(in->ledger, FACT_ACKNOWLEDGED, said)
		if (str_eq(said->user, wrote->user) && str_eq(said->text, wrote->text) &&
			said->number == wrote->number)
			return said;
	return NULL;
}

/* Was the STOP acknowledged by then, and can no START of that phone have come behind it? */
static bool is_in_force(const struct inquiry *in, const struct fact *stop, msec when)
{
	const struct fact *said = acknowledgement(in, stop);
	if (!said || said->at >= when)
		return false;
	FACTS_EACH(in->ledger, FACT_WROTE, wrote) {
		if (!is_keyword_of(wrote, stop->user) || is_stop(wrote) || wrote->at > when)
			continue;
		const struct fact *start = acknowledgement(in, wrote);
		if (!start || start->at >= stop->at)
			return false;
	}
	return true;
}

/* On the wire: the last time that somebody's text left for a phone was before its STOP was taken. */
static void ask_left(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_SUBMITTED, sent) {
		if (is_reply(in, sent->text))
			continue;
		FACTS_EACH(in->ledger, FACT_WROTE, wrote)
			if (is_keyword_of(wrote, sent->user) && is_stop(wrote) &&
				is_in_force(in, wrote, sent->again))
				ledger_blame(in->ledger,
					"%.*s was acknowledged a STOP, and a text left after it: "
					"%.60s",
					STR_ARGS(sent->user), sent->text.at);
	}
}

void ledger_ask_optouts(const struct inquiry *in)
{
	const struct fact *said = last_keyword(in);
	if (said && is_last_word(in, said) &&
		has_opted_out(in, said->user, UINT64_MAX) != is_stop(said))
		ledger_blame(in->ledger,
			"%.*s was acknowledged the last word \"%.*s\", and texts are %s",
			STR_ARGS(said->user), STR_ARGS(said->text),
			is_stop(said) ? "allowed" : "refused");
	ask_unwanted(in);
	ask_kept_back(in);
	ask_left(in);
}

/* --- replies -------------------------------------------------------------------------------------- */

static struct str reply_to(const struct inquiry *in, bool a_stop)
{
	struct str reply = STR_NONE;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, centre, centre, &at, NULL)
		reply = a_stop ? centre->stop_reply : centre->start_reply;
	return reply;
}

/* Did this word, which is of the other kind than the one before, surely change something? */
static bool is_change(const struct inquiry *in, const struct fact *wrote)
{
	const struct fact *before = keyword_before(in, wrote);
	return is_certain(in, wrote) && (before ? is_certain(in, before) : is_stop(wrote));
}

static uint64_t times_changed(const struct inquiry *in, bool to_stops)
{
	uint64_t times = 0;
	FACTS_EACH(in->ledger, FACT_WROTE, wrote)
		times += is_keyword_of(wrote, STR(CROWD_REFUSER)) && is_stop(wrote) == to_stops &&
			 is_change(in, wrote);
	return times;
}

void ledger_ask_replies(const struct inquiry *in)
{
	for (int to_stops = 0; to_stops <= 1; to_stops++) {
		const struct fact reply = {
			.user = STR(CROWD_REFUSER), .text = reply_to(in, to_stops)};
		uint64_t came = ledger_times(in->ledger, FACT_RECEIVED, &reply) +
				ledger_given_up(in, reply.text);
		uint64_t due = times_changed(in, to_stops);
		if (reply.text.len && came < due)
			ledger_blame(in->ledger, "%llu of %llu answers to %s came, \"%.40s\"",
				(unsigned long long)came, (unsigned long long)due,
				to_stops ? "STOP" : "START", reply.text.at);
	}
}
