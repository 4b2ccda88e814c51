/* doctor_cmd.c - `sotto doctor`: does this machine keep what the server promises? */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/log.h"
#include "cli/admin_ask.h"
#include "cli/admin_line.h"
#include "cli/cli.h"
#include "cli/doctor.h"
#include "net/net_tls.h"
#include "store/sqlite_journal.h"
#include "store/store_backup.h"
#include "store/store_clock.h"
#include "wire/json.h"

#define HOUR_MS (3600ll * 1000)
#define DAY_MS  (24 * HOUR_MS)
/* Beside clients: the store, links, listeners, what libraries hold. */
#define OTHER_FILES 100
#define EXPIRY_MS   (14 * DAY_MS) /* a renewal that failed has been noticed by then */

void doctor_say(struct doctor *doctor, enum doctor_verdict verdict, const char *what,
	const char *remedy, const char *fact, ...)
{
	static const char *const words[] = {"ok", "doubt", "BAD"};
	va_list values;
	printf("%-6s %-8s ", words[verdict], what);
	va_start(values, fact);
	vprintf(fact, values);
	va_end(values);
	putchar('\n');
	if (verdict != DOCTOR_FINE)
		printf("       %-8s -> %s\n", "", remedy);
	doctor->bad += verdict == DOCTOR_BAD;
}

/* --- the folder ----------------------------------------------------------------------------------- */

static bool look_at_folder(struct doctor *doctor)
{
	const char *path = doctor->folder->path;
	struct stat found;
	if (stat(path, &found) != 0) {
		/* Of a server that never ran it is no wonder. */
		bool is_to_come = errno == ENOENT && doctor->folder->file;
		doctor_say(doctor, is_to_come ? DOCTOR_DOUBTFUL : DOCTOR_BAD, "folder",
			is_to_come ? "the first start makes it; ask again then: on what it lies "
				     "was not looked at"
				   : "create it, owned by the user who serves, mode 0700",
			"%s: %s", path, strerror(errno));
		return false;
	}
	if (found.st_mode & 077)
		doctor_say(doctor, DOCTOR_BAD, "folder", "chmod 700: customers' words lie there",
			"%s can be entered by others (mode %03o)", path,
			(unsigned)found.st_mode & 0777);
	else if (found.st_uid != geteuid())
		doctor_say(doctor, DOCTOR_DOUBTFUL, "folder",
			"run this as that user, who serves: another one finds other limits",
			"%s belongs to user %u, we are %u", path, (unsigned)found.st_uid,
			(unsigned)geteuid());
	else
		doctor_say(doctor, DOCTOR_FINE, "folder", NULL, "%s is its owner's alone", path);
	return true;
}

/* --- the clock ------------------------------------------------------------------------------------ */

/* The time of the journal's last event; 0: there is none. */
static msec last_event(const char *path)
{
	struct db db = {0};
	int64_t at = 0;
	int code = db_open_to_read(&db, str_of(path), JOURNAL_NAME);
	if (code == SQLITE_OK)
		code = db_number(
			&db, "SELECT at FROM journal ORDER BY centre DESC, lsn DESC LIMIT 1", &at);
	db_close(&db);
	return code == SQLITE_OK ? at : 0;
}

static void look_at_clock(struct doctor *doctor)
{
	struct timex clock = {0};
	msec ahead = last_event(doctor->folder->path) - clock_wall();
	if (ahead > 0)
		doctor_say(doctor, DOCTOR_BAD, "clock",
			"set the clock: until it has caught up, time stands still for the server",
			"it is %lld s behind the last event of the journal",
			(long long)(ahead + 999) / 1000);
	else if (adjtimex(&clock) == TIME_ERROR || (clock.status & STA_UNSYNC))
		doctor_say(doctor, DOCTOR_DOUBTFUL, "clock",
			"install systemd-timesyncd or chrony; in a container: on its host",
			"nobody keeps it right, as far as the system knows");
	else
		doctor_say(doctor, DOCTOR_FINE, "clock", NULL, "it is kept right, within %ld ms",
			clock.maxerror / 1000);
}

/* --- limits --------------------------------------------------------------------------------------- */

static void look_at_descriptors(struct doctor *doctor)
{
	struct rlimit limit;
	unsigned wanted = doctor->folder->config->connections_max + OTHER_FILES;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	bool is_enough = limit.rlim_max >= wanted;
	doctor_say(doctor, is_enough ? DOCTOR_FINE : DOCTOR_BAD, "files",
		"raise LimitNOFILE of the unit (or ulimit -Hn), or lower http.connections-max",
		"%llu files can be open at a time here; %u connections need %u",
		(unsigned long long)limit.rlim_max, doctor->folder->config->connections_max,
		wanted);
}

/* --- users ---------------------------------------------------------------------------------------- */

/* As the sample has them: whoever has read it knows them. */
#define SAMPLE_PASSWORD "change-me"

static void look_at_users(struct doctor *doctor)
{
	const struct config *config = doctor->folder->config;
	bool is_begun = admin_has_store(doctor->folder);
	struct buf names = {0};
	for (unsigned i = 0; i < config->users_count; i++)
		if (config->users[i].password &&
			str_starts(str_of(config->users[i].password), STR(SAMPLE_PASSWORD)))
			buf_printf(&names, "%s%s", names.len ? ", " : "", config->users[i].name);
	if (names.len)
		doctor_say(doctor, is_begun ? DOCTOR_DOUBTFUL : DOCTOR_BAD, "users",
			is_begun ? "sotto user passwd NAME, unless they have others by now; then "
				   "take "
				   "them out of the file, which counts no more"
				 : "other ones in the file, before the first start",
			"passwords of the sample: %.*s", STR_ARGS(buf_str(&names)));
	buf_free(&names);
}

/* --- addresses ------------------------------------------------------------------------------------ */

static bool is_this_machine(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       strncmp(host, "127.", 4) == 0;
}

static void look_at_addresses(struct doctor *doctor)
{
	const struct config *config = doctor->folder->config;
	bool is_open = !is_this_machine(config->listen_host) && !*config->tls_certificate;
	doctor_say(doctor, is_open ? DOCTOR_DOUBTFUL : DOCTOR_FINE, "listen",
		"set tls, or listen on 127.0.0.1 behind a reverse proxy with TLS",
		is_open ? "%s, port %u, without TLS: passwords can be read on the way"
			: "%s, port %u",
		config->listen_host, config->listen_port);
	if (*config->admin_host && !is_this_machine(config->admin_host))
		doctor_say(doctor, DOCTOR_DOUBTFUL, "admin",
			"admin.listen on 127.0.0.1, or in a network that operators alone reach",
			"whoever reaches %s, port %u reads the metrics, supervisors' among them",
			config->admin_host, config->admin_port);
}

static void look_at_certificate(struct doctor *doctor)
{
	const struct config *config = doctor->folder->config;
	struct buf why = {0}, at = {0};
	if (!*config->tls_certificate)
		return;
	struct net *tls = net_tls_server_new(NULL, config->tls_certificate, config->tls_key, &why);
	msec left = tls ? net_tls_server_expires(tls) - clock_wall() : 0;
	buf_put_byte(&why, '\0');
	if (tls)
		msec_put(&at, net_tls_server_expires(tls));
	if (!tls)
		doctor_say(doctor, DOCTOR_BAD, "tls", "correct tls in the configuration", "%s",
			why.at);
	else
		doctor_say(doctor,
			left < 0           ? DOCTOR_BAD
			: left < EXPIRY_MS ? DOCTOR_DOUBTFUL
					   : DOCTOR_FINE,
			"tls", "renew it, then: systemctl reload sotto", "%s is good until %.*s",
			config->tls_certificate, STR_ARGS(buf_str(&at)));
	if (tls && !net_tls_server_is_trusted(tls, &why))
		doctor_say(doctor, DOCTOR_DOUBTFUL, "tls",
			"put the certificates that lead to a known authority behind it in the "
			"file; "
			"with an authority of your own, clients must know that one",
			"this machine would not trust it: %.*s", STR_ARGS(buf_str(&why)));
	net_tls_free(&tls);
	buf_free(&why);
	buf_free(&at);
}

/* --- what is kept --------------------------------------------------------------------------------- */

static void look_at_backup(struct doctor *doctor)
{
	static const char remedy[] = "sotto backup FOLDER, from a timer: see operating.md";
	msec at = store_backed_up(str_of(doctor->folder->path)), age = clock_wall() - at;
	if (!at)
		doctor_say(doctor, DOCTOR_BAD, "backup", remedy, "none is known of");
	else
		doctor_say(doctor,
			age > 7 * DAY_MS             ? DOCTOR_BAD
			: age > DAY_MS + 2 * HOUR_MS ? DOCTOR_DOUBTFUL
						     : DOCTOR_FINE,
			"backup", remedy, "the last one is %lld hours old",
			(long long)(age / HOUR_MS));
}

/* The answer of the server that runs, or NULL. */
static json_t *status_of(const struct cli_folder *folder)
{
	struct buf answer = {0}, why = {0};
	json_t *status = NULL;
	if (admin_line_running(folder, STR("{\"operation\":\"status\"}"), &answer, &why) == OK)
		status = json_read(str_trim(buf_str(&answer)));
	buf_free(&answer);
	buf_free(&why);
	return status;
}

static void look_at_server(struct doctor *doctor)
{
	bool is_ready = json_is_true(json_object_get(doctor->status, "ready"));
	if (!doctor->status)
		doctor_say(doctor, DOCTOR_FINE, "server", NULL, "none is running");
	else
		doctor_say(doctor, is_ready ? DOCTOR_FINE : DOCTOR_BAD, "server",
			"sotto status, and its log, say more", "it is %s",
			is_ready ? "running, and ready" : "running, and not ready");
}

static int examine(const struct cli_folder *folder)
{
	struct doctor doctor = {.folder = folder, .status = status_of(folder)};
	look_at_server(&doctor);
	if (look_at_folder(&doctor)) {
		doctor_disk(&doctor);
		look_at_clock(&doctor);
		look_at_backup(&doctor);
	}
	look_at_descriptors(&doctor);
	if (folder->file) {
		look_at_users(&doctor);
		look_at_addresses(&doctor);
		look_at_certificate(&doctor);
	}
	doctor_links(&doctor);
	json_decref(doctor.status);
	if (doctor.bad)
		printf("%u found that must be mended\n", doctor.bad);
	return doctor.bad ? CLI_FAILED : CLI_FINE;
}

int doctor_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder), {0}};
	const struct cli_syntax syntax = {"doctor --config FILE | --dir DIR",
		"Examines whether this machine keeps what the server promises: is what is synced\n"
		"on the disk, the clock, how many files can be open, the addresses, the\n"
		"certificate, the links, the last backup. A line for each: ok, doubt or BAD, the\n"
		"fact, and what to do. Run it as the user who serves.\n"
		"A link is signed in at its carrier and off again, if no server runs; nothing is\n"
		"sent.\n"
		"Exit code 1: something is BAD.\n",
		options, 0};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	if (!cli_folder_parse(argc, argv, &syntax, &folder, words, &exit_code))
		return exit_code;
	log_to(LOG_NOTHING); /* what is found is said here */
	exit_code = examine(&folder);
	cli_folder_free(&folder);
	return exit_code;
}
