/* asked.h - a request of a person (person.h) as the API takes it. */
#ifndef TEST_SIM_ASKED_H
#define TEST_SIM_ASKED_H

#include "base/buf.h"
#include "person.h"

/* The queue that a request names, where it names one. */
#define ASKED_QUEUE "sales"

void asked_put_path(struct buf *path, const struct asked *asked); /* with the query */
/* Of an operation. nickname: empty for none. */
void asked_put_body(struct buf *body, const struct asked *asked, struct str nickname);
void asked_free(struct asked *asked);

#endif
