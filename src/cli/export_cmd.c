/* export_cmd.c - `sotto export users|contacts|sessions`: what the tables have, as CSV or lines of JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/owner.h"
#include "cli/admin_ask.h"
#include "cli/admin_line.h"
#include "cli/cli.h"
#include "cli/cli_kinds.h"
#include "cli/export_file.h"
#include "cli/export_rows.h"
#include "cli/progress.h"

struct export_options {
	const char *format, *output, *from, *until;
	bool has_hashes;
};

struct run {
	const char *what; /* "users" */
	struct export_file file;
	struct export_rows *rows;
	struct progress progress;
	enum body_kind counted;
	bool is_written;
};

static bool write_line(void *ctx, struct str bytes)
{
	struct run *run = ctx;
	return fwrite(bytes.at, 1, bytes.len, run->file.out) == bytes.len;
}

static void on_total(void *ctx, uint64_t count)
{
	struct run *run = ctx;
	progress_begin(&run->progress, run->what, count);
}

static bool on_row(void *ctx, enum body_kind kind, const union any_body *body)
{
	struct run *run = ctx;
	if (kind == run->counted)
		progress_step(&run->progress, 1);
	run->is_written = export_rows_take(run->rows, kind, body);
	return run->is_written;
}

/* --- what -------------------------------------------------------------------------------------- */

/* "2026-11-29", or with "T10:30:00" and perhaps "Z" behind it; UTC, as the server prints times. */
static bool read_time(const char *text, msec *at)
{
	struct tm tm = {0};
	*at = 0;
	if (!text)
		return true;
	const char *rest = strptime(text, "%Y-%m-%d", &tm);
	if (rest && *rest)
		rest = strptime(rest, strchr(text, 'T') ? "T%H:%M:%S" : " %H:%M:%S", &tm);
	if (!rest || strcmp(rest + (*rest == 'Z'), "") != 0)
		return false;
	*at = (msec)timegm(&tm) * 1000;
	return true;
}

static int read_query(const struct cli_call *call, enum export_what what,
	struct export_query *query, struct export_form *form)
{
	const struct export_options *o = call->options;
	const char *format = o->format ? o->format : what == EXPORT_SESSIONS ? "jsonl" : "csv";
	*query = (struct export_query) {.what = what, .waits = admin_is_served(call->folder)};
	*form = (struct export_form) {
		.what = what, .is_csv = strcmp(format, "csv") == 0, .has_hashes = o->has_hashes};
	if (!form->is_csv && strcmp(format, "jsonl") != 0)
		return cli_wrong(call->syntax, "--format is csv or jsonl, not ", format);
	if (!read_time(o->from, &query->from))
		return cli_wrong(call->syntax,
			"--from is like 2026-11-29 or 2026-11-29T10:30:00, not ", o->from);
	if (!read_time(o->until, &query->until))
		return cli_wrong(call->syntax,
			"--until is like 2026-11-29 or 2026-11-29T10:30:00, not ", o->until);
	return CLI_FINE;
}

/* Where nobody serves, opening the store makes the tables follow its journal. */
static enum err follow(const struct cli_folder *folder, struct buf *why)
{
	struct admin_channel *channel = NULL;
	enum err e = admin_channel_open(folder, &channel, why);
	admin_channel_close(&channel);
	return e;
}

static enum err read_store(const struct cli_folder *folder, const struct export_query *query,
	struct run *run, struct buf *why)
{
	const struct export_sink sink = {run, on_total, on_row};
	enum err e = store_export(str_of(folder->path), query, &sink, why);
	if (e != ERR_BUSY)
		return e;
	why->len = 0;
	e = follow(folder, why);
	return e == OK ? store_export(str_of(folder->path), query, &sink, why) : e;
}

static int export_to(const struct cli_call *call, const struct export_query *query,
	const struct export_form *form, struct run *run)
{
	const struct export_options *o = call->options;
	struct buf why = {0};
	run->rows = export_rows_new(form, write_line, run);
	run->is_written = true;
	enum err e = read_store(call->folder, query, run, &why);
	bool is_written = e != OK || (run->is_written && export_rows_end(run->rows));
	progress_end(&run->progress);
	if (!export_file_end(&run->file, e == OK && is_written) && e == OK) {
		owner_put_failure(&why, str_of(o->output ? o->output : "standard output"), errno);
		e = ERR_INTERNAL;
	}
	buf_put_byte(&why, '\0');
	if (e != OK)
		admin_complain("export", why.at);
	else if (o->output)
		printf("%s has %llu %s\n", o->output,
			(unsigned long long)export_rows_count(run->rows), run->what);
	export_rows_free(&run->rows);
	buf_free(&why);
	return e == OK ? CLI_FINE : CLI_FAILED;
}

static int cannot_open(const char *what)
{
	struct buf why = {0};
	owner_put_failure(&why, str_of(what), errno);
	buf_put_byte(&why, '\0');
	admin_complain("export", why.at);
	buf_free(&why);
	return CLI_FAILED;
}

static int export_of(const struct cli_call *call, enum export_what what, const char *name,
	enum body_kind counted)
{
	const struct export_options *o = call->options;
	struct export_query query;
	struct export_form form;
	struct run run = {.what = name, .counted = counted};
	int exit_code = read_query(call, what, &query, &form);
	if (exit_code != CLI_FINE)
		return exit_code;
	if (!admin_has_store(call->folder))
		return admin_no_store("export", call->folder);
	if (export_file_open(&run.file, o->output))
		return export_to(call, &query, &form, &run);
	return cannot_open(o->output ? o->output : "a file to gather the rows in");
}

static int users(const struct cli_call *call)
{
	return export_of(call, EXPORT_USERS, "users", BODY_user);
}

static int contacts(const struct cli_call *call)
{
	return export_of(call, EXPORT_CONTACTS, "contacts", BODY_contact);
}

static int sessions(const struct cli_call *call)
{
	return export_of(call, EXPORT_SESSIONS, "sessions", BODY_session);
}

#define ABOUT                                                                                      \
	"Reads the store, also while it is served; what was answered before is in it. FILE is\n"   \
	"there once all of it is on disk; until then, and after a crash, it is FILE.part.\n"       \
	"Standard output gets the rows once all are read, gathered in TMPDIR. A bar\n"             \
	"on the terminal says how far it is. No erasure reaches what was exported before.\n"

int export_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	struct export_options o = {0};
	const struct cli_option user_options[] = {
		{"--password-hashes", NULL, "with the hashes of the passwords", NULL,
			&o.has_hashes},
		{"--format", "csv|jsonl", "a table (the default), or a line of JSON for each",
			&o.format, NULL},
		{"--output", "FILE",
			"a new file, for its owner alone to read; else standard output", &o.output,
			NULL},
		CLI_FOLDER_OPTIONS(&folder),
		{0},
	};
	const struct cli_option session_options[] = {
		{"--from", "TIME",
			"that began then or later, like 2026-11-29 or 2026-11-29T10:30:00, UTC",
			&o.from, NULL},
		{"--until", "TIME", "that began before that", &o.until, NULL},
		user_options[2],
		user_options[3],
		user_options[4],
		{0},
	};
	const struct cli_kind kinds[] = {
		{"users", users,
			{"export users [OPTIONS] --config FILE | --dir DIR",
				"Writes the users, with the columns that `sotto import users` and "
				"the "
				"administrators' page read.\n" ABOUT,
				user_options, 0}},
		{"contacts", contacts,
			{"export contacts [OPTIONS] --config FILE | --dir DIR",
				"Writes the phones of contacts, and which refuse texts: of all our "
				"numbers (optedOut), of single\n"
				"ones (refuses), or perhaps (undecidedSince). `sotto import "
				"opt-outs` reads it.\n" ABOUT,
				user_options + 1, 0}},
		{"sessions", sessions,
			{"export sessions [OPTIONS] --config FILE | --dir DIR",
				"Writes the sessions with their texts, a line of JSON for each: "
				"what "
				"the agents in it could read.\n"
				"Silent supervisors are not in it.\n" ABOUT,
				session_options, 0}},
		{0},
	};
	return cli_kinds_run(argc, argv,
		&(struct cli_kinds) {"export users|contacts|sessions [OPTIONS]",
			"Writes users, contacts or sessions, as CSV or lines of JSON.\n" ABOUT
			"`sotto export users --help` and so on tell the options.\n",
			kinds, &folder, &o});
}
