/* bot.h - a scripted agent for the demo: signs in like anyone else, accepts, answers, completes.
 *
 * While a person works as the same user the bot is quiet: it sends nothing new, completes what it
 * holds, and comes back BOT_RETURN_MS after the person left. */
#ifndef CLIENT_BOT_H
#define CLIENT_BOT_H

#include "login/login.h"
#include "net/net.h"

#define BOT_RETURN_MS 60000
#define BOT_ACCEPT_PAUSE_MS                                                                        \
	11000 /* between two Accepts: at least one every 15 s while customers wait */
#define BOT_HOLD_LEAST_MS 30000 /* from its Accept to its Complete */
#define BOT_HOLD_MOST_MS  42000 /* with the pause above, at most 4 at once: the capacity */
/* Before its Complete it is silent for so long: the customer who was told something answers within that, in this
 * session. Longer than simulated customers type (smsc/smsc_customers.h), with its way through the carrier. */
#define BOT_LAST_WORD_MS 12000

struct bot_settings {
	struct str host;
	unsigned port;
	struct str user, password;
	/* Is a person at work as this user (told by the server's login table)? */
	struct login_person (*person)(void *ctx, struct str user, struct str own_cookie);
	void *ctx;
};

struct bot;
struct bot *bot_new(struct net *net, const struct bot_settings *settings);
void bot_free(struct bot **bot);

#endif
