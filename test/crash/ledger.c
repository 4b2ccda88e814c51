/* ledger.c - facts, and what people at their clients ask and are answered. */
#include "ledger.h"
#include "ledger_private.h"
#include "wire/json.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <utlist.h>

#define TOLD_LINES 60

struct ledger *ledger_new(void)
{
	struct ledger *ledger = mem_new(sizeof *ledger);
	ledger->life = 1;
	ledger->wires[LEDGER_GATEWAY].bind = ++ledger->binds;
	ledger->acknowledged = smsc_inbox_new();
	return ledger;
}

void ledger_begin(struct ledger *ledger, struct net *net, const struct ledger_times *times)
{
	ledger->net = net;
	ledger->times = *times;
	ledger->began = ledger_not_before(ledger);
}

msec ledger_not_before(const struct ledger *ledger)
{
	return net_now(ledger->net) - ledger->times.skew;
}

msec ledger_not_after(const struct ledger *ledger)
{
	return net_now(ledger->net) + ledger->times.skew;
}

void ledger_free(struct ledger **freed)
{
	struct ledger *ledger = *freed;
	struct flight *flight, *next;
	if (!ledger)
		return;
	*freed = NULL;
	ledger_wires_end(ledger);
	HASH_CLEAR(hh, ledger->by_key);
	DL_FOREACH_SAFE(ledger->flights, flight, next)
		free(flight);
	smsc_inbox_free(&ledger->acknowledged);
	arena_free(&ledger->arena);
	buf_free(&ledger->story);
	buf_free(&ledger->key);
	buf_free(&ledger->broken);
	free(ledger);
}

/* --- facts --------------------------------------------------------------------------------------- */

static void put_key(struct buf *key, const struct fact *fact)
{
	const struct str texts[] = {
		fact->session, fact->user, fact->text, fact->word, fact->parting};
	key->len = 0;
	buf_printf(key, "%d %s %d %d %d %llu %lld", fact->kind,
		fact->who ? fact->who->settings.name : "", fact->command, fact->to_queue,
		fact->is_next, (unsigned long long)fact->number, (long long)fact->asked);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		buf_printf(key, " %zu ", texts[i].len);
		buf_put(key, texts[i]);
	}
}

static void keep(struct ledger *ledger, struct fact *kept)
{
	struct str *texts[] = {
		&kept->session, &kept->user, &kept->text, &kept->word, &kept->parting};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		*texts[i] = arena_copy(&ledger->arena, *texts[i]);
	kept->at = ledger_not_after(ledger);
	kept->life = ledger->life;
	kept->count = 0;
	kept->next = NULL;
	if (ledger->last[kept->kind])
		ledger->last[kept->kind]->next = kept;
	else
		ledger->first[kept->kind] = kept;
	ledger->last[kept->kind] = kept;
}

struct fact *ledger_fact(struct ledger *ledger, const struct fact *fact)
{
	struct fact *kept;
	put_key(&ledger->key, fact);
	HASH_FIND(hh, ledger->by_key, ledger->key.at, ledger->key.len, kept);
	if (!kept) {
		kept = arena_take(&ledger->arena, sizeof *kept);
		*kept = *fact;
		keep(ledger, kept);
		struct str key = arena_copy(&ledger->arena, buf_str(&ledger->key));
		HASH_ADD_KEYPTR(hh, ledger->by_key, key.at, key.len, kept);
	}
	kept->count++;
	ledger->facts++;
	return kept;
}

struct str ledger_phone(char *room, struct str phone)
{
	struct str digits = str_skip(phone, str_starts(phone, STR("+")));
	uint64_t number;
	if (!str_u64(digits, &number)) /* a name, or no phone of the trials */
		return phone;
	int len = snprintf(room, LEDGER_PHONE_ROOM, "+%llu", (unsigned long long)number);
	return str_from(room, (size_t)len);
}

uint64_t ledger_times(const struct ledger *ledger, enum fact_kind kind, const struct fact *same)
{
	uint64_t times = 0;
	FACTS_EACH(ledger, kind, fact)
		if (str_eq(fact->user, same->user) && str_eq(fact->text, same->text))
			times += fact->count;
	return times;
}

const struct fact *ledger_answer(
	const struct ledger *ledger, enum fact_kind kind, const struct fact *asked)
{
	FACTS_EACH(ledger, kind, answer)
		if (answer->who == asked->who && answer->command == asked->command &&
			answer->asked == asked->asked && str_eq(answer->session, asked->session))
			return answer;
	return NULL;
}

uint64_t ledger_facts(const struct ledger *ledger)
{
	return ledger->facts;
}

const struct deeds_done *ledger_done(const struct ledger *ledger)
{
	return &ledger->done;
}

uint64_t ledger_not_now(const struct ledger *ledger)
{
	return ledger->not_now;
}

static uint64_t count_of(const struct ledger *ledger, enum fact_kind kind)
{
	uint64_t count = 0;
	FACTS_EACH(ledger, kind, fact)
		count += fact->count;
	return count;
}

uint64_t ledger_acknowledged(const struct ledger *ledger)
{
	return count_of(ledger, FACT_ACKNOWLEDGED) + count_of(ledger, FACT_RECEIPTED);
}

uint64_t ledger_redelivered(const struct ledger *ledger)
{
	return ledger->redelivered;
}

uint64_t ledger_uncertain(const struct ledger *ledger)
{
	uint64_t entries = 0;
	FACTS_EACH(ledger, FACT_SHOWN_DELIVERY, shown)
		entries += str_is(shown->word, "uncertain");
	return entries;
}

uint64_t ledger_messages(const struct ledger *ledger)
{
	return ledger->messages;
}

uint64_t ledger_faults(const struct ledger *ledger)
{
	return ledger->faults;
}

const struct ledger_met *ledger_met(const struct ledger *ledger)
{
	return &ledger->met;
}

bool ledger_is_waiting(const struct ledger *ledger)
{
	return ledger->flights || ledger_wires_are_waiting(ledger);
}

/* --- the story ----------------------------------------------------------------------------------- */

static void note_line(struct ledger *ledger, const char *format, va_list args)
{
	char line[512];
	vsnprintf(line, sizeof line, format, args);
	buf_printf(
		&ledger->story, "@%lld %s\n", (long long)(net_now(ledger->net) % 10000000), line);
}

void ledger_note(struct ledger *ledger, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	note_line(ledger, format, args);
	va_end(args);
}

void ledger_blame(struct ledger *ledger, const char *format, ...)
{
	char line[512];
	va_list args;
	if (ledger->broken.len)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	buf_puts(&ledger->broken, line);
	buf_put_byte(&ledger->broken, '\0');
	ledger_note(ledger, "THIS IS WRONG: %s", line);
}

struct str ledger_story(const struct ledger *ledger)
{
	return buf_str(&ledger->story);
}

void ledger_tell(const struct ledger *ledger, bool all, FILE *out)
{
	size_t from = ledger->story.len, lines = 0;
	while (from > 0 && (all || lines <= TOLD_LINES))
		lines += ledger->story.at[--from] == '\n';
	struct str rest = str_skip(buf_str(&ledger->story), from);
	while (rest.len) {
		struct str line = str_cut(&rest, '\n');
		fprintf(out, "# %.*s\n", STR_ARGS(line));
	}
}

void ledger_dies(struct ledger *ledger, msec settled)
{
	CHECK(ledger->life <= LIVES_MOST);
	ledger->past[ledger->life - 1] =
		(struct past_life) {.began = ledger->began, .settled = settled};
	ledger->is_dying = true;
}

void ledger_crashed(struct ledger *ledger)
{
	ledger->life++;
	ledger->is_dying = false;
	ledger->began = ledger_not_before(ledger);
	ledger_wires_crashed(ledger);
}

/* --- what is asked and answered ------------------------------------------------------------------ */

static struct fact fact_of(enum fact_kind kind, const struct asked *asked, msec at)
{
	return (struct fact) {
		.kind = kind,
		.who = asked->person,
		.command = asked->deed->command,
		.to_queue = asked->to_queue && deed_may_name_queue(asked->deed),
		.is_next = asked->is_next,
		.session = deed_target(asked->deed) == TARGET_SESSION ||
					   deed_target(asked->deed) == TARGET_USERS_SESSION ||
					   deed_target(asked->deed) == TARGET_HAND
				   ? asked->session
				   : STR_NONE,
		.user = asked->user,
		.text = asked->text,
		.parting = asked->parting,
		.asked = at,
	};
}

static void on_asked(void *ctx, const struct asked *asked)
{
	struct ledger *ledger = ctx;
	struct flight *flight = mem_new(sizeof *flight);
	flight->asked = asked;
	flight->at = ledger_not_before(ledger);
	flight->nth = ++ledger->asks;
	DL_APPEND(ledger->flights, flight);
	ledger_note(ledger, "%s asks %s %s %.*s %.*s \"%.40s\"%s", asked->person->settings.name,
		asked->deed->name ? asked->deed->name : "GET", asked->deed->path,
		STR_ARGS(asked->session), STR_ARGS(asked->user),
		asked->text.at ? asked->text.at : "", asked->to_queue ? " to a queue" : "");
	if (!asked->deed->name)
		return;
	struct fact fact = fact_of(FACT_ASKED, asked, flight->at);
	ledger_fact(ledger, &fact);
	ledger_order_asked(ledger, flight);
}

static void deliver_to_watchers(
	struct ledger *ledger, const struct flight *flight, const json_t *answer)
{
	struct str session = flight->asked->session;
	if (flight->asked->deed->with == A_PHONE && !json_read_text(answer, "id", &session))
		ledger_blame(ledger, "a session was begun, and the answer does not say which");
	for (size_t i = 0; i < flight->watcher_count; i++) {
		const struct order *order = flight->watchers[i];
		if (order->asked >= flight->at - LEDGER_MARGIN_MS - ledger->times.late)
			continue; /* cancelled meanwhile, perhaps */
		struct fact fact = {.kind = FACT_DELIVERED,
			.who = order->supervisor,
			.session = session,
			.user = order->agent};
		ledger_fact(ledger, &fact);
	}
}

static void decide(struct ledger *ledger, const struct flight *flight, int status,
	const json_t *answer, int code)
{
	bool is_done = status == 200 && code == 0;
	struct fact fact = fact_of(is_done ? FACT_DONE : FACT_REFUSED, flight->asked, flight->at);
	if (is_done)
		deeds_note(&ledger->done, flight->asked->deed,
			fact.who->settings.is_supervisor ? DEED_SUPERVISOR : DEED_AGENT);
	else
		fact.number = (uint64_t)code;
	ledger_fact(ledger, &fact);
	ledger->not_now += status == 503 && code == 4;
	if (is_done && deed_joins(flight->asked->deed))
		deliver_to_watchers(ledger, flight, answer);
}

static void on_answered(void *ctx, const struct asked *asked, int status, const json_t *answer)
{
	struct ledger *ledger = ctx;
	struct flight *flight;
	int code = (int)json_integer_value(json_object_get(answer, "statusCode"));
	DL_FOREACH(ledger->flights, flight)
		if (flight->asked == asked)
			break;
	CHECK(flight);
	ledger_note(ledger, "%s is answered %d/%d to %s %s %.*s", asked->person->settings.name,
		status, code, asked->deed->name ? asked->deed->name : "GET", asked->deed->path,
		STR_ARGS(asked->session));
	if (asked->deed->name && status && answer)
		decide(ledger, flight, status, answer, code);
	if (asked->deed->name)
		ledger_order_answered(
			ledger, flight, status == 200 && code == 0, status ? code : -1);
	if (!asked->deed->name && status == 200)
		ledger_see(ledger, asked->person, asked->session, answer, flight);
	if (!asked->deed->name)
		ledger_read(ledger, flight, status, answer);
	DL_DELETE(ledger->flights, flight);
	free(flight);
}

static void told(void *ctx, const struct person *who, const json_t *data)
{
	struct ledger *ledger = ctx;
	ledger_note(ledger, "%s is told:", who->settings.name);
	ledger_see(ledger, who, STR_NONE, data, NULL);
}

static void on_moved(void *ctx, const struct person *person, const char *what)
{
	ledger_note(ctx, "%s %s", person->settings.name, what);
}

struct person_watch ledger_watch(struct ledger *ledger)
{
	return (struct person_watch) {
		.ctx = ledger,
		.asked = on_asked,
		.answered = on_answered,
		.reads = true,
		.told = told,
		.moved = on_moved,
	};
}
