/* terminal.c - finds out how wide a terminal is. */
#include "terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>

unsigned terminal_columns(int fd)
{
	enum { DEFAULT = 80, MOST = 1000 };
	struct winsize w;
	if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		return w.ws_col;
	const char *text = getenv("COLUMNS");
	long columns = text ? strtol(text, NULL, 10) : 0;
	return columns > 0 && columns <= MOST ? (unsigned)columns : DEFAULT;
}
