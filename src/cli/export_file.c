/* export_file.c - written aside, and handed on as a whole. */
#include "cli/export_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define PART ".part"
#define SPOOL_FOLDER                                                                               \
	"/var/tmp" /* where TMPDIR names none: of what may be large, which /tmp may not */

static char *name_of_part(const char *path)
{
	struct buf name = {0};
	const char *folder = getenv("TMPDIR");
	if (path)
		buf_printf(&name, "%s" PART, path);
	else
		buf_printf(
			&name, "%s/sotto-export-XXXXXX", folder && *folder ? folder : SPOOL_FOLDER);
	buf_put_byte(&name, '\0');
	return name.at;
}

/* What a run that was killed has left is replaced. */
static int open_part(const char *part)
{
	if (unlink(part) != 0 && errno != ENOENT)
		return -1;
	return open(part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static int open_spool(char *part)
{
	int file = mkostemp(part, O_CLOEXEC);
	if (file >= 0)
		unlink(part);
	return file;
}

bool export_file_open(struct export_file *file, const char *path)
{
	*file = (struct export_file) {.path = path};
	if (path && access(path, F_OK) == 0) {
		errno = EEXIST;
		return false;
	}
	file->part = name_of_part(path);
	int number = path ? open_part(file->part) : open_spool(file->part);
	file->out = number < 0 ? NULL : fdopen(number, "w+");
	if (!file->out)
		free(file->part);
	return file->out != NULL;
}

static bool sync_folder_of(const char *path)
{
	char *copy = strdup(path);
	int folder = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool is_fine = folder >= 0 && fsync(folder) == 0;
	if (folder >= 0)
		close(folder);
	free(copy);
	return is_fine;
}

/* The file that is open here, whatever another run has put in its part's place meanwhile; and none is written over. */
static bool name_it(const struct export_file *file)
{
	char self[32];
	snprintf(self, sizeof self, "/proc/self/fd/%d", fileno(file->out));
	if (fsync(fileno(file->out)) != 0 ||
		linkat(AT_FDCWD, self, AT_FDCWD, file->path, AT_SYMLINK_FOLLOW) != 0)
		return false;
	unlink(file->part);
	return sync_folder_of(file->path);
}

static bool copy_out(FILE *spool)
{
	char bytes[16 * 1024];
	size_t n;
	rewind(spool);
	while ((n = fread(bytes, 1, sizeof bytes, spool)))
		if (fwrite(bytes, 1, n, stdout) != n)
			return false;
	return !ferror(spool) && fflush(stdout) == 0;
}

bool export_file_end(struct export_file *file, bool is_whole)
{
	bool is_fine = is_whole && fflush(file->out) == 0;
	if (is_fine)
		is_fine = file->path ? name_it(file) : copy_out(file->out);
	int reason = errno;
	fclose(file->out);
	if (!is_fine && file->path)
		unlink(file->part);
	free(file->part);
	errno = reason;
	return is_fine;
}
