/* port.h - how the parts of a server reach the centre at work: they read its core, give it commands, and
 * wait for the disk. The centre lends one to all of them (centre/centre.h); tests make their own. */
#ifndef CORE_PORT_H
#define CORE_PORT_H

#include "core/command.h"
#include "core/core.h"
#include "core/gate_wait.h"
#include "core/told.h"

struct port {
	/* The present core. After a refused commit it is another one: pointers into it are not kept. */
	struct core *core;
	/* ERR_STORE: the store takes no writes at the moment; nothing was done. *lsn: what an answer, or a
	 * refusal, must wait for. */
	enum err (*apply)(struct port *port, const struct command *command, uint64_t *lsn);
	/* wait->done is called once all up to lsn is on disk: at once if it is. One that waits already is
	 * moved. */
	void (*wait)(struct port *port, struct gate_wait *wait, uint64_t lsn);
	/* Keeps what a user is told of the events that are being told on: it is on disk when they are. Outside of
	 * that, what was made of one that is kept: with the next events, and lost if the process ends before. */
	void (*keep)(struct port *port, const struct told_note *note);
	/* What of it is kept, as far as the tables are; where it is read, the caller's to free. */
	struct told_range (*told)(struct port *port, struct str user);
	struct told_source *(*told_source)(struct port *port);
};

static inline MUST_CHECK enum err port_apply(
	struct port *port, const struct command *command, uint64_t *lsn)
{
	return port->apply(port, command, lsn);
}

static inline void port_keep(struct port *port, const struct told_note *note)
{
	port->keep(port, note);
}

static inline void port_wait(struct port *port, struct gate_wait *wait, uint64_t lsn)
{
	port->wait(port, wait, lsn);
}

#endif
