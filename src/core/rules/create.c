/* create.c - a session that an agent begins, by writing to a phone. */
#include "core/rules/assignment.h"
#include "core/rules/contact.h"
#include "core/model/phone.h"
#include "core/rules/turn.h"

static struct queue *queue_of(const struct core *core, const struct command *command)
{
	return core_queue(core, command->create.queue);
}

/* In the spelling in which the link would bring it. */
static struct str phone_of(
	const struct core *core, const struct command *command, char room[PHONE_ROOM])
{
	const struct link *link = core_link(core, queue_of(core, command)->b.link);
	unsigned country = (unsigned)link->settings[SETTING_COUNTRY];
	return phone_spelling(room, command->create.phone, false, country);
}

static bool is_talking(const struct core *core, struct str phone, struct str number)
{
	const struct contact *contact = contact_of_phone(core, phone);
	return contact && contact_conversation(contact, number);
}

enum err can_create(const struct core *core, const struct command *command)
{
	char room[PHONE_ROOM];
	const struct queue *queue = queue_of(core, command);
	if (!queue || !core_serves(command->caller, queue))
		return ERR_NOT_FOUND;
	struct str phone = phone_of(core, command, room);
	if (contact_phone_refuses(core, phone, queue->b.number))
		return ERR_OPTED_OUT;
	if (command->caller->agent.state == AGENT_LOGGED_OUT)
		return ERR_NOT_STARTED;
	if (is_talking(core, phone, queue->b.number))
		return ERR_TALKING;
	if (routing_load(command->caller) >= core->centre.capacity)
		return ERR_WRONG_STATE;
	return core->outbound_unsent < OUTBOUND_UNSENT_MAX ? OK : ERR_BUSY;
}

static struct contact *contact_of(struct turn *turn, struct str phone)
{
	struct contact *contact = contact_of_phone(turn->core, phone);
	struct body_contact body = contact_new(turn->core, phone);
	return contact ? contact : turn_emit(turn, EV_CONTACT_ADDED, &body);
}

void make_create(struct turn *turn, const struct command *command)
{
	char room[PHONE_ROOM];
	struct contact *contact = contact_of(turn, phone_of(turn->core, command, room));
	struct session *session =
		session_begin(turn, contact, queue_of(turn->core, command), SESSION_OUTBOUND);
	const struct viewer *agent =
		viewer_enter(turn, &(struct invitation) {
					   .session = session,
					   .user = command->caller,
					   .kind = PARTY_AGENT,
					   .origin = ORIGIN_CREATED,
					   .visibility = VISIBLE_ALL,
					   .nickname = command->create.nickname,
				   });
	agent_touch(turn, command->caller);
	entry_send(turn, session, agent,
		&(struct entry_words) {MESSAGE_TEXT, VISIBLE_ALL, command->create.text, 0});
	turn->made = session->b.id;
}
