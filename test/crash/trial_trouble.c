/* trial_trouble.c - a disk that works on, but badly: refuses writes for a while, or fails once. */
#include "trial_private.h"

#include <unistd.h>

#define TROUBLE_MS 1500
#define HEALED_MS  6000 /* the store is asked each second, and tells at the next asking */

/* --- clients beside the others -------------------------------------------------------------------- */

struct probing {
	bool is_answered;
	int status;
};

static void on_probed(void *ctx, int status, struct str body)
{
	struct probing *probing = ctx;
	probing->is_answered = true;
	probing->status = status;
}

/* What somebody is answered who has nothing to do with the others. */
static int probe(struct trial *t, const char *method, const char *path, const char *body)
{
	struct probing probing = {0};
	struct http_client *client = http_client_new(
		t->world.net, STR("probe"), STR("127.0.0.1"), 8080, STR("ana"), STR("x"));
	http_client_send(client, method, str_of(path), str_of(body), on_probed, &probing);
	for (msec ms = 0; ms < HEALED_MS && !probing.is_answered; ms += 10)
		world_run(&t->world, world_now(&t->world) + 10);
	http_client_free(&client);
	return probing.is_answered ? probing.status : 0;
}

/* 503: not now. Anything else: it could be written, or there was no need to. */
static int probe_command(struct trial *t)
{
	return probe(
		t, "POST", "/api/v2/me/channels/smssession", "{\"operationName\":\"NotReady\"}");
}

/* Somebody who holds a poll all the time, and must not lose it. */
struct listener {
	struct api_client *client;
	struct ledger *ledger;
	bool is_up, has_trouble;
};

static void on_up(void *ctx)
{
	struct listener *listener = ctx;
	listener->is_up = true;
	ledger_note(listener->ledger, "--- the listener is up");
}

static void on_trouble(void *ctx, const char *why, bool refused)
{
	struct listener *listener = ctx;
	listener->has_trouble |= listener->is_up;
	ledger_note(listener->ledger, "--- the listener: %s", why);
}

static void listen_on(struct trial *t, struct listener *listener)
{
	const struct api_client_settings settings = {
		.host = STR("127.0.0.1"),
		.port = 8080,
		.user = STR("ben"),
		.password = STR("x"),
		.on_up = on_up,
		.on_trouble = on_trouble,
		.ctx = listener,
	};
	listener->client = api_client_new(t->world.net, &settings);
}

/* --- troubles ------------------------------------------------------------------------------------- */

/* Full or read-only: writes are refused, reads go on. */
static void be_served_reads(struct trial *t)
{
	trial_live(t, TROUBLE_MS);
	if (t->is_lost) {
		trial_blame(t, "the server was lost because the disk took no writes");
		return;
	}
	if (probe(t, "GET", "/api/v2/me", "") != 200)
		trial_blame(t, "a read was not answered while the disk took no writes");
	int status = probe_command(t);
	if (status == 0)
		trial_blame(t, "a command was not answered while the disk took no writes");
}

/* The server dies, and comes back on the disk as it is. */
static void start_in_trouble(struct trial *t)
{
	trial_die(t);
	disk_trouble(t->disk, t->settings->trouble, 0, UINT64_MAX);
	ledger_note(t->ledger, "--- the disk is as it was");
	if (!trial_rise(t))
		return;
	t->starts++;
	if (probe_command(t) != 503)
		trial_blame(t, "a command was not refused by a disk that takes no writes");
}

/* The service goes on once there is room. */
static void recover(struct trial *t, const struct listener *listener)
{
	disk_trouble(t->disk, DISK_WELL, 0, 0);
	ledger_note(t->ledger, "--- the disk is well again");
	usleep(50 * 1000); /* the projector tries again in real time */
	trial_live(t, HEALED_MS);
	int status = probe_command(t);
	if (status == 0 || status == 503)
		trial_blame(t, "commands are still refused after the disk has recovered");
	if (t->is_lost)
		trial_blame(t, "the server was lost because the disk took no writes");
	if (listener->has_trouble)
		trial_blame(t, "a held poll was lost because the disk took no writes");
	trial_ask(t, false);
}

static void outlast(struct trial *t, struct listener *listener)
{
	be_served_reads(t);
	if (listener->has_trouble)
		trial_blame(t, "a held poll was lost because the disk took no writes");
	if (!t->failed && dice_roll(&t->dice, 2)) {
		api_client_free(&listener->client);
		start_in_trouble(t);
		if (t->failed)
			return;
		*listener = (struct listener) {.ledger = t->ledger};
		listen_on(t, listener);
		be_served_reads(t);
	}
	if (!t->failed)
		recover(t, listener);
}

/* EIO, a failed sync: at the next commit at the latest the process ends. */
static void be_lost(struct trial *t)
{
	trial_live(t, HEALED_MS);
	if (!t->is_lost)
		trial_blame(t, "the disk failed and the server works on");
	else if (t->lost != STORE_UNKNOWN)
		trial_blame(t, "the disk failed and the server ends for another reason");
	disk_trouble(t->disk, DISK_WELL, 0, 0);
	trial_come_back(t);
}

static void live_until_trouble(struct trial *t)
{
	const struct trial_settings *settings = t->settings;
	bool once = dice_roll(&t->dice, 2) || settings->trouble >= DISK_EIO;
	disk_trouble(t->disk, settings->trouble, disk_index(t->disk) + settings->cut,
		once ? 1 : UINT64_MAX);
	msec until = world_now(&t->world) + RUN_DISK_MS;
	while (world_now(&t->world) < until && !disk_is_troubled(t->disk))
		world_run(&t->world, world_now(&t->world) + 1);
}

bool trial_be_troubled(struct trial *t)
{
	struct listener listener = {.ledger = t->ledger};
	bool ends = t->settings->trouble == DISK_EIO || t->settings->trouble == DISK_FSYNC;
	if (!trial_serve(t))
		return false;
	listen_on(t, &listener);
	live_until_trouble(t);
	bool was_troubled = disk_is_troubled(t->disk);
	if (was_troubled)
		ledger_note(t->ledger, "--- the disk is in trouble");
	if (was_troubled && !ends)
		outlast(t, &listener);
	api_client_free(&listener.client);
	if (was_troubled && ends)
		be_lost(t);
	return was_troubled;
}
