/* centre.c - apply, publish, commit; deadlines; starting over after a refused commit. */
#include "centre/centre.h"

#include <stdlib.h>
#include <sys/statvfs.h>

#include "base/log.h"

struct centre {
	struct port port; /* first, for whoever is given it is given the centre */
	struct net *net;
	struct store *store;
	struct gate *gate;
	struct centre_hooks hooks;
	struct outcome outcome; /* of the command that runs */
	struct buf told;        /* of it, packed; what is made later waits here for the next one */
	bool is_applying;

	bool is_started;
	bool is_asleep; /* core_wake has still to come, before anything else: no write was taken */
	uint64_t woken_at; /* lsn behind it; if that is undone, it has to come again */
	struct net_timer deadline;
	msec armed_for; /* 0: the timer stands */
	unsigned fired; /* deadlines, of what may fire in this turn of the loop */
	bool is_behind; /* more was due than one turn may fire */

	struct str folder; /* owned */
	msec disk_asked;
	bool is_disk_full;
};

static enum err centre_apply(struct port *port, const struct command *command, uint64_t *lsn);
static void centre_wait(struct port *port, struct gate_wait *wait, uint64_t lsn);
static void centre_keep(struct port *port, const struct told_note *note);
static struct told_range centre_told(struct port *port, struct str user);
static struct told_source *centre_told_source(struct port *port);
static void on_deadline(void *ctx);
static void on_gate_pause(void *ctx, bool on);
static void on_gate_refused(void *ctx);
static void on_gate_lost(void *ctx, enum store_result result);
static void on_gate_projected(void *ctx, uint64_t lsn);

/* --- opening and closing ---------------------------------------------------------------------- */

enum err centre_open(struct net *net, struct store *store, struct str folder,
	const struct centre_hooks *hooks, struct centre **out, struct buf *why)
{
	struct core *core = core_new();
	enum err e = store->ops->load(store, core);
	if (e) {
		buf_puts(why, "the store is damaged and cannot be loaded; the log says where");
		core_free(&core);
		store->ops->close(&store);
		return e;
	}
	struct centre *centre = mem_new(sizeof *centre);
	centre->net = net;
	centre->store = store;
	centre->port = (struct port) {.core = core,
		.apply = centre_apply,
		.wait = centre_wait,
		.keep = centre_keep,
		.told = centre_told,
		.told_source = centre_told_source};
	centre->hooks = *hooks;
	centre->folder = str_copy(folder);
	centre->deadline = (struct net_timer) {.fire = on_deadline, .ctx = centre};
	const struct gate_callbacks callbacks = {.ctx = centre,
		.pause = on_gate_pause,
		.refused = on_gate_refused,
		.lost = on_gate_lost,
		.projected = on_gate_projected};
	centre->gate = gate_new(net, store, core->lsn, &callbacks);
	*out = centre;
	return OK;
}

void centre_close(struct centre **centre)
{
	struct centre *c = *centre;
	if (!c)
		return;
	net_timer_stop(c->net, &c->deadline);
	gate_free(&c->gate);
	if (c->store)
		c->store->ops->close(&c->store);
	core_free(&c->port.core);
	outcome_free(&c->outcome);
	buf_free(&c->told);
	str_free(&c->folder);
	free(c);
	*centre = NULL;
}

void centre_forget_store(struct centre *centre)
{
	gate_forget_store(centre->gate);
	centre->store = NULL;
}

enum centre_owner centre_owner_of(const struct centre *centre, struct str name)
{
	if (!str_eq(centre->port.core->centre.name, name))
		return OWNER_UNKNOWN;
	return gate_is_ours(centre->gate) ? OWNER_US : OWNER_ANOTHER;
}

bool centre_is_empty(const struct centre *centre)
{
	return centre->port.core->centre.name.len == 0;
}

struct ledger_source *centre_ledger(const struct centre *centre)
{
	return centre->store->ops->ledger(centre->store);
}

struct past_source *centre_past(const struct centre *centre)
{
	return centre->store->ops->past(centre->store);
}

struct earlier_source *centre_earlier(const struct centre *centre)
{
	return centre->store->ops->earlier(centre->store);
}

struct aged_source *centre_aged(const struct centre *centre)
{
	return centre->store->ops->aged(centre->store);
}

struct core *centre_core(const struct centre *centre)
{
	return centre->port.core;
}

struct port *centre_port(struct centre *centre)
{
	return &centre->port;
}

struct gate *centre_gate(const struct centre *centre)
{
	return centre->gate;
}

/* --- commands --------------------------------------------------------------------------------- */

/* Asked once a second at most: a call of the system for each command would be dear. */
static bool is_disk_full(struct centre *centre)
{
	msec now = net_now(centre->net);
	struct statvfs disk;
	if (centre->folder.len == 0)
		return false;
	if (centre->disk_asked && now - centre->disk_asked < CENTRE_DISK_MS)
		return centre->is_disk_full;
	centre->disk_asked = now;
	bool was_full = centre->is_disk_full;
	centre->is_disk_full = statvfs(centre->folder.at, &disk) == 0 &&
			       (uint64_t)disk.f_bavail * disk.f_frsize < STORE_FREE_MIN;
	if (centre->is_disk_full && !was_full)
		log_error("server", "the disk is full: less than 64 MiB free; no command is taken");
	if (!centre->is_disk_full && was_full)
		log_info("server", "the disk has room again");
	return centre->is_disk_full;
}

bool centre_takes_writes(struct centre *centre)
{
	return gate_is_writable(centre->gate) && !is_disk_full(centre);
}

static msec now_of(const struct centre *centre)
{
	msec now = net_now(centre->net);
	return now > centre->port.core->last_at ? now : centre->port.core->last_at;
}

static void start_timer(struct centre *centre, msec delay_ms)
{
	net_timer_start(centre->net, &centre->deadline, delay_ms > 0 ? delay_ms : 0);
}

static void arm(struct centre *centre)
{
	if (!centre->is_started)
		return;
	if (centre->is_asleep) {
		centre->armed_for = 0;
		net_timer_start(centre->net, &centre->deadline, CENTRE_RETRY_MS);
		return;
	}
	msec next = core_next_deadline(centre->port.core);
	if (next == centre->armed_for)
		return;
	centre->armed_for = next;
	if (next == 0)
		net_timer_stop(centre->net, &centre->deadline);
	else
		start_timer(centre, next - net_now(centre->net));
}

/* Whatever changed the core ends here: its events go to those who tell them on, and to the gate with what is told. */
static void publish(struct centre *centre)
{
	struct outcome *outcome = &centre->outcome;
	if (outcome->count && centre->hooks.events)
		centre->hooks.events(centre->hooks.ctx, outcome->events, outcome->count);
	gate_append(centre->gate, outcome->events, outcome->count, &centre->told);
#ifdef SOTTO_CORE_CHECK
	core_check_command(centre->port.core);
#endif
	outcome_reset(outcome);
	centre->is_applying = false;
	arm(centre);
}

static void begin(struct centre *centre)
{
	CHECK(!centre->is_applying); /* a command from inside of telling another one's events */
	centre->is_applying = true;
}

/* Of whom a supervisor asks how that one stands: an answer tells it also where nothing was to be changed. NULL: of nobody. */
static const struct user *whose_state(const struct command *command)
{
	bool is_about_state = command->kind == CMD_READY_AGENT ||
			      command->kind == CMD_NOT_READY_AGENT ||
			      command->kind == CMD_STOP_OTHER_AGENT;
	return is_about_state ? command->agent : NULL;
}

/* What a refusal, or an answer to what changed nothing, tells of. */
static uint64_t lsn_known_to_caller(const struct centre *centre, const struct command *command)
{
	const struct core *core = centre->port.core;
	if (command->caller) {
		const struct user *agent = whose_state(command);
		uint64_t own = core_user_seen(core, command->caller);
		return agent && agent->seen_lsn > own ? agent->seen_lsn : own;
	}
	if (command->kind == CMD_SMS_ANSWERED)
		return command->answer.place.outbound->last_lsn;
	bool is_links = command_asker(command->kind) == ASKER_LINK;
	return is_links ? core_carrier_seen(core, command->link) : core->lsn;
}

static void wake(struct centre *centre)
{
	centre->is_asleep = false;
	begin(centre);
	core_wake(centre->port.core, now_of(centre), &centre->outcome);
	centre->woken_at = centre->port.core->lsn;
	publish(centre);
}

static bool is_due(const struct centre *centre, msec now)
{
	msec next = core_next_deadline(centre->port.core);
	return next && next <= now;
}

/* What is due comes before what is asked: whether the timer or somebody else's command came first must not
 * change what happens. So all of a turn share what may fire in it; and what is left to a later turn happens
 * at that turn's time, as it would behind a command.
 *
 * Each is told by itself. What is told is the state at the time of telling, so of two that were told
 * together the first would be told as what the second made of it. */
static void fire_due(struct centre *centre)
{
	if (centre->is_asleep)
		wake(centre);
	msec now = now_of(centre);
	for (; is_due(centre, now); centre->fired++) {
		if (centre->fired == CENTRE_DEADLINES_MAX)
			return;
		begin(centre);
		core_tick(centre->port.core, now, centre->is_behind ? now : 0, &centre->outcome);
		publish(centre);
	}
	centre->fired = 0;
	centre->is_behind = false;
}

/* The timer is due in each turn as long as something is. */
static void end_turn(struct centre *centre)
{
	centre->is_behind = centre->fired > 0;
	centre->fired = 0;
}

void centre_catch_up(struct centre *centre)
{
	if (centre_takes_writes(centre))
		fire_due(centre);
}

static enum err centre_apply(struct port *port, const struct command *command, uint64_t *lsn)
{
	struct centre *centre = (struct centre *)port;
	*lsn = 0;
	if (!centre_takes_writes(centre))
		return ERR_STORE;
	fire_due(centre);
	begin(centre);
	enum err e = core_apply(centre->port.core, command, now_of(centre), &centre->outcome);
	if (e) {
		centre->is_applying = false;
		*lsn = lsn_known_to_caller(centre, command);
		return e;
	}
	*lsn = outcome_lsn(centre->outcome.events, centre->outcome.count);
	if (*lsn == 0)
		*lsn = lsn_known_to_caller(centre, command);
	publish(centre);
	return OK;
}

static void centre_wait(struct port *port, struct gate_wait *wait, uint64_t lsn)
{
	gate_wait(((struct centre *)port)->gate, wait, lsn);
}

static void centre_keep(struct port *port, const struct told_note *note)
{
	told_pack(&((struct centre *)port)->told, note);
}

static struct told_range centre_told(struct port *port, struct str user)
{
	struct store *store = ((struct centre *)port)->store;
	return store->ops->told(store, user);
}

static struct told_source *centre_told_source(struct port *port)
{
	struct store *store = ((struct centre *)port)->store;
	return store->ops->told_source(store);
}

/* --- deadlines -------------------------------------------------------------------------------- */

static void on_deadline(void *ctx)
{
	struct centre *centre = ctx;
	if (!centre_takes_writes(centre)) {
		start_timer(centre, CENTRE_RETRY_MS);
		return;
	}
	centre->armed_for = 0;
	fire_due(centre);
	end_turn(centre);
	arm(centre);
}

void centre_start(struct centre *centre)
{
	centre->is_started = true;
	centre->is_asleep = true;
	if (centre_takes_writes(centre))
		wake(centre);
	else
		arm(centre);
}

void centre_rest(struct centre *centre)
{
	centre->is_started = centre->is_asleep = false;
	centre->armed_for = 0;
	net_timer_stop(centre->net, &centre->deadline);
}

/* --- what the gate tells ---------------------------------------------------------------------- */

static void on_gate_pause(void *ctx, bool on)
{
	struct centre *centre = ctx;
	if (centre->hooks.pause)
		centre->hooks.pause(centre->hooks.ctx, on);
}

static void on_gate_lost(void *ctx, enum store_result result)
{
	struct centre *centre = ctx;
	if (centre->hooks.lost)
		centre->hooks.lost(centre->hooks.ctx, result);
}

static void on_gate_projected(void *ctx, uint64_t lsn)
{
	struct centre *centre = ctx;
	/* First, for it may be what is still read. */
	if (centre->hooks.projected)
		centre->hooks.projected(centre->hooks.ctx, lsn);
	core_forget(centre->port.core, lsn, net_now(centre->net));
}

/* What was rolled back must not be known to anybody: the core is made anew, as at a start. */
static void on_gate_refused(void *ctx)
{
	struct centre *centre = ctx;
	struct core *old = centre->port.core;
	centre->port.core = core_new();
	centre->told.len = 0;
	centre->armed_for = 0;
	centre->fired = 0;
	centre->is_behind = false;
	/* A store that cannot be read, or holds something else than what was answered: only a start can
	 * tell. */
	if (centre->store->ops->load(centre->store, centre->port.core) ||
		centre->port.core->lsn != gate_durable(centre->gate)) {
		on_gate_lost(centre, STORE_UNKNOWN);
	} else if (centre_is_empty(centre)) {
		on_gate_lost(centre, STORE_REFUSED);
	} else {
		centre->is_asleep |=
			centre->is_started && centre->port.core->lsn < centre->woken_at;
		if (centre->hooks.rebuilt)
			centre->hooks.rebuilt(centre->hooks.ctx);
		arm(centre);
	}
	core_free(&old);
}
