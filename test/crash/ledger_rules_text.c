/* ledger_rules_text.c - whose words are in the transcripts: those that somebody wrote, and each once. */
#include "ledger_rules.h"

/* What the deed says, or what is said in doing it; empty: nothing. */
static struct str words_of(const struct fact *asked)
{
	return deed_has_words(deed_of_command(asked->command)) ? asked->text : asked->parting;
}

static bool was_asked(const struct inquiry *in, const struct body_message *message)
{
	FACTS_EACH(in->ledger, FACT_ASKED, asked)
		if (str_eq(words_of(asked), message->text) &&
			(deed_of_command(asked->command)->with == A_PHONE ||
				str_eq(asked->session, message->session)))
			return true;
	return false;
}

/* Answered or not. */
static void ask_repeated(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_ASKED, asked)
		if (words_of(asked).len && ledger_messages_of(in, words_of(asked), false) > 1)
			ledger_blame(in->ledger, "%s wrote this once and it is there twice: %.60s",
				asked->who->settings.name, words_of(asked).at);
}

/* As a text or as a notice. */
static bool is_said(const struct inquiry *in, struct str words)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		if (str_eq(message->text, words))
			return true;
	return false;
}

static void ask_partings(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_DONE, done)
		if (done->parting.len && !is_said(in, done->parting))
			ledger_blame(in->ledger,
				"%s said this in going, and it is not there: %.60s",
				done->who->settings.name, done->parting.at);
}

/* Of a long text whose end never came, what came. */
static bool is_part_of(const struct inquiry *in, struct str text)
{
	FACTS_EACH(in->ledger, FACT_PART, part)
		if (str_starts(text, part->text))
			return true;
	return false;
}

static bool was_written(const struct inquiry *in, const struct body_message *message)
{
	FACTS_EACH(in->ledger, FACT_WROTE, wrote)
		if (str_eq(wrote->text, message->text))
			return true;
	return is_part_of(in, message->text);
}

static void ask_invented(const struct inquiry *in, bool at_rest)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL) {
		bool is_customers = message->author == PARTY_CONTACT;
		bool is_known = is_customers ? !at_rest || was_written(in, message)
					     : was_asked(in, message);
		bool is_ours = message->type == MESSAGE_NOTICE;
		if (message->text.len && !is_ours && !is_known)
			ledger_blame(in->ledger, "nobody wrote this: %.60s", message->text.at);
	}
}

/* at_rest: then each part that came was acknowledged. */
void ledger_ask_texts(const struct inquiry *in, bool at_rest)
{
	ask_repeated(in);
	ask_partings(in);
	ask_invented(in, at_rest);
}
