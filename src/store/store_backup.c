/* store_backup.c - SQLite copies its own files, page by page, of one moment; then it is a matter of folders. */
#include "store/store_backup.h"
#include "base/log.h"
#include "store/sqlite_journal.h"
#include "store/sqlite_tables.h"
#include "store/store_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT       "# sotto backup 1"
#define PART         ".part"
#define MANIFEST_MAX 4096
#define FILE_DIGEST  32
#define COPY_BYTES   (64 * 1024)

/* The tables first, so that the journal is never behind them. */
static const char *const names[] = {TABLES_NAME, JOURNAL_NAME};
#define NAMES (sizeof names / sizeof names[0])

struct manifest {
	struct store_backup backup;
	char digests[NAMES][2 * FILE_DIGEST + 1];
};

/* --- files -------------------------------------------------------------------------------------- */

/* The path, with its '\0'; to be freed. */
static struct buf path_of(struct str folder, const char *name)
{
	struct buf path = {0};
	buf_put(&path, folder);
	buf_puts(&path, name);
	buf_put_byte(&path, '\0');
	return path;
}

static struct buf path_in(struct str folder, const char *name)
{
	struct buf inside = {0};
	buf_printf(&inside, "%.*s/", STR_ARGS(folder));
	struct buf path = path_of(buf_str(&inside), name);
	buf_free(&inside);
	return path;
}

static enum err fail(struct buf *why, const char *what, const char *path)
{
	buf_printf(why, "cannot %s %s: %s", what, path, strerror(errno));
	return ERR_INTERNAL;
}

static struct str without_slashes(struct str path)
{
	while (path.len > 1 && path.at[path.len - 1] == '/')
		path.len--;
	return path;
}

static bool write_all(int file, const char *at, size_t len)
{
	while (len) {
		ssize_t n = write(file, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* Reads to the end, writes it (to: -1: nowhere), and gives the digest of what it read. False: errno says why. */
static bool pump(int from, int to, char digest[2 * FILE_DIGEST + 1])
{
	crypto_generichash_state state;
	unsigned char hash[FILE_DIGEST];
	char *bytes = mem_new(COPY_BYTES);
	ssize_t n;
	crypto_generichash_init(&state, NULL, 0, sizeof hash);
	while ((n = read(from, bytes, COPY_BYTES)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		crypto_generichash_update(&state, (const unsigned char *)bytes, (size_t)n);
		if (to >= 0 && !write_all(to, bytes, (size_t)n)) {
			n = -1;
			break;
		}
	}
	free(bytes);
	crypto_generichash_final(&state, hash, sizeof hash);
	sodium_bin2hex(digest, 2 * FILE_DIGEST + 1, hash, sizeof hash);
	return n == 0;
}

static int open_at(struct str folder, const char *name, int flags)
{
	struct buf path = path_in(folder, name);
	int file = open(path.at, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	buf_free(&path);
	return file;
}

static enum err sync_folder(struct str folder, struct buf *why)
{
	struct buf path = path_of(folder, "");
	int file = open(path.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e = file < 0 || fsync(file) != 0 ? fail(why, "sync", path.at) : OK;
	if (file >= 0)
		close(file);
	buf_free(&path);
	return e;
}

static enum err write_file(struct str folder, const char *name, struct str bytes, struct buf *why)
{
	int file = open_at(folder, name, O_WRONLY | O_CREAT | O_EXCL);
	bool is_well = file >= 0 && write_all(file, bytes.at, bytes.len) && fsync(file) == 0;
	enum err e = is_well ? OK : fail(why, "write", name);
	if (file >= 0)
		close(file);
	return e;
}

/* --- a folder that is there once it is complete --------------------------------------------------- */

static enum err make_part(struct str folder, struct buf *part, struct buf *why)
{
	struct stat found;
	struct buf path = path_of(folder, "");
	*part = path_of(folder, PART);
	enum err e = OK;
	if (lstat(path.at, &found) == 0) {
		buf_printf(why, "%s is there already", path.at);
		e = ERR_ALREADY;
	} else if (mkdir(part->at, 0700) != 0 && errno == EEXIST) {
		buf_printf(why,
			"%s is there already: another one is being made, or was interrupted; then "
			"remove it",
			part->at);
		e = ERR_ALREADY;
	} else if (access(part->at, F_OK) != 0) {
		e = fail(why, "create", part->at);
	}
	part->len--; /* without the '\0', which stays */
	buf_free(&path);
	return e;
}

static struct str parent_of(struct str folder)
{
	size_t len = folder.len;
	while (len && folder.at[len - 1] != '/')
		len--;
	return len ? str_from(folder.at, len) : STR(".");
}

static enum err give_name(const struct buf *part, struct str folder, struct buf *why)
{
	struct buf path = path_of(folder, "");
	enum err e = sync_folder(buf_str(part), why);
	if (e == OK && rename(part->at, path.at) != 0)
		e = fail(why, "create", path.at);
	buf_free(&path);
	return e == OK ? sync_folder(parent_of(folder), why) : e;
}

static void remove_file(struct str folder, const char *name)
{
	struct buf path = path_in(folder, name);
	unlink(path.at);
	buf_free(&path);
}

static void remove_part(const struct buf *part)
{
	static const char *const beside[] = {
		"", "-journal", "-wal", "-shm"}; /* where a copy was interrupted */
	for (size_t i = 0; i < NAMES; i++)
		for (size_t j = 0; j < sizeof beside / sizeof beside[0]; j++) {
			char name[64];
			snprintf(name, sizeof name, "%s%s", names[i], beside[j]);
			remove_file(buf_str(part), name);
		}
	remove_file(buf_str(part), BACKUP_MANIFEST);
	rmdir(part->at);
}

/* Runs make(part) and gives the folder its name, or leaves nothing. */
static enum err make_folder(struct str folder,
	enum err (*make)(void *ctx, struct str part, struct buf *why), void *ctx, struct buf *why)
{
	struct buf part;
	folder = without_slashes(folder);
	enum err e = make_part(folder, &part, why);
	if (e == OK) {
		e = make(ctx, buf_str(&part), why);
		if (e == OK)
			e = give_name(&part, folder, why);
		if (e != OK)
			remove_part(&part);
	}
	buf_free(&part);
	return e;
}

/* --- the manifest --------------------------------------------------------------------------------- */

static void put_manifest(struct buf *out, const struct manifest *manifest)
{
	buf_puts(out, FORMAT "\n");
	buf_printf(out, "# made %lld\n", (long long)manifest->backup.made);
	buf_printf(out, "# events %llu\n", (unsigned long long)manifest->backup.events);
	buf_printf(out, "# head %s\n", manifest->backup.head);
	for (size_t i = 0; i < NAMES; i++)
		buf_printf(out, "BLAKE2b-256 (%s) = %s\n", names[i], manifest->digests[i]);
}

/* Takes "NAME VALUE" off the next line. */
static bool take_line(struct str *rest, const char *name, struct str *value)
{
	struct str line = str_cut(rest, '\n');
	bool is = str_starts(line, str_of(name));
	*value = str_skip(line, strlen(name));
	return is;
}

static bool take_text(struct str *rest, const char *name, char out[65])
{
	struct str value;
	if (!take_line(rest, name, &value) || (value.len != 0 && value.len != 64))
		return false;
	memcpy(out, value.at, value.len);
	out[value.len] = '\0';
	return true;
}

static bool take_manifest(struct str text, struct manifest *manifest)
{
	struct str value;
	uint64_t made;
	*manifest = (struct manifest) {0};
	if (!take_line(&text, FORMAT, &value) || value.len ||
		!take_line(&text, "# made ", &value) || !str_u64(value, &made) ||
		!take_line(&text, "# events ", &value) ||
		!str_u64(value, &manifest->backup.events) ||
		!take_text(&text, "# head ", manifest->backup.head))
		return false;
	manifest->backup.made = (msec)made;
	for (size_t i = 0; i < NAMES; i++) {
		char name[64];
		snprintf(name, sizeof name, "BLAKE2b-256 (%s) = ", names[i]);
		if (!take_text(&text, name, manifest->digests[i]))
			return false;
	}
	return text.len == 0;
}

static enum err read_manifest(struct str backup, struct manifest *manifest, struct buf *why)
{
	struct buf text = {0};
	int file = open_at(backup, BACKUP_MANIFEST, O_RDONLY);
	ssize_t n = file < 0 ? -1 : read(file, buf_reserve(&text, MANIFEST_MAX), MANIFEST_MAX);
	enum err e = OK;
	if (n >= 0)
		text.len = (size_t)n;
	if (n < 0) {
		bool is_there = errno != ENOENT && errno != ENOTDIR;
		buf_printf(why,
			is_there ? "%.*s/MANIFEST cannot be read: %s"
				 : "%.*s is no backup: it has no MANIFEST: %s",
			STR_ARGS(backup), strerror(errno));
		e = ERR_NOT_FOUND;
	} else if (!take_manifest(buf_str(&text), manifest)) {
		buf_printf(
			why, "%.*s/MANIFEST is not one that this program knows", STR_ARGS(backup));
		e = ERR_INTERNAL;
	}
	if (file >= 0)
		close(file);
	buf_free(&text);
	return e;
}

/* Copies a file of the backup, or only reads it (to: -1): is it what was backed up? */
static enum err read_file(
	struct str backup, const struct manifest *manifest, size_t i, int to, struct buf *why)
{
	char digest[2 * FILE_DIGEST + 1];
	int from = open_at(backup, names[i], O_RDONLY);
	enum err e = from >= 0 && pump(from, to, digest) ? OK : fail(why, "copy", names[i]);
	if (from >= 0)
		close(from);
	if (e == OK && strcmp(digest, manifest->digests[i]) != 0) {
		buf_printf(why, "%.*s: %s is not what was backed up", STR_ARGS(backup), names[i]);
		e = ERR_INTERNAL;
	}
	return e;
}

/* --- backup --------------------------------------------------------------------------------------- */

static enum err copy_pages(const struct db *from, const struct db *to, struct buf *why)
{
	sqlite3_backup *copy = sqlite3_backup_init(to->lite, "main", from->lite, "main");
	int code = copy ? sqlite3_backup_step(copy, -1) : sqlite3_extended_errcode(to->lite);
	int ended = copy ? sqlite3_backup_finish(copy) : code;
	if (code == SQLITE_DONE && ended == SQLITE_OK)
		/* What is to lie about needs no WAL, and none is to be made by who looks at it. */
		ended = db_exec(to, "PRAGMA journal_mode=DELETE");
	return ended == SQLITE_OK && code == SQLITE_DONE
		       ? OK
		       : db_failed(to, "copy it", ended == SQLITE_OK ? code : ended, why);
}

static enum err copy_database(const struct db *from, struct str to, struct buf *why)
{
	struct db copy = {0};
	int code = db_open(&copy, to, from->name, DB_COPY);
	enum err e = code == SQLITE_OK ? copy_pages(from, &copy, why)
				       : db_failed(&copy, "create its copy", code, why);
	db_close(&copy);
	return e;
}

/* Both are read as they are now, however long the copying takes: what of the journal is trimmed away meanwhile the
 * tables, which are older, may lack. */
static enum err begin_to_read(struct db *from, struct str folder, const char *name, struct buf *why)
{
	int64_t tables;
	int code = db_open_to_read(from, folder, name);
	if (code == SQLITE_OK)
		code = db_exec(from, "BEGIN");
	if (code == SQLITE_OK)
		code = db_number(from, "SELECT count(*) FROM sqlite_schema", &tables);
	return code == SQLITE_OK ? OK : db_failed(from, "read it", code, why);
}

static enum err copy_databases(struct str folder, struct str to, struct buf *why)
{
	struct db from[NAMES] = {0};
	enum err e = OK;
	for (size_t i = 0; e == OK && i < NAMES; i++)
		e = begin_to_read(&from[i], folder, names[i], why);
	for (size_t i = 0; e == OK && i < NAMES; i++)
		e = copy_database(&from[i], to, why);
	for (size_t i = 0; i < NAMES; i++)
		db_close(&from[i]);
	return e;
}

static enum err digest_file(struct str folder, const char *name, char *digest, struct buf *why)
{
	int file = open_at(folder, name, O_RDWR);
	bool is_well =
		file >= 0 && fchmod(file, 0600) == 0 && pump(file, -1, digest) && fsync(file) == 0;
	enum err e = is_well ? OK : fail(why, "sync", name);
	if (file >= 0)
		close(file);
	return e;
}

static enum err verify_copy(struct str part, struct store_backup *made, struct buf *why)
{
	struct store_verified found;
	struct buf differences = {0};
	enum err e = store_verify(part, &differences, &found);
	if (e != OK)
		buf_printf(why, "the store is not as its journal says, and is not backed up:\n%.*s",
			STR_ARGS(buf_str(&differences)));
	made->events = found.events;
	memcpy(made->head, found.head, sizeof made->head);
	buf_free(&differences);
	return e;
}

struct making {
	struct str from;
	struct manifest manifest;
};

static enum err make_backup(void *ctx, struct str part, struct buf *why)
{
	struct making *making = ctx;
	struct manifest *manifest = &making->manifest;
	struct buf text = {0};
	enum err e = copy_databases(making->from, part, why);
	if (e == OK)
		e = verify_copy(part, &manifest->backup, why);
	for (size_t i = 0; e == OK && i < NAMES; i++)
		e = digest_file(part, names[i], manifest->digests[i], why);
	if (e == OK) {
		put_manifest(&text, manifest);
		e = write_file(part, BACKUP_MANIFEST, buf_str(&text), why);
	}
	buf_free(&text);
	return e;
}

/* The folder's owner is to be able to write the next one, whoever wrote this one. */
static void give_to_owner(struct str folder, int file)
{
	struct buf path = path_of(folder, "");
	struct stat owner;
	if (stat(path.at, &owner) == 0 && fchown(file, owner.st_uid, owner.st_gid) != 0)
		log_debug("store", "%s stays ours", BACKUP_NOTE);
	buf_free(&path);
}

/* For people, `sotto doctor` and metrics; the backup is as good without it. */
static void note(struct str folder, struct str to, msec made)
{
	struct buf line = {0}, path = path_in(folder, BACKUP_NOTE), part = {0}, shown;
	shown = path_of(to, "");
	char *whole = realpath(shown.at, NULL);
	buf_printf(&line, "%lld %s\n", (long long)made, whole ? whole : shown.at);
	part = path_in(folder, BACKUP_NOTE PART);
	int file = open(part.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file >= 0)
		give_to_owner(folder, file);
	if (file < 0 || !write_all(file, line.at, line.len) || fsync(file) != 0 ||
		rename(part.at, path.at) != 0)
		log_warn("store", "when this backup was made could not be noted in %s: %s", path.at,
			strerror(errno));
	if (file >= 0)
		close(file);
	free(whole);
	buf_free(&line);
	buf_free(&path);
	buf_free(&part);
	buf_free(&shown);
}

enum err store_backup(struct str folder, struct str to, struct store_backup *made, struct buf *why)
{
	struct making making = {.from = folder, .manifest.backup.made = clock_wall()};
	enum err e = make_folder(to, make_backup, &making, why);
	*made = making.manifest.backup;
	if (e == OK)
		note(folder, to, made->made);
	return e;
}

msec store_backed_up(struct str folder)
{
	char line[32];
	int file = open_at(folder, BACKUP_NOTE, O_RDONLY);
	ssize_t n = file < 0 ? 0 : read(file, line, sizeof line);
	struct str rest = str_from(line, n > 0 ? (size_t)n : 0);
	uint64_t made = 0;
	if (file >= 0)
		close(file);
	return str_u64(str_cut(&rest, ' '), &made) ? (msec)made : 0;
}

msec store_backed_up_last(struct store_backed_up *last, struct str folder)
{
	struct stat file;
	struct buf path = path_in(folder, BACKUP_NOTE);
	bool is_there = stat(path.at, &file) == 0;
	buf_free(&path);
	if (!is_there)
		return *last = (struct store_backed_up) {0}, 0;
	msec at = (msec)file.st_mtim.tv_sec * 1000 + file.st_mtim.tv_nsec / 1000000;
	if (last->file != file.st_ino || last->at != at)
		*last = (struct store_backed_up) {file.st_ino, at, store_backed_up(folder)};
	return last->made;
}

/* --- verify, restore ------------------------------------------------------------------------------ */

static bool is_same(const struct store_backup *made, const struct store_verified *found)
{
	return made->events == found->events && strcmp(made->head, found->head) == 0;
}

enum err store_backup_verify(struct str backup, struct buf *differences, struct store_backup *made,
	struct store_verified *found)
{
	struct manifest manifest;
	*found = (struct store_verified) {0};
	enum err e = read_manifest(backup, &manifest, differences);
	for (size_t i = 0; e == OK && i < NAMES; i++)
		e = read_file(backup, &manifest, i, -1, differences);
	if (e == OK)
		e = store_verify(backup, differences, found);
	*made = manifest.backup;
	if (e == OK && !is_same(made, found)) {
		buf_printf(differences, "%.*s: the journal is not the one of the MANIFEST\n",
			STR_ARGS(backup));
		e = ERR_INTERNAL;
	}
	return e;
}

static enum err restore_file(
	const struct making *making, size_t i, struct str part, struct buf *why)
{
	int to = open_at(part, names[i], O_WRONLY | O_CREAT | O_EXCL);
	enum err e = to < 0 ? fail(why, "create", names[i])
			    : read_file(making->from, &making->manifest, i, to, why);
	if (e == OK && fsync(to) != 0)
		e = fail(why, "sync", names[i]);
	if (to >= 0)
		close(to);
	return e;
}

static enum err make_restored(void *ctx, struct str part, struct buf *why)
{
	enum err e = OK;
	for (size_t i = 0; e == OK && i < NAMES; i++)
		e = restore_file(ctx, i, part, why);
	return e;
}

enum err store_restore(
	struct str backup, struct str folder, struct store_backup *made, struct buf *why)
{
	struct making making = {.from = backup};
	enum err e = read_manifest(backup, &making.manifest, why);
	*made = making.manifest.backup;
	return e == OK ? make_folder(folder, make_restored, &making, why) : e;
}
