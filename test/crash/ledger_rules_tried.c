/* ledger_rules_tried.c - what counts as tried because a life ended was sent in it, or was about to be.
 *
 * A server that dies between the commit that lets a text leave and the sending of it cannot tell later whether it
 * sent it. No other text counts: what a life had leave to send, all that was asked for at the time was on disk and
 * had its effect, and it did not send it, that it must not count. So a text may be given up that never left, but only if each
 * life that counts ended in such a moment. */
#include "ledger_rules.h"
#include "sms/smpp_message.h"

/* A part, as it stood at some time. */
struct leave_given {
	const struct inquiry *in;
	msec when;
	msec began; /* the life in which that was */
};

static bool is_answered(const struct leave_given *at, uint64_t serial, uint64_t number)
{
	const struct body_part *last = NULL;
	size_t i = 0;
	msec when;
	ARCHIVE_EACH(at->in->archive, part, part, &i, &when)
		if (when <= at->when && part->outbound == serial && part->part == number)
			last = part;
	bool is_given_up = last && last->attempts > 1;
	i = 0;
	ARCHIVE_EACH(at->in->archive, lost, lost, &i, &when)
		if (when <= at->when && lost->outbound == serial && lost->part == number)
			is_given_up |= lost->given_up != 0;
	return last && (last->state != DELIVERY_UNCERTAIN || is_given_up);
}

static bool is_closed(const struct leave_given *at, uint64_t serial)
{
	size_t i = 0;
	msec when;
	ARCHIVE_EACH(at->in->archive, outbound, out, &i, &when)
		if (when <= at->when && out->serial == serial && !out->open)
			return true;
	return false;
}

static enum sms_turn turn_of(const struct leave_given *at, uint64_t serial, uint64_t number)
{
	enum sms_turn turn = TURN_OWN;
	size_t i = 0;
	msec when;
	ARCHIVE_EACH(at->in->archive, aside, aside, &i, &when)
		if (when <= at->when && aside->outbound == serial && aside->part == number)
			turn = aside->turn;
	return turn;
}

/* How far the link might be written to; NULL: it was not said in that life. */
static const struct event *mark_of(const struct leave_given *at, struct str link)
{
	const struct event *event, *mark = NULL;
	size_t i = 0;
	while ((event = archive_event(at->in->archive, BODY_sending, &i))) {
		const struct body_sending *sending = event->body;
		if (event->at >= at->began && event->at <= at->when && str_eq(sending->link, link))
			mark = event;
	}
	return mark;
}

/* Those of a text that had their turn, up to a part. */
static uint64_t own_parts(
	const struct leave_given *at, const struct body_outbound *out, uint64_t up_to)
{
	uint64_t own = 0;
	for (uint64_t part = 1; part <= up_to && !is_closed(at, out->serial); part++)
		own += !is_answered(at, out->serial, part) &&
		       turn_of(at, out->serial, part) == TURN_OWN;
	return own;
}

static uint64_t parts_of(const struct inquiry *in, const struct body_outbound *out)
{
	const struct connector_text sms = {.text = out->text, .form = out->form};
	const struct segment_text as = smpp_text_form(&sms);
	uint64_t pieces = 0;
	if (!ledger_has_keys(in, out->link))
		return segment_count(&as);
	while (ledger_piece(out->text, pieces + 1).len)
		pieces++;
	return pieces;
}

/* As it stood: it may have moved to another link. NULL: it was not there yet. */
static const struct body_outbound *text_as(const struct leave_given *at, uint64_t serial)
{
	const struct body_outbound *last = NULL;
	size_t i = 0;
	const struct event *event;
	while ((event = archive_event(at->in->archive, BODY_outbound, &i))) {
		const struct body_outbound *out = event->body;
		bool is_whole = event->kind == EV_SMS_QUEUED || event->kind == EV_SMS_MOVED;
		if (is_whole && event->at <= at->when && out->serial == serial)
			last = out;
	}
	return last;
}

/* It waited for that link at the time. */
static bool is_queued_by(const struct leave_given *at, const struct event *event, struct str link)
{
	const struct body_outbound *out = event->body;
	if (event->kind != EV_SMS_QUEUED || event->at > at->when)
		return false;
	return str_eq(text_as(at, out->serial)->link, link);
}

/* Of its own turn: those before it, and itself. */
static uint64_t place_in_turn(
	const struct leave_given *at, const struct body_outbound *text, uint64_t part)
{
	uint64_t place = own_parts(at, text, part);
	size_t i = 0;
	const struct event *event;
	while ((event = archive_event(at->in->archive, BODY_outbound, &i))) {
		const struct body_outbound *out = event->body;
		if (is_queued_by(at, event, text->link) && out->serial < text->serial)
			place += own_parts(at, out, parts_of(at->in, out));
	}
	return place;
}

static bool had_leave(const struct leave_given *at, uint64_t serial, uint64_t part)
{
	const struct body_outbound *text = text_as(at, serial);
	const struct event *event = text ? mark_of(at, text->link) : NULL;
	const struct body_sending *mark = event ? event->body : NULL;
	enum sms_turn turn = turn_of(at, text->serial, part);
	if (!mark || mark->parts == 0 || is_answered(at, text->serial, part) ||
		is_closed(at, text->serial))
		return false;
	if (turn != TURN_OWN)
		return turn == TURN_LEAVES;
	return place_in_turn(at, text, part) <= mark->parts &&
	       (mark->through == 0 || (text->serial << 8 | part) <= mark->through);
}

/* --- what counts ---------------------------------------------------------------------------------- */

static const struct event *queued(const struct inquiry *in, uint64_t serial)
{
	size_t i = 0;
	const struct event *event;
	while ((event = archive_event(in->archive, BODY_outbound, &i)))
		if (event->kind == EV_SMS_QUEUED &&
			((const struct body_outbound *)event->body)->serial == serial)
			return event;
	return NULL;
}

static bool was_submitted(
	const struct inquiry *in, const struct body_outbound *out, uint64_t part, unsigned life)
{
	FACTS_EACH(in->ledger, FACT_SUBMITTED, fact)
		if (fact->lives & ledger_life_bit(life) && ledger_is_submit_of(fact, out, part))
			return true;
	return false;
}

/* The one in which that was, of those that are over; 0: none. */
static unsigned life_at(const struct ledger *ledger, msec when)
{
	unsigned life = 0;
	while (life + 1 < ledger->life && ledger->past[life].began <= when)
		life++;
	return life;
}

/* All the time since then. A link that is slow takes the leave back and gives it anew when the part is about to be
 * sent: of such a leave it matters when it was given. */
static bool kept_leave(
	const struct leave_given *since, const struct body_outbound *text, uint64_t part, msec end)
{
	static const enum body_kind kinds[] = {BODY_sending, BODY_aside};
	const struct event *event;
	bool has_it = had_leave(since, text->serial, part);
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		size_t i = 0;
		while ((event = archive_event(since->in->archive, kinds[k], &i))) {
			struct leave_given then = *since;
			then.when = event->at;
			if (event->at > since->when && event->at <= end)
				has_it = has_it && had_leave(&then, text->serial, part);
		}
	}
	return has_it;
}

/* Of answers that broken links took, the questions may have gone with them. */
static bool has_lost_links(const struct inquiry *in, const struct body_lost *lost, msec by)
{
	bool has = false;
	size_t i = 0;
	msec when;
	ARCHIVE_EACH(in->archive, part, part, &i, &when)
		has |= when <= by && part->outbound == lost->outbound && part->part == lost->part &&
		       part->attempts;
	return has;
}

/* What is said of it at a start goes by what the journal said until then. */
static void ask_counted(const struct inquiry *in, const struct body_lost *lost, msec start)
{
	const struct event *event = queued(in, lost->outbound);
	const struct leave_given end = {in, .when = start - 1};
	if (!event || has_lost_links(in, lost, start))
		return;
	if (!had_leave(&end, lost->outbound, lost->part)) {
		ledger_blame(in->ledger, "text %llu counts as tried, and no life might send it",
			(unsigned long long)lost->outbound);
		return;
	}
	const struct body_outbound *text = text_as(&end, lost->outbound);
	/* A provider over HTTP is posted to again after seconds: many a life is over before. */
	if (ledger_has_keys(in, text->link))
		return;
	unsigned life = life_at(in->ledger, mark_of(&end, text->link)->at);
	if (life == 0)
		return;
	const struct past_life *past = &in->ledger->past[life - 1];
	const struct leave_given settled = {in, .when = past->settled, .began = past->began};
	if (event->at <= past->settled && !was_submitted(in, text, lost->part, life) &&
		kept_leave(&settled, text, lost->part, end.when))
		ledger_blame(in->ledger,
			"text %llu counts as tried in life %u, which had the time and did not",
			(unsigned long long)lost->outbound, life);
}

void ledger_ask_tried(const struct inquiry *in)
{
	size_t i = 0;
	msec when;
	ARCHIVE_EACH(in->archive, lost, lost, &i, &when) {
		if (lost->lives >= in->ledger->life)
			ledger_blame(in->ledger, "text %llu lost more lives than there were",
				(unsigned long long)lost->outbound);
		if (lost->lives)
			ask_counted(in, lost, when);
	}
}
