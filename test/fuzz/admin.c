/* admin.c - lines to the operator's socket through the whole: admin, core. */
#include "stage.h"

static void bare(struct stage *stage, struct str line)
{
	stage_say(stage, &stage->admin, line, "\n");
}

const struct stage_target fuzz_target = {.name = "admin", .bare = bare};

static const char *const goals[] = {
	"user-list: ok",
	"user-add: ok",
	"optout-list: ok",
	"optout-accept: nothing is to be decided of that phone",
	"optout-add: ok",
	"optout-add: the phones are not all numbers with their country's code",
	"CONTACT_OPTED_OUT",
	"user-passwd: ok",
	"user-set: ok",
	"user-remove: ok",
	"USER_CHANGED",
	"USER_REMOVED",
	"user-set: there is no such user",
	"user-set: enabled is not true or false",
	"reload: this server was started without a file",
	"USER_ADDED",
	"USER_PASSWORD_CHANGED",
	"user-add: there is such a user already",
	"user-passwd: there is no such user",
	"x: there is no such operation",
	": the request is not a JSON object",
	"user-add: the name is empty",
	"user-add: the roles are not some of agent, supervisor, admin, auditor, integrator",
	"user-add: the password is no argon2id string ($argon2id$v=19$m=...)",
	"user-add: sms is not true or false",
	"user-add: The store takes no writes at the moment; nothing was done",
	"a line is too long",
	"GET on /me: 0",
	"GET on /me: 20",
	"the process is killed",
	"the disk is full",
};

void fuzz_goals(void (*goal)(void *ctx, const char *what), void *ctx)
{
	for (size_t i = 0; i < sizeof goals / sizeof *goals; i++)
		goal(ctx, goals[i]);
}
