/* time_text.c - writes times as RFC 3339 has them. */
#include "time_text.h"

#include <time.h>

const char *time_text(int64_t when, char buf[static TIME_TEXT_SIZE])
{
	/* RFC 3339 §5.6: four digits for the year; no certificate was made before the year 1000. */
	static const int64_t earliest = -30610224000, latest = 253402300799;
	time_t t = when < earliest ? earliest : when > latest ? latest : when;
	struct tm tm;
	gmtime_r(&t, &tm);
	(void)strftime(buf, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm); /* 20 octets */
	return buf;
}
