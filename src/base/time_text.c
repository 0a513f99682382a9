/* time_text.c - the calendar, times in RFC 3339 format, and how far away they are. */
#include "time_text.h"

bool time_from_utc(const struct tm *utc, int64_t *when)
{
	struct tm tm = *utc;
	*when = timegm(&tm); /* which makes 1 July of 31 June */
	return tm.tm_mon == utc->tm_mon && tm.tm_mday == utc->tm_mday &&
	       tm.tm_hour == utc->tm_hour && tm.tm_min == utc->tm_min && tm.tm_sec == utc->tm_sec;
}

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

const char *time_apart(struct arena *arena, int64_t when, int64_t now)
{
	enum { HOUR = 3600, DAY = 24 * HOUR, SHORT = 2 * DAY };
	int64_t apart = when < now ? now - when : when - now;
	int64_t count = apart < SHORT ? apart / HOUR : apart / DAY;
	const char *unit = apart < SHORT ? "hour" : "day";
	if (count == 0)
		return "now";
	return arena_printf(arena, when < now ? "%lld %s%s ago" : "in %lld %s%s", (long long)count,
	    unit, count == 1 ? "" : "s");
}
