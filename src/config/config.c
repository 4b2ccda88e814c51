/* config.c - reading the file, and finding the line of what is wrong with it. */
#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/owner.h"
#include "config/config_check.h"
#include "config/config_file.h"

/* How many lines are skipped at first when looking for a line; the last of them are looked at one
 * by one. */
#define STRIDE 64

static struct config *config_new(void)
{
	return mem_new(sizeof(struct config));
}

void config_free(struct config **config)
{
	if (!*config)
		return;
	arena_free(&(*config)->arena);
	free(*config);
	*config = NULL;
}

static enum err parse(struct str text, struct config **out, struct buf *reason)
{
	struct config_file *file = NULL;
	enum err e = config_file_load(text, &file, reason);
	if (e)
		return e;
	struct config *config = config_new();
	config->file = (char *)(uintptr_t)arena_copy(&config->arena, STR_NONE).at;
	e = config_check(file, config, reason);
	config_file_free(&file);
	if (e)
		config_free(&config);
	*out = config;
	return e;
}

struct config *config_defaults(void)
{
	struct config *config = NULL;
	struct buf reason = {0};
	enum err e = parse(STR_NONE, &config, &reason);
	CHECK(e == OK); /* the table's own defaults */
	buf_free(&reason);
	return config;
}

/* --- the line --------------------------------------------------------------------------------- */

/* The first `lines` lines. */
static struct str head(struct str text, size_t lines)
{
	size_t at = 0;
	while (lines > 0 && at < text.len)
		if (text.at[at++] == '\n')
			lines--;
	return (struct str) {text.at, at};
}

static bool has_line(struct str lines, struct str line)
{
	while (lines.len)
		if (str_eq(str_cut(&lines, '\n'), line))
			return true;
	return false;
}

/* "agents:" whose keys are still to come: what is cut off here is wrong only because of that. */
static bool ends_amid(struct str text, struct str head)
{
	struct str rest = str_skip(text, head.len), last = head;
	if (last.len && last.at[last.len - 1] == '\n')
		last.len--;
	size_t at = last.len;
	while (at > 0 && last.at[at - 1] != '\n')
		at--;
	last = str_skip(last, at);
	size_t indent = 0, deeper = 0;
	while (indent < last.len && last.at[indent] == ' ')
		indent++;
	while (deeper < rest.len && rest.at[deeper] == ' ')
		deeper++;
	return last.len && last.at[last.len - 1] == ':' && deeper > indent;
}

static bool is_wrong_alike(struct str text, struct str reason)
{
	struct config *config = NULL;
	struct buf again = {0};
	enum err e = parse(text, &config, &again);
	bool alike = e && has_line(buf_str(&again), reason);
	config_free(&config);
	buf_free(&again);
	return alike;
}

/* The library tells no line for half of its complaints, and knows nothing of ours. But whatever is
 * wrong is wrong as soon as its line is there: it is the last line of the shortest beginning of the
 * file with which the same is wrong, among other things. */
static size_t line_of(struct str text, struct str reason)
{
	size_t end = STRIDE;
	while (head(text, end).len < text.len && !is_wrong_alike(head(text, end), reason))
		end += STRIDE;
	/* A beginning that ends within a value of several lines is wrong otherwise. */
	size_t line = end > 2 * STRIDE ? end - 2 * STRIDE : 1;
	while (line < end && head(text, line).len < text.len &&
		(ends_amid(text, head(text, line)) || !is_wrong_alike(head(text, line), reason)))
		line++;
	return line;
}

enum err config_parse(struct str name, struct str text, struct config **out, struct buf *why)
{
	struct buf reason = {0};
	*out = NULL;
	enum err e = parse(text, out, &reason);
	if (e) {
		struct str all = buf_str(&reason), first = str_cut(&all, '\n');
		buf_printf(why, "%.*s:%zu: %.*s", STR_ARGS(name), line_of(text, first),
			STR_ARGS(first));
	}
	buf_free(&reason);
	return e;
}

/* --- the file --------------------------------------------------------------------------------- */

static enum err read_all(struct str path, struct buf *text, struct buf *why)
{
	struct str z = str_copy(path);
	FILE *in = z.at ? fopen(z.at, "re") : NULL;
	if (!in) {
		owner_put_failure(why, path, z.at ? errno : ENOENT);
		str_free(&z);
		return ERR_NOT_FOUND;
	}
	str_free(&z);
	size_t n = 1;
	while (n > 0 && text->len <= CONFIG_FILE_MAX) {
		n = fread(buf_reserve(text, 65536), 1, 65536, in);
		text->len += n;
	}
	bool is_bad = ferror(in);
	fclose(in);
	if (!is_bad && text->len <= CONFIG_FILE_MAX)
		return OK;
	buf_printf(why, "%.*s: %s", STR_ARGS(path),
		is_bad ? "cannot be read" : "is larger than 4 MiB");
	return ERR_TOO_LARGE;
}

/* It is found again whatever the working directory is. */
static void keep_path(struct config *config, struct str file)
{
	struct str z = str_copy(file);
	char *path = realpath(z.at, NULL);
	config->file = (char *)(uintptr_t)arena_copy(&config->arena, path ? str_of(path) : file).at;
	free(path);
	str_free(&z);
}

enum err config_read(struct str file, struct config **out, struct buf *why)
{
	struct buf text = {0};
	*out = NULL;
	enum err e = read_all(file, &text, why);
	if (!e)
		e = config_parse(file, buf_str(&text), out, why);
	if (!e)
		keep_path(*out, file);
	buf_free(&text);
	return e;
}
