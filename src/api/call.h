/* call.h - one REST request on its way through the table, for the files of this folder. */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/api.h"
#include "api/long_answer.h"
#include "api/references.h"
#include "api/wall.h"
#include "base/names.h"
#include "wire/json.h"
#include "wire/json_value.h"

/* Limits of parameters: doc/decisions 1 where it names them; the others are wide enough for any
 * honest client and keep what is stored and echoed small. */
#define CHANNELS_MAX         16 /* of StartContactCenterSession; the public API knows fewer media */
#define CHANNEL_CHARS_MAX    64 /* name of one */
#define QUEUE_NAME_CHARS_MAX 255
#define PHONE_CHARS_MAX      32   /* of a number with the spaces that people write into it */
#define URL_CHARS_MAX        2000 /* the public API's limit of a whole URL */
#define TARGET_URI_CHARS_MAX URL_CHARS_MAX
#define MESSAGES_COUNT_MAX                                                                         \
	500 /* of `count` and `last`: a page; without them the whole transcript comes */
#define KEY_BYTES_MAX        255 /* of an Idempotency-Key */
#define DATUM_NAME_CHARS_MAX 255 /* of userData */
#define REASON_CHARS_MAX     255 /* of a standing order: a line of the ledger; of a raised hand */
#define COMMENT_CHARS_MAX    255 /* of a raised hand: supervisors list many of them */
#define SAMPLE_RATE_MAX      100 /* percent */

struct api {
	struct api_world world;
	struct login_table *logins;
	struct str external_url; /* owned */
	struct str version;      /* owned */
	bool always200;
	struct references *references;
	struct long_answer *long_answers; /* by ref */
	struct held_deed *deeds;          /* that wait for the disk */
	struct call_later *later;         /* for which the worker reads */
	struct wall *wall;
};

struct resource;
struct operation;

/* Parts of a path; empty: it has none. */
struct route_ids {
	struct str id, session;
};

/* Lives in the arena of its request. */
struct call {
	struct api *api;
	const struct http_request *request;
	struct http_ref ref;
	struct json_value body; /* of a POST; an object */
	const struct caller
		*caller; /* NULL: not known; and where no login is needed (entrance.h) */
	const struct resource *resource;
	const struct operation *operation;
	struct route_ids ids;    /* what stands for {id} and {session} in the path */
	struct user *target;     /* of /users/{id} */
	struct session *session; /* of /me/smssessions/{id} */
	/* What speaks for the caller in the session; NULL: it has ended, and the tables have to be asked. */
	const struct viewer *viewer;
	struct hand *hand; /* of /me/supervision/hands/{id}; and its agent and session */
	struct command command;
	const struct request *repeated; /* a request that was done already; NULL: it is not one */
	struct buf members;             /* of the answer beside statusCode, without braces */
	struct long_answer
		*rest;      /* what follows the members in slices; NULL: they are all; owned */
	bool is_later;      /* the answer comes by call_answer_later */
	bool keeps_members; /* a refusal shows them too */
	const char *field; /* that a refusal is about, as refusal_put_status names it; NULL: none */
	uint64_t lsn;      /* what the answer waits for */
};

/* --- the table (route.c) ---------------------------------------------------------------------- */

/* A check or a deed: what a column of operations.def names. */
typedef enum err call_step(struct call *call);

enum param_type {
	PARAM_END,
	PARAM_TEXT,
	PARAM_URL,
	PARAM_NAME,
	PARAM_WORD,
	PARAM_USER,
	PARAM_TARGET,
	PARAM_QUEUE,
	PARAM_THING,
	PARAM_NUMBER,
	PARAM_PHONE,
	PARAM_FLAG,
	PARAM_PAIRS,
	PARAM_NAMES,
	PARAM_LIST
};

struct param {
	enum param_type type;
	const char *names; /* alternatives, separated by '|': the first that is there counts */
	bool is_required;
	/* Characters, or entries of a list; the number itself; of a word: least is what counts if it is absent. */
	size_t least, most;
	size_t field; /* in struct command */
	const struct words *words;
};

struct operation {
	int resource; /* index of its resource */
	const char *name;
	enum command_kind command;
	call_step *act;
	const struct param *params; /* up to PARAM_END */
};

struct resource {
	const char *path; /* below /api/v2; {id} stands for one segment */
	call_step *feature, *role, *find;
	call_step *read; /* NULL: no GET */
};

/* The resource of a path below /api/v2, NULL if none. */
const struct resource *route_find(struct str path, struct route_ids *ids);
/* NULL: the resource has no such operation. */
const struct operation *route_operation(const struct resource *resource, struct str name);
bool route_has_operations(const struct resource *resource); /* else POST is unknown on it */
/* What PUT does, POST without an operation, DELETE; NULL: it is unknown on it. */
call_step *route_update(const struct resource *resource);
call_step *route_create(const struct resource *resource);
call_step *route_remove(const struct resource *resource);
/* Rows one by one, for tests and documents; NULL at the end. */
const struct resource *route_resource(size_t index);
const struct operation *route_operation_at(size_t index);

/* --- parameters (params.c) -------------------------------------------------------------------- */

/* Reads all parameters of the operation into the command: what is missing (1) before what is
 * bad (10); a user or queue that does not exist: 6. */
enum err params_read(struct call *call) MUST_CHECK;
/* The value under the first of the names ("a|b") that is there; none if none is. null is as good as absent:
 * clients write it for what they leave out. */
struct json_value params_value(const struct call *call, const char *names);
bool params_gives(const struct call *call, const char *names); /* is one of them there? */
/* A text of so many characters; ERR_MISSING_PARAMETER if it is not there, ERR_RANGE if it is none of that kind. */
enum err params_text(
	struct call *call, const char *name, size_t least, size_t most, struct str *out) MUST_CHECK;
/* A non-negative number of the query; *out stays as it is if the parameter is absent. */
enum err params_number(
	struct call *call, const char *name, uint64_t *out, bool *is_given) MUST_CHECK;
bool params_has(struct call *call, const char *name);
/* Is the word in the comma list of a query parameter? */
bool params_lists(struct call *call, const char *name, const char *word);
/* Does `subresources` name it, or all? */
bool params_wants(struct call *call, const char *subresource);

/* --- requests that are done once (once.c) ------------------------------------------------------- */

/* Reads Idempotency-Key into the command, and finds what was done with it. ERR_KEY_USED: something else was. */
enum err once_check(struct call *call) MUST_CHECK;

/* --- answers (answer.c) ----------------------------------------------------------------------- */

void call_answer(struct call *call, enum err err);
/* The refusal is about this field; gives err. */
enum err call_names(struct call *call, const char *field, enum err err);
/* What an answer needs of its call, which does not outlive its request: */
struct call_later {
	struct api *api; /* NULL: nobody waits for the answer any more */
	struct http_ref ref;
	struct buf headers;
	uint64_t lsn;
	struct call_later *prev, *next; /* api->later */
};
/* read begins it and hands what it is part of to the worker: there is no answer now, if it gives OK. */
void call_later_begin(struct call *call, struct call_later *later);
/* Answers, and ends it. */
void call_answer_later(struct call_later *later, enum err err, struct buf *members);
void call_later_end(
	struct call_later *later); /* nothing is answered any more; may be called again */
/* The worker has what these are part of, which goes when it comes back. */
void calls_later_gone(struct api *api, struct http_ref ref); /* that client */
void calls_later_end(struct api *api);                       /* all of them */
/* Does this to the caller's login once the command is on disk, if both are there then. Before the
 * answer, which may let in a next request of the same login. */
void call_when_durable(
	struct call *call, void (*deed)(struct login_table *table, struct login *login));
void held_deeds_free(struct api *api); /* they are not done any more */
struct core *call_core(const struct call *call);
struct view call_view(const struct call *call);

/* --- checks and deeds of the table's rows ----------------------------------------------------- */

/* Each has its place in the file of what it is about; api_not_read is none (route.c). */
#define RESOURCE(name, path, feature, role, find, read) call_step feature, role, find, read;
#define OPERATION(resource, name, command, act, ...)    call_step act;
#define UPDATE(resource, update)                        call_step update;
#define CREATE(resource, create)                        call_step create;
#define REMOVE(resource, remove)                        call_step remove;
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION

/* --- what several of them need ---------------------------------------------------------------- */

/* Applies what an administrator asks for, and the log says who did. */
enum err api_provide(struct call *call);
bool call_is_multimedia_on(const struct call *call);
/* What comes behind a list that may be long: put there, whether or not the list ends in the members. */
void call_put_behind(struct call *call, const char *text);
/* The member "smssessions": the caller's own. Its list may be long. */
void call_put_own_sessions(struct call *call);
/* The members "skills" and "groups" of a user, as far as subresources name them. */
void call_put_assignments(struct call *call, const struct user *user);
/* The member "features". */
void call_put_features(struct call *call);
/* The caller's own channels, as the member of that name. */
void call_put_own_channels(struct call *call, const char *name);

#endif
