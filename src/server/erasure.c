/* erasure.c - a job in steps:
 *
 *   WAITING    the tables have yet to come to where the journal is: what is erased is in both then, or in neither
 *   READING    the worker reads the journal
 *   FOLLOWING  it is erased; the tables follow
 *   OVER       what came of it is to be told */
#include "server/erasure.h"

#include <stdlib.h>

#include "api/refusal.h"
#include "core/erasing.h"
#include "core/model/erased.h"
#include "core/model/phone.h"
#include "core/rules/contact.h"
#include "server/admin.h"
#include "store/store_erasing.h"
#include "wire/json.h"

#define LOOK_MS  50 /* between two looks at how far the tables are */
#define READINGS 3  /* if the contact writes meanwhile: then nobody would want it erased now */

enum erasure_state {
	ERASURE_NONE,
	ERASURE_WAITING,
	ERASURE_READING,
	ERASURE_FOLLOWING,
	ERASURE_OVER
};

/* What the worker has; it lives on without its erasure until the worker gives it back. */
struct reading {
	struct erasure *erasure; /* NULL: nobody waits any more */
	struct str folder;       /* owned */
	struct erasing erasing;
	struct buf why;
	enum err err;
};

struct erasure {
	struct net *net;
	struct centre *centre;
	struct str folder;
	struct net_timer look;
	enum erasure_state state;
	struct str phone; /* owned */
	struct reading *reading;
	uint64_t lsn;       /* what the tables have to come to */
	unsigned readings;  /* that are left */
	bool is_outdated;   /* something happened to the contact */
	struct buf refusal; /* empty: it was done */
	size_t rows, sessions;
	void (*over)(void *ctx);
	void *over_ctx;
};

static void on_look(void *ctx);

struct erasure *erasure_new(struct net *net, struct centre *centre, struct str folder)
{
	struct erasure *erasure = mem_new(sizeof *erasure);
	*erasure = (struct erasure) {.net = net, .centre = centre, .folder = folder};
	erasure->look = (struct net_timer) {.fire = on_look, .ctx = erasure};
	return erasure;
}

static void forget(struct erasure *erasure)
{
	str_free(&erasure->phone);
	buf_free(&erasure->refusal);
	erasure->state = ERASURE_NONE;
}

void erasure_free(struct erasure **slot)
{
	struct erasure *erasure = *slot;
	if (!erasure)
		return;
	net_timer_stop(erasure->net, &erasure->look);
	if (erasure->reading)
		erasure->reading->erasure = NULL;
	forget(erasure);
	free(erasure);
	*slot = NULL;
}

bool erasure_is_busy(const struct erasure *erasure)
{
	return erasure->state != ERASURE_NONE && erasure->state != ERASURE_OVER;
}

void erasure_when_over(struct erasure *erasure, void (*fn)(void *ctx), void *ctx)
{
	erasure->over = fn;
	erasure->over_ctx = ctx;
}

/* why: NULL: it was done. */
static void end(struct erasure *erasure, const char *why)
{
	net_timer_stop(erasure->net, &erasure->look);
	if (why)
		buf_puts(&erasure->refusal, why);
	erasure->state = ERASURE_OVER;
	if (erasure->over)
		erasure->over(erasure->over_ctx);
}

static const char *reason(enum err err)
{
	switch (err) {
	case ERR_TALKING:
		return "a session with this contact is open: it has to end first";
	case ERR_WRONG_STATE:
		return "texts to or from this contact are on their way: later";
	default:
		return refusal_text(err);
	}
}

/* --- reading ------------------------------------------------------------------------------------- */

static void work(void *ctx)
{
	struct reading *reading = ctx;
	reading->err = store_erasing_look(reading->folder, &reading->erasing, &reading->why);
}

static void reading_free(struct reading *reading)
{
	str_free(&reading->folder);
	erasing_free(&reading->erasing);
	buf_free(&reading->why);
	free(reading);
}

static void wait_for_tables(struct erasure *erasure, enum erasure_state state, uint64_t lsn)
{
	erasure->state = state;
	erasure->lsn = lsn;
	net_timer_start(erasure->net, &erasure->look, LOOK_MS);
}

static void erase(struct erasure *erasure, const struct reading *reading)
{
	struct port *port = centre_port(erasure->centre);
	struct contact *contact = contact_as_written(port->core, erasure->phone);
	uint64_t lsn = 0;
	const struct command command = {.kind = CMD_ERASE_CONTACT,
		.erase = {contact, reading->erasing.rows, reading->erasing.count}};
	enum err e = contact ? port_apply(port, &command, &lsn) : ERR_NOT_FOUND;
	if (e != OK) {
		end(erasure, reason(e));
		return;
	}
	erasure->rows = reading->erasing.count;
	erasure->sessions = reading->erasing.session_count;
	wait_for_tables(erasure, ERASURE_FOLLOWING, lsn);
}

static void was_read(struct erasure *erasure, struct reading *reading)
{
	if (reading->err != OK) {
		buf_put(&erasure->refusal, buf_str(&reading->why));
		end(erasure, "");
	} else if (reading->erasing.is_full) {
		end(erasure, "the journal has more rows of it than one erasure takes");
	} else if (!erasure->is_outdated) {
		erase(erasure, reading);
	} else if (erasure->readings--) {
		wait_for_tables(erasure, ERASURE_WAITING, centre_core(erasure->centre)->lsn);
	} else {
		end(erasure, "it writes, or is written to, all the time: later");
	}
}

static void read_done(void *ctx)
{
	struct reading *reading = ctx;
	struct erasure *erasure = reading->erasure;
	if (erasure) {
		erasure->reading = NULL;
		was_read(erasure, reading);
	}
	reading_free(reading);
}

static void start_reading(struct erasure *erasure)
{
	const struct core *core = centre_core(erasure->centre);
	char room[ERASED_ALIAS_ROOM];
	unsigned nth = erased_count(core, erasure->phone) + 1;
	struct reading *reading = mem_new(sizeof *reading);
	reading->erasure = erasure;
	reading->folder = str_copy(erasure->folder);
	erasing_init(&reading->erasing, erasure->phone,
		erased_alias(room, core->centre.id_key, erasure->phone, nth));
	erasure->reading = reading;
	erasure->state = ERASURE_READING;
	erasure->is_outdated = false;
	net_work(erasure->net, work, read_done, reading);
}

static void on_look(void *ctx)
{
	struct erasure *erasure = ctx;
	if (gate_projected_lsn(centre_gate(erasure->centre)) < erasure->lsn)
		net_timer_start(erasure->net, &erasure->look, LOOK_MS);
	else if (erasure->state == ERASURE_WAITING)
		start_reading(erasure);
	else
		end(erasure, NULL);
}

void erasure_events(struct erasure *erasure, const struct event *events, size_t count)
{
	const struct core *core = centre_core(erasure->centre);
	bool is_watched = erasure->state == ERASURE_WAITING || erasure->state == ERASURE_READING;
	for (size_t i = 0; i < count && is_watched; i++)
		erasure->is_outdated |= erasing_is_of(core, &events[i], erasure->phone);
}

/* --- what is asked ------------------------------------------------------------------------------- */

/* False: it goes on. */
static bool begin(struct erasure *erasure, struct str phone, struct buf *answer, uint64_t *lsn)
{
	struct port *port = centre_port(erasure->centre);
	struct contact *contact = contact_of_phone(port->core, phone);
	const struct command command = {
		.kind = CMD_AWAIT_NO_RECEIPTS, .erase = {.contact = contact}};
	if (!contact || erased_is_alias(contact_phone(contact))) {
		admin_refusal(answer, "there is no such contact");
		return true;
	}
	enum err e = port_apply(port, &command, lsn);
	if (e != OK) {
		admin_refusal(answer, reason(e));
		return true;
	}
	erasure->phone = str_copy(contact_phone(contact));
	erasure->readings = READINGS - 1;
	wait_for_tables(erasure, ERASURE_WAITING, port->core->lsn);
	buf_puts(answer, "{\"ok\":true,\"state\":\"reading\"}");
	return false;
}

static bool is_the_one(const struct erasure *erasure, struct str phone)
{
	return str_eq(phone, erasure->phone) || phone_is_same(phone, erasure->phone);
}

static void tell(struct erasure *erasure, struct buf *answer, uint64_t *lsn)
{
	if (erasure->refusal.len) {
		buf_put_byte(&erasure->refusal, '\0');
		admin_refusal(answer, erasure->refusal.at);
		return;
	}
	*lsn = erasure->lsn;
	buf_puts(answer, "{\"ok\":true");
	json_member(answer, "state", STR("done"));
	json_member_u64(answer, "rows", erasure->rows);
	json_member_u64(answer, "sessions", erasure->sessions);
	buf_put_byte(answer, '}');
}

bool erasure_ask(void *ctx, struct str phone, struct buf *answer, uint64_t *lsn)
{
	struct erasure *erasure = ctx;
	bool is_the_same = erasure->state != ERASURE_NONE && is_the_one(erasure, phone);
	if (erasure_is_busy(erasure) && is_the_same) {
		buf_puts(answer, erasure->state == ERASURE_FOLLOWING
					 ? "{\"ok\":true,\"state\":\"following\"}"
					 : "{\"ok\":true,\"state\":\"reading\"}");
		return false;
	}
	if (erasure_is_busy(erasure)) {
		admin_refusal(answer, "another contact is being erased");
		return true;
	}
	if (is_the_same) {
		tell(erasure, answer, lsn);
		forget(erasure);
		return true;
	}
	forget(erasure); /* nobody came back for another one that is over */
	return begin(erasure, phone, answer, lsn);
}
