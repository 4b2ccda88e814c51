/* sd_notify.h - tells the service manager how far we are: systemd's protocol (sd_notify(3)), a datagram. */
#ifndef CLI_SD_NOTIFY_H
#define CLI_SD_NOTIFY_H

/* "READY=1", "STOPPING=1". Without a service manager that asked for it ($NOTIFY_SOCKET): nothing. */
void sd_notify_say(const char *state);

#endif
