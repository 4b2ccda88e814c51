/* password_prompt.c - asking for a password. */
#include "cli/password_prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static bool read_line(struct buf *line)
{
	line->len = 0;
	int c;
	while ((c = getchar()) != EOF && c != '\n' && line->len <= PASSWORD_BYTES_MAX)
		buf_put_byte(line, (char)c);
	return line->len > 0 || c == '\n';
}

static bool ask(const char *question, struct buf *answer)
{
	struct termios shown, hidden;
	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	fputs(question, stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	bool is_fine = read_line(answer);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	return is_fine;
}

static bool ask_twice(struct buf *password, struct buf *why)
{
	struct buf again = {0};
	bool is_same = ask("New password: ", password) && ask("The same again: ", &again) &&
		       str_eq(buf_str(password), buf_str(&again));
	if (!is_same)
		buf_puts(why, "the two passwords are not the same");
	buf_free(&again);
	return is_same;
}

bool password_prompt(bool from_stdin, struct buf *password, struct buf *why)
{
	if (!from_stdin && isatty(STDIN_FILENO)) {
		if (!ask_twice(password, why))
			return false;
	} else if (!read_line(password)) {
		buf_puts(why, "a password is expected as a line on standard input");
		return false;
	}
	if (password->len > 0 && password->len <= PASSWORD_BYTES_MAX)
		return true;
	buf_puts(why,
		password->len ? "the password is longer than 1024 bytes" : "the password is empty");
	return false;
}
