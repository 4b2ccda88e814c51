/* owner.c - stat, names of users, and setuid. */
#include "base/owner.h"
#include "base/arena.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_user(struct buf *out, uid_t uid)
{
	const struct passwd *user = getpwuid(uid);
	if (user)
		buf_puts(out, user->pw_name);
	else
		buf_printf(out, "user %lu", (unsigned long)uid);
}

/* The last part of the path is cut off; false: there is none. */
static bool go_up(struct str path)
{
	char *at = (char *)(uintptr_t)path.at;
	char *slash = strrchr(at, '/');
	if (!slash || slash == at)
		return false;
	*slash = '\0';
	return true;
}

void owner_put_failure(struct buf *out, struct str path, int reason)
{
	struct str copy = str_copy(path);
	struct stat file;
	buf_printf(out, "%.*s: %s", STR_ARGS(path), strerror(reason));
	bool is_asked = copy.at && (reason == EACCES || reason == EPERM);
	bool is_there = is_asked && stat(copy.at, &file) == 0, is_itself = is_there;
	while (is_asked && !is_there && go_up(copy))
		is_there = stat(copy.at, &file) == 0;
	if (is_there) {
		buf_puts(out, " (");
		if (is_itself)
			buf_puts(out, "it");
		else
			buf_puts(out, copy.at);
		buf_puts(out, " belongs to ");
		put_user(out, file.st_uid);
		buf_printf(out, ", mode %04o; you are ", (unsigned)(file.st_mode & 07777));
		put_user(out, geteuid());
		buf_put_byte(out, ')');
	}
	str_free(&copy);
}

bool owner_become(const char *folder)
{
	struct stat file;
	if (geteuid() != 0 || stat(folder, &file) != 0 || file.st_uid == 0)
		return true;
	return setgroups(1, &file.st_gid) == 0 && setgid(file.st_gid) == 0 &&
	       setuid(file.st_uid) == 0;
}
