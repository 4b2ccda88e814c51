/* bootstrap.c - what an empty store starts with: the configuration's bootstrap as commands. */
#include "server/bootstrap.h"

#include "api/refusal.h"
#include "login/login.h"
#include "server/declared.h"

static enum err bootstrap_run(
	struct centre *centre, struct command command, const char *name, struct buf *why)
{
	static const char *const what[COMMAND_KINDS] = {
		[CMD_CREATE_CENTRE] = "centre",
		[CMD_ADD_USER] = "user",
		[CMD_ASSIGN] = "assignment",
	};
	uint64_t lsn;
	enum err e = port_apply(centre_port(centre), &command, &lsn);
	if (e)
		buf_printf(
			why, "bootstrap: %s '%s': %s", what[command.kind], name, refusal_text(e));
	return e;
}

static enum err create(
	struct centre *centre, struct net *net, const struct config *config, struct buf *why)
{
	unsigned char key[IDS_KEY_BYTES];
	struct net_stream stream = net_stream_of(net, STR("centre"), 0);
	struct body_centre body = config->centre;
	net_random(net, &stream, key, sizeof key);
	body.id_key = str_from(key, sizeof key);
	return bootstrap_run(centre,
		(struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &body}, body.name.at,
		why);
}

static enum err add_user(struct centre *centre, const struct config *config,
	const struct config_user *user, struct buf *why)
{
	char hash[PASSWORD_HASH_MAX];
	struct body_user body = {
		.name = str_of(user->name),
		.first_name = str_of(user->first_name),
		.last_name = str_of(user->last_name),
		.provisioned = user->channels_count > 0,
		.enabled = 1,
		.must_change = user->must_change,
		.password = str_of(user->password_hash),
	};
	for (unsigned i = 0; i < user->roles_count; i++)
		body.roles |= config_role(str_of(user->roles[i]));
	if (!user->password_hash) {
		enum err e = password_hash(hash, str_of(user->password), config->hash_ops,
			(size_t)config->hash_memory_kib * 1024);
		if (e) {
			buf_printf(why, "bootstrap: the password of '%s' cannot be hashed",
				user->name);
			return e;
		}
		body.password = str_of(hash);
	}
	return bootstrap_run(centre, (struct command) {.kind = CMD_ADD_USER, .new_user = &body},
		user->name, why);
}

/* The rest as after any other change of the file. */
static enum err declare(struct centre *centre, const struct config *config, struct buf *why)
{
	struct declared declared = {0};
	uint64_t lsn;
	declared_difference(&declared, centre_core(centre), config);
	enum err e = declared_apply(centre_port(centre), &declared, &lsn);
	if (e)
		buf_printf(why, "bootstrap: %s", refusal_text(e));
	declared_free(&declared);
	return e;
}

static enum err add_assignment(
	struct centre *centre, const struct config_assignment *assignment, struct buf *why)
{
	struct body_assignment body = {
		.user = str_of(assignment->user),
		.kind = assignment->kind,
		.thing = str_of(assignment->thing),
		.level = assignment->level,
		.held = 1,
	};
	enum err e = bootstrap_run(centre,
		(struct command) {.kind = CMD_ASSIGN, .assignment = &body}, assignment->thing, why);
	return e == ERR_ALREADY ? OK : e; /* written twice */
}

enum err bootstrap_centre(
	struct centre *centre, struct net *net, const struct config *config, struct buf *why)
{
	/* A start that is broken off must leave an empty store: a centre without its users would never
	 * get them. */
	gate_cork(centre_gate(centre));
	enum err e = create(centre, net, config, why);
	if (!e)
		e = declare(centre, config, why);
	for (unsigned i = 0; !e && i < config->users_count; i++)
		e = add_user(centre, config, &config->users[i], why);
	for (unsigned i = 0; !e && i < config->assignments_count; i++)
		e = add_assignment(centre, &config->assignments[i], why);
	if (!e)
		gate_uncork(centre_gate(centre));
	return e;
}
