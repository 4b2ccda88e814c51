/* stage.h - a whole contact centre for a fuzzer: the real server in a simulated world (net_sim, the store in memory), with an
 * SMSC, agents' clients and the operator's socket as peers. An input is a script of text lines; it is played, and what must
 * hold after anything at all is checked:
 *
 *   every request was answered, nobody's connection was cut without a reason, the link is bound (again), the server answers;
 *   the core's invariants hold, the journal replays to the same core, memory stays below a bound, the server stops in order.
 *
 * A line is a verb with what belongs to it, or, where it begins with no verb, bytes for the door that the target is about:
 *
 *   wait MS      time passes            kill        kill -9, and up again     away MIN   the same, but down for so long
 *   slow MS      a commit takes that    full, heal  the disk has no room, has it again
 *   lose, lost   the outcome of a commit is unknown: not written, written; the process ends and starts again
 *
 *   pdu NAME FIELD=VALUE ...   the SMSC sends a PDU (pdu.h)     bytes X    the SMSC sends bytes
 *   again        the last PDU once more     hangup   the SMSC cuts the line    bind STATUS, submit ...   how it answers
 *
 *   ana OPERATION [WORDS]      what ana's client does (Accept, SendMessage hello, ...), with her newest session
 *
 *   as NAME, on N              whose and which of four HTTP clients asks from now on
 *   get PATH     post PATH BODY     bayeux BODY     drop: its connections are gone
 *   http LINE    a line of raw HTTP; stall, read: what comes there stays unread, is read again
 *   admin LINE   a line to the operator's socket
 *
 * In all of them %XX is a byte, $N(x) is x N times, and $session, $oldest, $hand, $assignment, $client, $cookie, $basic,
 * $id, $id1, $id2 are the session, Bayeux client, cookie, credentials and SMSC's message ids that came up last. */
#ifndef TEST_FUZZ_STAGE_H
#define TEST_FUZZ_STAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "centre/store_loop.h"
#include "client/api_client.h"
#include "doors.h"
#include "server/server.h"
#include "smsc.h"
#include "web.h"

#define STAGE_HOST "127.0.0.1"
#define STAGE_PORT 8080
#define STAGE_PATH "/admin"

struct stage;
struct stage_target {
	const char *name;
	bool has_agent; /* ana is signed in and Ready when the script begins */
	/* A line without a verb. */
	void (*bare)(struct stage *stage, struct str line);
};

struct stage {
	const struct stage_target *target;
	struct net *net;
	struct store_loop_net *timers;
	struct store_loop loop; /* the store's: posts come slow_ms later */
	msec slow_ms;
	struct store *store; /* the server's, but its faults are ours */
	struct server *server;
	bool is_lost; /* the server wants to end */
	struct api_client *ana;
	struct smsc smsc;
	struct web web;
	struct door http, admin; /* raw */
	msec waited;             /* with the server up, of STAGE_WAIT_MOST_MS */
	size_t expanded;         /* bytes, of STAGE_EXPANDED_MOST */
	uint64_t digest;         /* of all that was written to peers, and when */
};

/* What a script may make of a few bytes: so that no input takes long. */
#define STAGE_WAIT_MOST_MS  (2ll * 3600 * 1000)
#define STAGE_AWAY_MOST_MIN (3 * 24 * 60)
#define STAGE_EXPANDED_MOST (512 * 1024)
#define STAGE_LINES_MOST    400

/* Plays one input and checks all that must hold; aborts where it does not. Gives the digest of what the server wrote: the
 * same again for the same input. */
uint64_t stage_play(const struct stage_target *target, struct str script);

/* Escapes and names; appends to *out. */
void stage_expand(struct stage *stage, struct str in, struct buf *out);

/* Verbs that targets use for their own lines: what is said is expanded. */
void stage_ask(struct stage *stage, const char *method, struct str path, struct str body);
void stage_say(struct stage *stage, struct door *door, struct str line, const char *end);

/* Bytes that the server wrote. */
void stage_digest(struct stage *stage, struct str bytes);

/* What a target must reach with its corpus alone, in words; and what of it was reached so far. Kept where somebody asked to. */
void reached_keep(void);
bool reached_is_kept(void);
void reached(const char *format, ...) PRINTF_LIKE(1, 2);
bool reached_has(const char *what);
void reached_tell(void); /* all, as comments of TAP */

/* --- what each target has ------------------------------------------------------------------------------------------- */

extern const struct stage_target fuzz_target;
/* Calls goal(ctx, what) for all that its corpus must reach. */
void fuzz_goals(void (*goal)(void *ctx, const char *what), void *ctx);

#endif
