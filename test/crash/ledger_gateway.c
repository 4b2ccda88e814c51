/* ledger_gateway.c - what a provider over HTTP and its customers see: posts either way. */
#include "base/utf8.h"
#include "ledger_private.h"
#include "provider/provider_connector.h"

struct str ledger_piece(struct str text, uint64_t piece)
{
	uint32_t code;
	struct str rest = text;
	for (uint64_t skipped = 0; skipped < (piece - 1) * PROVIDER_TEXT_MAX; skipped++)
		if (!utf8_next(&rest, &code))
			return STR_NONE;
	text = rest;
	for (unsigned taken = 0; taken < PROVIDER_TEXT_MAX && utf8_next(&rest, &code); taken++)
		;
	return str_from(text.at, text.len - rest.len);
}

static struct seen_link *gateway_of(struct ledger *ledger)
{
	return &ledger->wires[LEDGER_GATEWAY];
}

/* The server lives. */
static void hear(struct ledger *ledger)
{
	gateway_of(ledger)->heard = ledger_not_before(ledger);
}

/* One key is one text, however often it is posted; it counts as sent once the provider has it. */
static struct fact *note_submitted(struct ledger *ledger, const struct gateway_post *post)
{
	char room[LEDGER_PHONE_ROOM];
	const struct fact fact = {.kind = FACT_SUBMITTED,
		.user = ledger_phone(room, post->phone),
		.word = STR(LEDGER_POSTED),
		.text = post->text};
	struct fact *kept = ledger_fact(ledger, &fact);
	bool is_new = post->is_taken && !post->is_again;
	kept->count -= !is_new;
	kept->lives |= ledger_life_bit(ledger->life);
	if (is_new || !kept->again)
		kept->again = ledger_not_after(ledger);
	return kept;
}

static void note_answer(
	struct ledger *ledger, const struct gateway_post *post, const struct fact *submitted)
{
	struct fact taken = {.kind = FACT_TAKEN,
		.text = post->id,
		.number = gateway_of(ledger)->bind,
		.link = LEDGER_GATEWAY};
	struct fact refused = *submitted;
	refused.kind = FACT_TURNED_AWAY;
	if (post->status == 201)
		ledger_fact(ledger, &taken);
	else if (post->status == 400)
		ledger_fact(ledger, &refused);
	ledger->faults += post->status != 201;
}

void ledger_posted(void *ctx, const struct gateway_post *post)
{
	struct ledger *ledger = ctx;
	hear(ledger);
	ledger->messages++;
	ledger->met.posts_again += post->is_again;
	note_answer(ledger, post, note_submitted(ledger, post));
	ledger_note(ledger, "the provider is posted for %.*s, %s, and answers %d: \"%.*s\"",
		STR_ARGS(post->phone),
		post->is_again   ? "which it has"
		: post->is_taken ? "which it takes"
				 : "in vain",
		post->status, (int)(post->text.len < 40 ? post->text.len : 40), post->text.at);
}

/* `again` is when it was posted: what the server knew by then it knew when it took it. */
static void note_receipt(struct ledger *ledger, const struct gateway_mail *mail)
{
	bool is_named = false;
	FACTS_EACH(ledger, FACT_TAKEN, taken)
		is_named |= str_eq(taken->text, mail->id);
	ledger->met.early += !is_named;
	const struct fact fact = {.kind = FACT_RECEIPT, .text = mail->id, .word = STR("delivered")};
	ledger_fact(ledger, &fact)->again = ledger_not_after(ledger);
}

static void note_receipted(struct ledger *ledger, const struct gateway_mail *mail)
{
	const struct fact fact = {
		.kind = FACT_RECEIPTED, .text = mail->id, .word = STR("delivered")};
	struct fact *said = ledger_fact(ledger, &fact);
	FACTS_EACH(ledger, FACT_RECEIPT, receipt)
		if (said->count == 1 && str_eq(receipt->text, mail->id))
			said->again = receipt->again;
}

static bool was_acknowledged(const struct ledger *ledger, struct str id)
{
	FACTS_EACH(ledger, FACT_ACKNOWLEDGED, said)
		if (str_eq(said->word, id))
			return true;
	return false;
}

/* Once: what comes again has its id. */
static void note_text(struct ledger *ledger, const struct gateway_mail *mail)
{
	char room[LEDGER_PHONE_ROOM];
	struct fact fact = {.kind = FACT_ACKNOWLEDGED,
		.user = ledger_phone(room, mail->phone),
		.text = mail->text,
		.word = mail->id};
	if (was_acknowledged(ledger, mail->id))
		return;
	fact.number = 1 + ledger_times(ledger, fact.kind, &fact);
	ledger_fact(ledger, &fact);
}

void ledger_mailed(void *ctx, const struct gateway_mail *mail, int status)
{
	struct ledger *ledger = ctx;
	if (status == 0) {
		ledger->messages++;
		if (mail->is_receipt)
			note_receipt(ledger, mail);
		return;
	}
	hear(ledger);
	ledger->faults += status != 200;
	ledger_note(ledger, "the provider is answered %d: %s %.*s", status,
		mail->is_receipt ? "receipt" : "text", STR_ARGS(mail->id));
	if (status != 200)
		return;
	ledger->met.hooks++;
	if (mail->is_receipt)
		note_receipted(ledger, mail);
	else
		note_text(ledger, mail);
}
