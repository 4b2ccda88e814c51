/* smsc_sim_cmd.h - `sotto smsc-sim`: an SMSC with simulated customers on a TCP port. */
#ifndef CLI_SMSC_SIM_CMD_H
#define CLI_SMSC_SIM_CMD_H

int smsc_sim_cmd(int argc, char **argv); /* argv[0] is "smsc-sim" */

#endif
