/* bayeux.c - batches of Bayeux messages through the whole: HTTP, login, push, core. */
#include "stage.h"

static void bare(struct stage *stage, struct str line)
{
	stage_ask(stage, "POST", STR("/api/v2/notifications"), line);
}

const struct stage_target fuzz_target = {.name = "bayeux", .bare = bare};

static const char *const goals[] = {
	"/meta/handshake succeeds",
	"/meta/connect succeeds",
	"/meta/subscribe succeeds",
	"/meta/unsubscribe succeeds",
	"/meta/disconnect succeeds",
	"a text over a socket",
	"a socket ends",
	"StatusChange on /v2/me/smssessions",
	"ParticipantsUpdated on /v2/me/smssessions",
	"NewMessages on /v2/me/smssessions",
	"MessageDeliveryUpdated on /v2/me/smssessions",
	"ChannelStateChangeMessageV2 on /v2/me/channels",
	"a poll is held until its end",
	"/meta/connect fails: 402::Unknown client",
	"/meta/connect fails: 400::Unknown connection type",
	"/meta/connect fails: 400::advice is no advice",
	"/meta/subscribe fails: 403::Subscription denied",
	"/meta/subscribe fails: 400::subscription is missing",
	"/meta/handshake fails: 400::Unknown Bayeux version",
	"/meta/handshake fails: 400::No common connection type",
	"/meta/nothing fails: 404::Unknown meta channel",
	"/chat fails: 403::Publish denied",
	" fails: 400::channel is missing",
	"code 10",
	"code 6",
	"code 4",
	"AGENT_CLIENT_CAME",
	"AGENT_CLIENTS_LOST",
	"REGISTRATION_STARTED",
	"the process is killed",
	"the disk is full",
};

void fuzz_goals(void (*goal)(void *ctx, const char *what), void *ctx)
{
	for (size_t i = 0; i < sizeof goals / sizeof *goals; i++)
		goal(ctx, goals[i]);
}
