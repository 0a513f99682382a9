/* options_time.c - owns what --at takes: a time of RFC 3339, or days from now. */
#include <string.h>
#include <time.h>

#include "options_table.h"

enum { MOST_DAYS = 36500, DAY_SECONDS = 86400 };

/* Two digits of a date at *text, no more than `maximum`. */
static bool read_two(const char **text, unsigned maximum, int *number)
{
	unsigned n;
	if (strnlen(*text, 2) < 2 || !options_read_number(*text, 2, maximum, &n))
		return false;
	*number = (int)n;
	*text += 2;
	return true;
}

static bool read_char(const char **text, const char *accept)
{
	if (!**text || !strchr(accept, **text))
		return false;
	(*text)++;
	return true;
}

/* "2027-01-31T12:00:00" (RFC 3339 §5.6), a fraction of the second dropped. */
static bool read_date_time(const char **text, struct tm *tm)
{
	unsigned year;
	const char *p = *text;

	if (strnlen(p, 4) < 4 || !options_read_number(p, 4, 9999, &year))
		return false;
	tm->tm_year = (int)year - 1900;
	p += 4;
	if (!read_char(&p, "-") || !read_two(&p, 12, &tm->tm_mon) || !read_char(&p, "-") ||
	    !read_two(&p, 31, &tm->tm_mday) || !read_char(&p, "Tt ") ||
	    !read_two(&p, 23, &tm->tm_hour) || !read_char(&p, ":") ||
	    !read_two(&p, 59, &tm->tm_min) || !read_char(&p, ":") || !read_two(&p, 60, &tm->tm_sec))
		return false;
	if (read_char(&p, ".")) {
		size_t digits = strspn(p, "0123456789");
		if (!digits)
			return false;
		p += digits;
	}
	tm->tm_mon--;
	*text = p;
	return true;
}

/* "Z", "+01:00", "-05:30": seconds east of UTC. */
static bool read_offset(const char **text, int64_t *offset)
{
	int hours, minutes;

	*offset = 0;
	if (read_char(text, "Zz"))
		return true;
	int64_t sign = **text == '-' ? -1 : 1;
	if (!read_char(text, "+-") || !read_two(text, 23, &hours) || !read_char(text, ":") ||
	    !read_two(text, 59, &minutes))
		return false;
	*offset = sign * (hours * 60 + minutes) * 60;
	return true;
}

static bool read_rfc3339(const char *text, int64_t *when)
{
	struct tm tm = {0};
	int64_t offset;

	if (!read_date_time(&text, &tm) || !read_offset(&text, &offset) || *text)
		return false;
	/* timegm turns the 31st of June into the 1st of July: such a day is none. The leap second
	 * of :60 is the one overflow that RFC 3339 §5.7 allows. */
	int month = tm.tm_mon, day = tm.tm_mday, second = tm.tm_sec;
	if (second == 60)
		tm.tm_sec = 59;
	int64_t seconds = timegm(&tm);
	if (tm.tm_mon != month || tm.tm_mday != day)
		return false;
	*when = seconds + (second == 60) - offset;
	return true;
}

bool options_take_at(struct options_state *state, const struct option_spec *spec, const char *value)
{
	struct params *params = state->params;
	size_t length = strlen(value);
	unsigned days;

	if (value[0] == '+' && value[length - 1] == 'd' &&
	    options_read_number(value + 1, length - 2, MOST_DAYS, &days)) {
		params->at_relative = true;
		params->at_value = (int64_t)days * DAY_SECONDS;
	} else if (read_rfc3339(value, &params->at_value)) {
		params->at_relative = false;
	} else {
		return options_refuse_value(state, spec,
		    "a time such as 2027-01-31T12:00:00Z, or +Nd with N up to 36500", value, NULL);
	}
	params->at_given = true;
	return true;
}
