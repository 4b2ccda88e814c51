/* program.h - a program that reads the centre's feed, as an integrator's does, and does nothing else. */
#ifndef TEST_SIM_PROGRAM_H
#define TEST_SIM_PROGRAM_H

#include "client/api_client.h"

#define PROGRAM_NAME "crm"

/* It subscribes to the feed with all that is kept, by a socket or by polls, with or without acks: as `way` says. */
struct api_client *program_new(struct net *net, uint64_t way);
/* Reads all that it may: the sessions that run, and their texts. */
void program_reads_all(struct api_client *program);

#endif
