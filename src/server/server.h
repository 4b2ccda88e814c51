/* server.h - joins the parts: one centre, its store, its sockets. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "config/config.h"
#include "core/port.h"
#include "login/login.h"
#include "net/net.h"
#include "store/store.h"

/* Exit code when a commit's outcome is unknown: the service manager restarts from the store. */
#define SERVER_EXIT_STORE 74

/* A disk that has no room for the admin socket's file is asked again after this. */
#define SERVER_ADMIN_RETRY_MS 1000

struct server;

/* For the store that a server, or a command in its place, opens: how it tells users again what it told them. The
 * config outlives the store. */
struct store_telling server_telling(const struct config *config);

/* Loads the store, bootstraps an empty one, does what the configuration declares of another one, listens, connects the
 * links. The configuration is borrowed as long as the server lives. store is the server's from
 * now on, also on error. why: what a person reads. What the bootstrap wrote may not be on disk yet:
 * server_when_on_disk tells when it is. */
enum err server_open(struct net *net, struct store *store, const struct config *config,
	struct server **out, struct buf *why) MUST_CHECK;
unsigned server_port(const struct server *server);
/* Graceful: finishes what was accepted, answers held polls, unbinds, projects, closes; then
 * stopped(ctx). */
void server_stop(struct server *server, void (*stopped)(void *ctx), void *ctx);
/* After server_stop, or instead of it: then connections are cut and held outputs are lost. */
void server_free(struct server **server);
/* As kill -9 would, for tests of crashes: nothing is finished; the store is the caller's again. */
void server_abandon(struct server **server);

/* Reads the configuration's file again and does what it declares, and the certificate; the log says what came of it. by: who
 * asked. */
void server_reload(struct server *server, struct str by);

/* The centre, as the server's parts reach it: commands run as those of the REST operations do. */
struct port *server_centre(const struct server *server);
struct core *server_core(const struct server *server);
/* Waits until all that happened so far is on disk. */
void server_when_on_disk(struct server *server, struct gate_wait *wait);
/* Is a person at work as this user? For the demo's bots; see login_person. */
struct login_person server_person(
	const struct server *server, struct str user_name, struct str own_cookie);
/* Told of every event once it is on disk (the demo prints them). event->object is NULL: by then the
 * object may be another one or gone. */
void server_watch_events(
	struct server *server, void (*seen)(void *ctx, const struct event *event), void *ctx);
/* Told when the process must end at once because of the store (STORE_REFUSED: the bootstrap could
 * not be written). Without it the server ends the process: _exit(SERVER_EXIT_STORE), or 1. */
void server_on_lost(
	struct server *server, void (*lost)(void *ctx, enum store_result result), void *ctx);

/* The admin socket (DIR/admin.sock, mode 0600): `sotto user ...` on a running server. On a disk that takes
 * no file it comes later, once there is room. */
enum err server_admin_listen(struct server *server, struct str path) MUST_CHECK;

#endif
