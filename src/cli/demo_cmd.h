/* demo_cmd.h - `sotto demo`: a whole contact centre in one process, for looking at. */
#ifndef CLI_DEMO_CMD_H
#define CLI_DEMO_CMD_H

int demo_cmd(int argc, char **argv); /* argv[0] is "demo" */

#endif
