/* directory.h - what is there in a centre besides its sessions, as JSON: the same for everybody who may ask.
 *
 * Each function appends one JSON value. */
#ifndef VIEW_DIRECTORY_H
#define VIEW_DIRECTORY_H

#include "view/view.h"

/* The members uri and path of what stands under folder ("/queues/"). */
void view_address_as(struct buf *out, const struct view *view, const char *uri, const char *path,
	const char *folder, struct str name); /* under these names */
void view_address(struct buf *out, const struct view *view, const char *folder, struct str name);

void view_queue(struct buf *out, const struct view *view, const struct queue *queue);
void view_skill(struct buf *out, const struct view *view, struct str name);
/* A skill as somebody has it: with its level. */
void view_skill_of_user(struct buf *out, const struct view *view, const struct assignment *skill);
/* Whose group, skill or queue it is. Its id is USER_ID_LEN characters of the user and as many of what it is to. */
#define ASSIGNMENT_ID_LEN (2 * USER_ID_LEN)
void view_assignment_id(
	char out[ASSIGNMENT_ID_LEN], const struct core *core, const struct body_assignment *one);
void view_assignment(struct buf *out, const struct view *view, const struct body_assignment *one);
/* What raises hands by itself. */
void view_rule(struct buf *out, const struct view *view, const struct body_rule *rule);
/* A canned response, disposition or reason for being not ready. */
void view_choice(struct buf *out, const struct view *view, const struct choice *choice);
const char *view_choice_folder(enum choice_kind kind); /* "/dispositions/" */
void view_group(struct buf *out, const struct view *view, struct str name);
/* Entries of the internal directory (Contacts API), not customers. */
void view_contact_user(struct buf *out, const struct view *view, const struct user *user);
void view_contact_queue(struct buf *out, const struct view *view, const struct queue *queue);

/* Ids one by one, STR_NONE at the end; the object of one, false if there is none. All need multimedia. */
struct str view_feature_id(size_t index);
bool view_feature(struct buf *out, const struct view *view, struct str id);

/* The groups of settings alike; and what is in one. */
struct str view_settings_id(size_t index);
bool view_settings_group(struct buf *out, const struct view *view, struct str id);
bool view_settings(struct buf *out, const struct core *core, struct str id);

#endif
