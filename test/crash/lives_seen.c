/* lives_seen.c - what is seen of a life: for the ledger, for its end, and whether an agent or the carrier is told a word
 * that only supervisors may know. */
#include "lives_private.h"
#include "net_seeded.h"
#include "wire/smpp_pdu.h"

#include <stdlib.h>

static void die(void *ctx)
{
	struct lives *l = ctx;
	victim_kill(&l->victim);
	net_seeded_stop(l->net);
}

/* At once where it is to be at once: what the victim does meanwhile is what it would not have done. */
void lives_see(struct lives *l, enum sight seen)
{
	if (!moment_is_now(&l->moment, seen))
		return;
	if (l->moment.after)
		net_timer_start(l->net, &l->ending, l->moment.after);
	else
		die(l);
}

static void look(struct lives *l, struct str bytes)
{
	for (size_t i = 0; i < l->people_count; i++) {
		const struct person *person = &l->people[i];
		struct str word = str_of(person->canary);
		if (person->settings.is_supervisor &&
			memmem(bytes.at, bytes.len, word.at, word.len))
			lives_blame(l, "an agent or the carrier was told a word that only "
				       "supervisors may know");
	}
}

static void look_into(struct lives *l, const struct person *who, const json_t *told)
{
	if (!told || !cast_is_agent(str_of(who->settings.name)))
		return;
	char *text = json_dumps(told, JSON_ENCODE_ANY);
	look(l, str_of(text));
	free(text);
}

/* --- people ----------------------------------------------------------------------------------------- */

static void on_asked(void *ctx, const struct asked *asked)
{
	const struct person_watch *ledger = &((struct lives *)ctx)->watch;
	ledger->asked(ledger->ctx, asked);
}

static void on_answered(void *ctx, const struct asked *asked, int status, const json_t *answer)
{
	struct lives *l = ctx;
	l->watch.answered(l->watch.ctx, asked, status, answer);
	look_into(l, asked->person, answer);
	if (status != 200)
		return;
	l->answers += asked->deed->name != NULL;
	if (asked->deed->name)
		lives_see(l, SIGHT_ANSWER);
	else if (deed_target(asked->deed) == TARGET_SESSION)
		lives_see(l, SIGHT_READ);
}

static void on_told(void *ctx, const struct person *who, const json_t *data)
{
	struct lives *l = ctx;
	l->watch.told(l->watch.ctx, who, data);
	look_into(l, who, data);
	lives_see(l, SIGHT_TOLD);
}

static void on_moved(void *ctx, const struct person *person, const char *what)
{
	const struct person_watch *ledger = &((struct lives *)ctx)->watch;
	ledger->moved(ledger->ctx, person, what);
}

struct person_watch lives_watch(struct lives *l)
{
	l->ending = (struct net_timer) {.fire = die, .ctx = l};
	return (struct person_watch) {
		.ctx = l,
		.asked = on_asked,
		.answered = on_answered,
		.reads = true,
		.told = on_told,
		.moved = on_moved,
	};
}

/* --- the wire --------------------------------------------------------------------------------------- */

static void see_pdu(struct lives *l, const struct smpp_pdu *pdu)
{
	if (pdu->command == SMPP_BIND_TRANSCEIVER) {
		l->bound_at = net_now(l->net);
		lives_see(l, SIGHT_BIND);
	} else if (pdu->command == SMPP_DELIVER_SM_RESP && pdu->status == ESME_ROK) {
		lives_see(l, SIGHT_ACKNOWLEDGED);
	} else if (pdu->command == SMPP_SUBMIT_SM) {
		lives_see(l, SIGHT_SUBMIT);
	}
}

/* Whole PDUs: the cable has late ones. */
void lives_wire(void *ctx, unsigned link, bool from_server, struct str bytes)
{
	struct lives *l = ctx;
	struct smpp_pdu pdu;
	enum smpp_status status;
	ledger_wire(l->ledger, link, from_server, bytes);
	l->said_at = net_now(l->net);
	if (!from_server)
		return;
	look(l, bytes);
	while (smpp_pdu_unpack(&bytes, &pdu, &status) == WIRE_DONE)
		see_pdu(l, &pdu);
}

/* --- the provider ----------------------------------------------------------------------------------- */

void lives_posted(void *ctx, const struct gateway_post *post)
{
	struct lives *l = ctx;
	ledger_posted(l->ledger, post);
	l->said_at = net_now(l->net);
	look(l, post->body);
	lives_see(l, SIGHT_SUBMIT);
}

void lives_mailed(void *ctx, const struct gateway_mail *mail, int status)
{
	struct lives *l = ctx;
	ledger_mailed(l->ledger, mail, status);
	l->said_at = net_now(l->net);
	if (status == 200)
		lives_see(l, SIGHT_ACKNOWLEDGED);
}
