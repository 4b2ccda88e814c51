/* sd_notify.c - one datagram to the socket that $NOTIFY_SOCKET names. */
#include "cli/sd_notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

void sd_notify_say(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = path ? strlen(path) : 0;
	if (len == 0)
		return;
	if ((*path != '/' && *path != '@') || len >= sizeof address.sun_path) {
		log_warn("server",
			"NOTIFY_SOCKET is no Unix socket: the service manager is told nothing");
		return;
	}
	memcpy(address.sun_path, path, len);
	if (*path == '@')
		address.sun_path[0] = '\0'; /* the abstract name space */
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || sendto(fd, state, strlen(state), MSG_NOSIGNAL,
				(const struct sockaddr *)&address, size) < 0)
		log_warn("server", "the service manager cannot be told: %s", strerror(errno));
	if (fd != -1)
		close(fd);
}
