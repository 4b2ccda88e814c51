/* victim.c - fork, exec, kill -9. */
#include "victim.h"
#include "base/check.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MOST 4000 /* of what it said at the end */

static void put_path(struct buf *path, const struct victim *victim, const char *name)
{
	buf_printf(path, "%s/%s", victim->folder.at, name);
	buf_put_byte(path, '\0');
}

void victim_begin(struct victim *victim, const char *binary)
{
	const char *tmp = getenv("TMPDIR");
	*victim = (struct victim) {.binary = binary};
	buf_printf(&victim->folder, "%s/sotto-kills-XXXXXX", tmp ? tmp : "/tmp");
	buf_put_byte(&victim->folder, '\0');
	CHECK(mkdtemp(victim->folder.at));
	put_path(&victim->data, victim, "data");
	CHECK(mkdir(victim->data.at, 0700) == 0);
}

void victim_configure(const struct victim *victim, struct str configuration)
{
	struct buf path = {0};
	put_path(&path, victim, "sotto.yaml");
	FILE *file = fopen(path.at, "w");
	CHECK(file && fwrite(configuration.at, 1, configuration.len, file) == configuration.len);
	CHECK(fclose(file) == 0);
	buf_free(&path);
}

/* --- a life ----------------------------------------------------------------------------------------- */

static void say_into(const struct victim *victim, const char *name, int fd)
{
	struct buf path = {0};
	put_path(&path, victim, name);
	int file = open(path.at, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || dup2(file, fd) < 0)
		_exit(127);
}

/* Sanitizers want to be loaded first, unless one insists. */
static void slow_down(const struct victim *victim)
{
	const char *asan = getenv("ASAN_OPTIONS");
	struct buf more = {0};
	buf_printf(&more, "%s:verify_asan_link_order=0", asan ? asan : "");
	buf_put_byte(&more, '\0');
	setenv("ASAN_OPTIONS", more.at, true);
	setenv("LD_PRELOAD", victim->slow_disk, true);
}

/* Never outlives whoever started it. */
static void become(const struct victim *victim)
{
	struct buf path = {0};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (victim->slow_disk)
		slow_down(victim);
	say_into(victim, "out", STDOUT_FILENO);
	say_into(victim, "err", STDERR_FILENO);
	put_path(&path, victim, "sotto.yaml");
	execl(victim->binary, "sotto", "serve", "--config", path.at, (char *)NULL);
	perror(victim->binary);
	_exit(127);
}

void victim_start(struct victim *victim)
{
	CHECK(!victim->pid);
	victim->is_killed = false;
	victim->pid = fork();
	CHECK(victim->pid >= 0);
	if (victim->pid == 0)
		become(victim);
}

/* Up to so many bytes of its end. */
static void read_said(const struct victim *victim, const char *name, long most, struct buf *out)
{
	struct buf path = {0};
	char bytes[SAID_MOST];
	put_path(&path, victim, name);
	FILE *file = fopen(path.at, "r");
	buf_free(&path);
	if (!file)
		return;
	if (fseek(file, -most, SEEK_END) != 0)
		rewind(file);
	buf_put(out, str_from(bytes, fread(bytes, 1, (size_t)most, file)));
	fclose(file);
}

bool victim_is_ready(const struct victim *victim)
{
	struct buf said = {0};
	read_said(victim, "out", SAID_MOST, &said);
	bool is_ready = str_starts(buf_str(&said), STR("ready "));
	buf_free(&said);
	return is_ready;
}

void victim_kill(struct victim *victim)
{
	if (victim->pid && !victim->is_killed)
		kill(victim->pid, SIGKILL);
	victim->is_killed = true;
}

void victim_ask_to_stop(const struct victim *victim)
{
	kill(victim->pid, SIGTERM);
}

static bool is_expected(const struct victim *victim, int status, int expected)
{
	if (expected == VICTIM_KILLED)
		return victim->is_killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return WIFEXITED(status) && WEXITSTATUS(status) == expected;
}

bool victim_has_ended(struct victim *victim, bool waits, int expected, struct buf *why)
{
	int status;
	pid_t ended = waitpid(victim->pid, &status, waits ? 0 : WNOHANG);
	CHECK(ended >= 0);
	if (ended == 0)
		return false;
	victim->pid = 0;
	if (is_expected(victim, status, expected))
		return true;
	buf_printf(why, "it ended by itself with %s %d:\n",
		WIFSIGNALED(status) ? "signal" : "exit code",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	read_said(victim, "err", SAID_MOST, why);
	return true;
}

/* --- the end ---------------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	return remove(path);
}

void victim_end(struct victim *victim, bool keeps_folder)
{
	if (victim->pid) {
		victim_kill(victim);
		waitpid(victim->pid, NULL, 0);
	}
	if (!keeps_folder)
		nftw(victim->folder.at, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	buf_free(&victim->folder);
	buf_free(&victim->data);
}
