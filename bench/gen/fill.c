/* fill.c - the data folder of a centre that has been at work for a while: its sessions are played through the core,
 * and its events written by the store, as a server does both, only with a clock of its own. What it leaves is what
 * `sotto verify` accepts, and `sotto serve` takes.
 *
 *   fill --folder F --users N --sessions S --texts T --contacts C --state ended|open|chatting --until HOURS --hours HOURS
 *
 * Users u0 ..., password p; service number 5000 by the link `carrier`, as bench/lib.mjs configures them. Each session
 * has T texts, turn about of its customer and of an agent, with their receipts, and comes to its end; or it stays open:
 * then all are its customer's, and it waits, or is chatting: each user has as many of these as another one. The last one
 * was --until hours ago, the first one --hours before. --window: smpp.receive-window, which stays as it is. */
#include "base/arena.h"
#include "base/log.h"
#include "core/command.h"
#include "login/login.h"
#include "store/store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define BATCH_EVENTS 4096 /* of one commit */
#define BEHIND_MAX                                                                                 \
	(64ull * BATCH_EVENTS) /* events that the tables may be behind: they wait in memory */
#define READY_MAX   64         /* agents who take sessions: routing looks at each */
#define HOUR_MS     (3600ll * 1000)
#define FIRST_PHONE 15550000000ul /* as gen/smsc.c */

static struct {
	const char *folder;
	unsigned long users, sessions, texts, contacts;
	enum { ENDED, OPEN, CHATTING } state;
	unsigned long until, hours, window;
} opt = {.users = 1, .sessions = 1, .texts = 1, .contacts = 1, .hours = 24, .window = 10};

static struct {
	struct core *core;
	struct store *store;
	struct outcome outcome;
	struct batch *batch;
	msec now, end;
	uint64_t texts;
	/* what the store's threads tell */
	pthread_mutex_t mutex;
	pthread_cond_t more;
	void (*posted)(void *arg);
	void *posted_arg;
	bool is_appending; /* of this thread */
} fill = {.mutex = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static void die(const char *what)
{
	fprintf(stderr, "fill: %s\n", what);
	exit(1);
}

/* --- the store's loop: this thread, when it waits ----------------------------------------------- */

/* One append is on its way at a time, so one call; that the folder is another's would be a second, and the end. */
static void post(void *ctx, void (*fn)(void *arg), void *arg)
{
	(void)ctx;
	pthread_mutex_lock(&fill.mutex);
	if (fill.posted)
		die("another process has the folder");
	fill.posted = fn;
	fill.posted_arg = arg;
	pthread_cond_signal(&fill.more);
	pthread_mutex_unlock(&fill.mutex);
}

static void take_posted(void)
{
	pthread_mutex_lock(&fill.mutex);
	while (!fill.posted)
		pthread_cond_wait(&fill.more, &fill.mutex);
	void (*fn)(void *arg) = fill.posted;
	fill.posted = NULL;
	pthread_mutex_unlock(&fill.mutex);
	fn(fill.posted_arg);
}

static void appended(void *ctx, enum store_result result)
{
	(void)ctx;
	if (result != STORE_DURABLE)
		die("the store did not take an append");
	fill.is_appending = false;
}

static void await_append(void)
{
	while (fill.is_appending)
		take_posted();
}

/* The core goes on while it is written. */
static void write_batch(void)
{
	await_append();
	if (!fill.batch)
		return;
	struct batch *batch = fill.batch;
	fill.batch = NULL;
	fill.is_appending = true;
	fill.store->ops->append(fill.store, batch, appended, NULL);
	while (fill.core->lsn - fill.store->ops->projected(fill.store) > BEHIND_MAX)
		usleep(1000);
}

/* --- commands ----------------------------------------------------------------------------------- */

static void keep_outcome(void)
{
	for (size_t i = 0; i < fill.outcome.count; i++)
		batch_add(&fill.batch, &fill.outcome.events[i]);
	outcome_reset(&fill.outcome);
	if (fill.batch && fill.batch->count >= BATCH_EVENTS)
		write_batch();
}

static void run(struct command command)
{
	if (core_apply(fill.core, &command, fill.now, &fill.outcome) != OK)
		die(command_name(command.kind));
	keep_outcome();
}

static struct link *carrier(void)
{
	return core_link(fill.core, STR("carrier"));
}

static struct user *user_at(unsigned long nth)
{
	char name[24];
	snprintf(name, sizeof name, "u%lu", nth);
	return core_user_by_name(fill.core, str_of(name));
}

static void customer_writes(struct str phone)
{
	char text[128];
	unsigned char fingerprint[DIGEST_BYTES];
	ids_digest(fingerprint, STR_NONE, str_from(&fill.texts, sizeof fill.texts));
	snprintf(text, sizeof text,
		"Good evening, this is about my order, number %llu. Where is it?",
		(unsigned long long)fill.texts++);
	run((struct command) {.kind = CMD_RECEIVE_SMS,
		.link = carrier(),
		.receive = {.phone = phone,
			.number = STR("5000"),
			.text = str_of(text),
			.fingerprint = str_from(fingerprint, sizeof fingerprint)}});
}

static void agent_writes(struct user *agent, struct session *session)
{
	char id[24];
	snprintf(id, sizeof id, "m%llx", (unsigned long long)fill.texts++);
	run((struct command) {.kind = CMD_SEND_MESSAGE,
		.caller = agent,
		.session = session,
		.send.text = STR(
			"It has left our house and will be with you tomorrow. Anything else?")});
	struct outbound *out = session->messages[session->message_count - 1]->outbound;
	run((struct command) {
		.kind = CMD_SMS_ANSWERED, .answer = {{out, 1, 1}, DELIVERY_SENT, str_of(id)}});
	run((struct command) {.kind = CMD_SMS_RECEIPT,
		.link = carrier(),
		.receipt = {str_of(id), DELIVERY_DELIVERED}});
}

/* --- a centre ----------------------------------------------------------------------------------- */

static void add_user(unsigned long nth)
{
	static char hash[PASSWORD_HASH_MAX]; /* one for all: a salt each would only take time */
	char name[24];
	if (!*hash && password_hash(hash, STR("p"), 1, 8192) != OK)
		die("the password");
	snprintf(name, sizeof name, "u%lu", nth);
	struct body_user body = {.name = str_of(name),
		.roles = ROLE_AGENT,
		.provisioned = 1,
		.enabled = 1,
		.password = str_of(hash)};
	run((struct command) {.kind = CMD_ADD_USER, .new_user = &body});
}

/* Of the sessions, each user's. */
static unsigned long share(void)
{
	return (opt.sessions + opt.users - 1) / opt.users;
}

static void create(void)
{
	const struct body_centre centre = {.name = STR("bench"),
		.id_key = STR("0123456789abcdef0123456789abcdef"),
		.capacity = share() > 4 ? share() : 4,
		.on_logout = LOGOUT_REQUEUE,
		.state_after_login = AGENT_NOT_READY,
		.lost_after = 120000,
		.answer_timeout = 60000,
		.reject_wait = 30000,
		.not_ready_after_no_answer = 1,
		.idle_close = 24 * HOUR_MS,
		.redelivery_window = 600000,
		.receipt_window = 72 * HOUR_MS,
		.receive_window = opt.window,
		.multimedia = 1};
	const struct body_link link = {.name = STR("carrier"),
		.host = STR("127.0.0.1"),
		.port = 19101,
		.system_id = STR("bench"),
		.password = STR("bench"),
		.window = 100};
	const struct body_queue queue = {
		.name = STR("service"), .number = STR("5000"), .link = STR("carrier")};
	run((struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &centre});
	for (unsigned long i = 0; i < opt.users; i++)
		add_user(i);
	run((struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
	run((struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue});
}

static void tell_agents(enum command_kind kind)
{
	for (unsigned long i = 0; i < opt.users && i < READY_MAX; i++)
		run((struct command) {.kind = kind, .caller = user_at(i)});
}

/* --- its sessions ------------------------------------------------------------------------------- */

static struct user *invited(const struct session *session)
{
	const struct party *party;
	for (party = session->parties; party; party = party->next)
		if (party->user && party->b.state == PARTY_INVITED)
			return party->user;
	die("nobody was offered a session");
	return NULL;
}

static struct user *accept(struct session *session)
{
	struct user *agent = invited(session);
	run((struct command) {.kind = CMD_ACCEPT, .caller = agent, .session = session});
	return agent;
}

static void come_to_its_end(struct str phone)
{
	struct session *session = core_contact(fill.core, phone)->open;
	struct user *agent = accept(session);
	for (unsigned long i = 1; i < opt.texts; i++, fill.now++)
		if (i % 2)
			agent_writes(agent, session);
		else
			customer_writes(phone);
	run((struct command) {.kind = CMD_LEAVE_AND_COMPLETE, .caller = agent, .session = session});
}

/* One agent is Ready at a time: routing looks at all sessions of each who is. */
static void change_turn(unsigned long nth)
{
	if (nth % share())
		return;
	struct user *agent = user_at(nth / share());
	if (nth)
		run((struct command) {.kind = CMD_NOT_READY, .caller = user_at(nth / share() - 1)});
	run((struct command) {.kind = CMD_START_AGENT, .caller = agent});
	run((struct command) {.kind = CMD_READY, .caller = agent});
}

static void play(unsigned long nth)
{
	char phone[24];
	snprintf(phone, sizeof phone, "+%lu", FIRST_PHONE + nth % opt.contacts);
	if (opt.state == CHATTING)
		change_turn(nth);
	customer_writes(str_of(phone));
	if (opt.state == ENDED)
		come_to_its_end(str_of(phone));
	else if (opt.state == CHATTING)
		accept(core_contact(fill.core, str_of(phone))->open);
	for (unsigned long i = 1; opt.state != ENDED && i < opt.texts; i++, fill.now++)
		customer_writes(str_of(phone));
	while (core_tick(fill.core, fill.now, 0, &fill.outcome))
		keep_outcome();
	core_forget(fill.core, fill.store->ops->projected(fill.store), fill.now);
}

/* Spread over the hours; those of a session follow each other by the millisecond. */
static void play_all(void)
{
	msec began = fill.now;
	for (unsigned long i = 0; i < opt.sessions; i++) {
		msec due = began + (fill.end - began) / (msec)opt.sessions * (msec)i;
		fill.now = due > fill.now ? due : fill.now;
		play(i);
	}
}

/* --- life --------------------------------------------------------------------------------------- */

static void open_store(void)
{
	struct store_loop loop = {.post = post};
	struct store_telling nobody = {.bytes_max = TOLD_BYTES_MAX};
	struct buf why = {0};
	if (store_sqlite_open(str_of(opt.folder), &loop, &nobody, 0, &fill.store, &why) != OK) {
		fprintf(stderr, "fill: %.*s\n", STR_ARGS(buf_str(&why)));
		exit(1);
	}
}

static unsigned long number_of(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	if (*end || number > 100000000)
		die("a number?");
	return number;
}

static int state_of(const char *word)
{
	static const char *const words[] = {"ended", "open", "chatting"};
	for (int i = ENDED; i <= CHATTING; i++)
		if (!strcmp(word, words[i]))
			return i;
	die(word);
	return 0;
}

static void read_options(int argc, char **argv)
{
	const struct {
		const char *name;
		unsigned long *number;
	} numbers[] = {{"--users", &opt.users}, {"--sessions", &opt.sessions},
		{"--texts", &opt.texts}, {"--contacts", &opt.contacts}, {"--until", &opt.until},
		{"--window", &opt.window}, {"--hours", &opt.hours}};
	for (int i = 1; i + 1 < argc; i += 2) {
		size_t k = 0, count = sizeof numbers / sizeof numbers[0];
		while (k < count && strcmp(argv[i], numbers[k].name) != 0)
			k++;
		if (k < count)
			*numbers[k].number = number_of(argv[i + 1]);
		else if (!strcmp(argv[i], "--folder"))
			opt.folder = argv[i + 1];
		else if (!strcmp(argv[i], "--state"))
			opt.state = state_of(argv[i + 1]);
		else
			die(argv[i]);
	}
	if (!opt.folder || !opt.users || !opt.texts || !opt.contacts)
		die("--folder, and at least one user, text and contact");
}

int main(int argc, char **argv)
{
	read_options(argc, argv);
	log_to(LOG_WARN);
	fill.end = (msec)time(NULL) * 1000 - (msec)opt.until * HOUR_MS;
	fill.now = fill.end - (msec)opt.hours * HOUR_MS;
	fill.core = core_new();
	open_store();
	create();
	if (opt.state == ENDED) {
		tell_agents(CMD_START_AGENT);
		tell_agents(CMD_READY);
	}
	play_all();
	if (opt.state == ENDED)
		tell_agents(CMD_STOP_AGENT);
	write_batch();
	await_append();
	printf("{\"texts\":%llu,\"events\":%llu}\n", (unsigned long long)fill.texts,
		(unsigned long long)fill.core->lsn);
	fill.store->ops->close(&fill.store);
	outcome_free(&fill.outcome);
	core_free(&fill.core);
	return 0;
}
