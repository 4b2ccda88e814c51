/* command.h - what is asked of a centre: a head, and the arguments of its kind. A rule reads the member that
 * command.def names for it, whoever asks sets that one; nothing else counts. */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "core/model/event.h"

struct contact;
struct hand;
struct link;
struct outbound;
struct segment_held;
struct session;
struct user;

enum command_kind {
#define COMMAND(number, name, asker, with, may, can, make) CMD_##name,
#include "core/command.def"
	COMMAND_KINDS
};
const char *command_name(enum command_kind kind); /* as in command.def */
enum asker command_asker(enum command_kind kind);

/* One SMS of a text. */
struct part_place {
	struct outbound *outbound;
	unsigned part, parts; /* from 1 */
};

struct part_places {
	const struct part_place *at;
	size_t count;
};

/* A pair of userData. */
struct datum_pair {
	struct str name, value;
	bool is_number; /* then the value is its digits, as they came */
};
struct command_data {
	const struct datum_pair *pairs; /* of no two the same name */
	size_t count;
};
/* Under which a session's disposition is attached, unless the request says otherwise. */
#define DISPOSITION_NAME "DISP_KEY"

/* What a standing order is on, if it is no agent. */
struct order_thing {
	enum order_on on;
	struct str name;
};

/* Strs, bodies and places are borrowed for the call. A str that is empty is absent. */
struct command {
	enum command_kind kind;
	struct user *caller; /* who asks; NULL: the system */
	uint64_t reference;  /* the caller's own number of this request (referenceId); 0: none */
	struct str key;      /* by which the caller would repeat it (request_digest); empty: none */
	struct str asked;    /* what it says, as a digest, if it has a key */
	union {
		char nothing; /* whose head says all */

		/* In a session, by whoever speaks for the caller there: command.def's LISTED. Intrude: by who is not. */
		struct {
			struct session *session;
			/* What the caller says there before it is done; of what takes somebody out of it. */
			struct command_parting {
				struct str text; /* empty: nothing, whatever the rest */
				enum parting_type type;
				enum treat_as treat_as;
			} parting;
			union {
				struct {
					struct str nickname;
					bool saves_agent;
				} accept;
				struct {
					struct str text; /* of typing none */
				} send;
				struct {
					struct str queue; /* empty: end the session */
					bool saves_agent; /* for the contact's next one */
				} complete;
				struct command_target {
					struct user *user; /* a colleague, whom it is about */
					struct str queue;  /* in place of one, where that can be */
				} target;
				/* Of whom the session is, and as what the caller enters it; supervision_count:
				 * as the caller's order on that agent says. */
				struct {
					struct user *agent;
					enum supervision mode;
					struct hand *
						hand; /* which is raised on it, where it is about one */
				} intrude;
				struct {
					struct str reason, comment;
				} hand;
				struct command_data data; /* to attach; to delete: names alone */
				struct {
					struct str value;
					struct str name; /* empty: DISPOSITION_NAME */
				} disposition;
			};
		};

		/* About another user's channel; or about what stands for several users, and then agent is not set. */
		struct {
			struct user *agent;
			struct {
				struct str nickname;
				enum monitor_mode mode;
				struct str reason;
				uint64_t expires_in; /* in s, up to ORDER_EXPIRES_MAX_S; 0: never */
				struct order_thing on;
				uint64_t percent; /* of 100; 0: all */
			} monitor;
		};

		/* About the caller's own. */
		struct {
			struct str reason;
		} not_ready;

		/* A link's. */
		struct {
			struct link *link;
			union {
				struct {
					struct str phone, number, text;
					enum keyword keyword;
					struct str fingerprint; /* DIGEST_BYTES, or empty */
					/* Any held part of the long message that this text ends: all held
					 * parts of the same (phone, number, reference) are joined. */
					struct segment_held *joins;
				} receive;
				struct {
					const struct body_segment
						*segment;       /* link, at, held are set here */
					struct str fingerprint; /* as of receive */
				} hold;
				struct {
					struct str fingerprint;
					msec at; /* when the text came for the first time */
				} match;
				/* So many unanswered parts of the link may be written, and none behind that
				 * place (serial << 8 | part; 0: no such bound). */
				struct {
					unsigned parts;
					uint64_t through;
					struct part_places
						lost; /* whose answers were lost with the bind */
				} send_within;
				struct {
					struct part_places places; /* whose turn it is */
					enum sms_turn turn;
				} change_turn;
				struct {
					struct part_places lost; /* ... with the process before */
				} find_sent;
				struct {
					struct part_places
						places; /* all parts of texts, as that link counts them */
				} move;
				struct {
					struct str smsc_id;
					enum delivery delivery; /* DELIVERED, EXPIRED, FAILED */
				} receipt;
			};
		};
		struct { /* which link is said by the text */
			struct part_place place;
			enum delivery delivery; /* SENT or FAILED */
			struct str smsc_id;     /* of one that was SENT */
		} answer;

		/* An operator's, and what a sign-in leaves. */
		const struct body_centre *new_centre;
		const struct body_user *new_user; /* its id and serial are drawn here */
		const struct body_link *new_link;
		const struct body_queue *new_queue;
		const struct body_choice
			*choice; /* removed is set here; of one that goes kind and name count */
		const struct body_rule *new_rule; /* or as it is from now on */
		const struct body_setting *setting;
		const struct body_token *new_token; /* made is set here */
		struct str token;                   /* its id */
		struct str name;                    /* of the link, queue or rule that is removed */
		struct user *removed;               /* who is */
		struct {
			struct user *user;
			/* Names, roles, the channel, and whether the user is enabled, as from now on. */
			const struct body_user *as;
		} change_user;
		const struct body_assignment
			*assignment; /* as it is from now on; user: an id or a name */
		struct {
			struct user *user;
			uint64_t roles;
		} roles;
		const struct body_erasure *erasure; /* its image is the row as it is now */
		struct {
			struct user *user;
			struct str hash;
			bool must_change; /* by the user, at first */
		} password;
		struct {
			struct str phone; /* as people write one: phone_is_written */
			struct str queue, text, nickname;
		} create;
		struct str own_hash; /* of the caller's new password */
		struct {
			struct user *user;
			struct str text; /* see address.h */
		} address;
		struct {
			struct contact *from, *into;
		} merge;
		struct {
			struct contact *contact;
			const struct body_erasure
				*rows; /* all of the journal that tell of it (erasing.h) */
			size_t count;
		} erase;
		struct {
			struct str session; /* which ended; empty: they are of none */
			const struct body_erasure
				*rows; /* its words (aged.h), and that of its end */
			size_t count;
			msec at; /* when they were found to be old enough; not later than now */
		} aged;
		struct {
			struct contact *contact;
			bool is_opt_out; /* it was meant so */
		} decide;
		struct str refusing; /* the phone, in the spelling in which contacts are known */
	};
};

/* Does the centre answer the text by itself? What may have been meant as STOP is for a person to decide. */
bool keyword_is_answered(enum keyword keyword);

#endif
