/* entry.c - what agents, and supervisors whom they see, write into a session, by the ENTRY rows of command.def. */
#include "core/rules/access.h"
#include "core/rules/contact.h"
#include "core/rules/turn.h"

enum way { IN_HOUSE, BY_SMS };

struct entry {
	enum message_type type;
	enum visibility visibility;
	enum way way;
};

static const struct entry entries[COMMAND_KINDS] = {
#define COMMAND(number, name, asker, with, may, can, make)
#define ENTRY(number, name, word, when, type, visibility, way)                                     \
	[CMD_##name] = {MESSAGE_##type, VISIBLE_##visibility, way},
#include "core/command.def"
};

/* A Coach's or consultant's goes to agents only, whatever was asked for. */
static struct entry entry_by(const struct party *author, enum command_kind kind)
{
	struct entry entry = entries[kind];
	if (author && viewer_whispers(&author->viewer)) {
		entry.visibility = VISIBLE_AGENTS;
		entry.way = IN_HOUSE;
	}
	return entry;
}

/* Why nothing may ever be sent there, whoever asks. */
static enum err why_no_texts(const struct session *session)
{
	const struct contact *contact = session->contact;
	if (!contact_is_answerable(contact))
		return ERR_UNANSWERABLE;
	return contact_refuses(contact, session->b.number) ? ERR_OPTED_OUT : OK;
}

static enum err can_write_as(
	const struct core *core, const struct party *author, enum command_kind kind)
{
	bool leaves = entry_by(author, kind).way == BY_SMS;
	bool is_there = author && author->b.state == PARTY_CHATTING;
	enum err why = is_there && leaves ? why_no_texts(author->session) : OK;
	if (why != OK)
		return why;
	enum err e = access_can(core, author ? &author->viewer : NULL, kind);
	if (e == OK && leaves && core->outbound_unsent >= OUTBOUND_UNSENT_MAX)
		return ERR_BUSY;
	return e;
}

enum err can_write(const struct core *core, const struct command *command)
{
	return can_write_as(core, party_acting(command), command->kind);
}

void entry_send(struct turn *turn, struct session *session, const struct viewer *author,
	const struct entry_words *words)
{
	struct queue *queue = core_queue_by_number(turn->core, session->b.number);
	struct link *link = core_link(turn->core, queue->b.link);
	struct entry_words leaving = *words;
	leaving.outbound = outbound_next_serial(turn->core);
	transcript_add(turn, session, author, &leaving);
	const struct outbound_order order = {.session = session,
		.seq = session->message_count,
		.contact = session->contact,
		.number = session->b.number,
		.link = link,
		.text = words->text};
	outbound_queue(turn, &order);
}

static void write_as(
	struct turn *turn, const struct party *author, const struct entry *entry, struct str text)
{
	const struct entry_words words = {entry->type, entry->visibility, text, 0};
	if (entry->way == BY_SMS)
		entry_send(turn, author->session, &author->viewer, &words);
	else
		transcript_add(turn, author->session, &author->viewer, &words);
}

void make_write(struct turn *turn, const struct command *command)
{
	const struct party *author = party_acting(command);
	const struct entry entry = entry_by(author, command->kind);
	write_as(turn, author, &entry, command->send.text);
}

/* --- what somebody says in going ------------------------------------------------------------------ */

/* An ordinary text is sent as any other; all else is a notice, which stays here. */
static enum command_kind said_by(const struct command_parting *parting)
{
	bool is_text = parting->type == PARTING_TEXT && parting->treat_as == TREAT_AS_NORMAL;
	return is_text ? CMD_SEND_MESSAGE : CMD_SEND_NOTICE;
}

enum err entry_can_part(const struct core *core, const struct command *command)
{
	const struct party *author = party_acting(command);
	if (!command->parting.text.len)
		return OK;
	return author ? can_write_as(core, author, said_by(&command->parting)) : ERR_FORBIDDEN;
}

void entry_part(struct turn *turn, const struct command *command)
{
	const struct command_parting *parting = &command->parting;
	const struct party *author = party_acting(command);
	if (!parting->text.len)
		return;
	struct entry entry = entry_by(author, said_by(parting));
	if (parting->treat_as == TREAT_AS_SYSTEM)
		entry.type = MESSAGE_NOTICE;
	write_as(turn, author, &entry, parting->text);
}
