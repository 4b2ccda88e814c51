/* watch_cmd.h - `sotto watch AGENT`: a supervisor follows an agent's sessions on the terminal. */
#ifndef CLI_WATCH_CMD_H
#define CLI_WATCH_CMD_H

int watch_cmd(int argc, char **argv); /* argv[0] is "watch" */

#endif
