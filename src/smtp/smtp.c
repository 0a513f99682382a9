/*
 * smtp.c owns the SMTP dialogue: it reads replies, decides what to say next, and records what the
 * server said.
 *
 * QUIT is said only after the reply to the second EHLO: EHLO and QUIT must each be the last command
 * of a group (RFC 2920 §3.1), and PIPELINING learned in the clear no longer counts inside TLS (RFC
 * 3207 §4.2). Exim answers such a group with a synchronization error and logs it.
 */
#include "smtp.h"

#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "limit.h"

bool smtp_line_parse(const char *p, size_t length, struct smtp_line *line)
{
	if (length < 3 || p[0] < '2' || p[0] > '5')
		return false;
	for (size_t i = 1; i < 3; i++)
		if (!ascii_is_digit((uint8_t)p[i]))
			return false;
	/* RFC 5321 §4.2: a code alone is to be accepted. */
	if (length > 3 && p[3] != ' ' && p[3] != '-')
		return false;
	line->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	line->last = length == 3 || p[3] == ' ';
	line->text = length > 3 ? p + 4 : "";
	line->length = length > 3 ? length - 4 : 0;
	return true;
}

static size_t word_length(const struct smtp_line *line)
{
	size_t n = 0;
	while (n < line->length && line->text[n] != ' ' && line->text[n] != '\t')
		n++;
	return n;
}

bool smtp_line_is_keyword(const struct smtp_line *line, const char *keyword)
{
	size_t length = strlen(keyword);
	return word_length(line) == length && ascii_equal(line->text, keyword, length);
}

/* Bytes as a fact's text: raw, but a NUL is written \x00, so that nothing behind it is lost. */
static void add_raw(struct buffer *b, const char *data, size_t length)
{
	while (length > 0) {
		size_t plain = strnlen(data, length);
		buffer_add(b, data, plain);
		if (plain < length) {
			buffer_add_text(b, "\\x00");
			plain++;
		}
		data += plain;
		length -= plain;
	}
}

char *smtp_line_raw_text(struct arena *arena, const char *data, size_t length)
{
	struct buffer b = {0};
	add_raw(&b, data, length);
	char *text = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}

enum { QUOTED = 200 }; /* octets of a reply that an error repeats; the transcript has all */

enum state {
	STATE_GREETING,
	STATE_EHLO,
	STATE_STARTTLS,
	STATE_HANDSHAKE,
	STATE_SECURE_EHLO,
	STATE_QUIT,
	STATE_OVER,
};

/* What is waited for in a state. */
static const char *const awaited[] = {
    [STATE_GREETING] = "the greeting",
    [STATE_EHLO] = "the reply to EHLO",
    [STATE_STARTTLS] = "the reply to STARTTLS",
    [STATE_HANDSHAKE] = "the TLS handshake",
    [STATE_SECURE_EHLO] = "the reply to EHLO inside TLS",
    [STATE_QUIT] = "the reply to QUIT",
    [STATE_OVER] = "nothing",
};

struct smtp {
	struct arena *arena;
	const char *ehlo;
	bool keep_dialogue;
	struct probe *facts;
	enum state state;
	struct buffer in, out, dialogue;
	/* the reply that is being read */
	int code;
	size_t lines;
	const char *first_line;
	bool starttls;          /* keyword seen */
	bool starttls_capitals; /* likewise, in capitals */
	bool requiretls;        /* keyword seen */
};

/* ---- Text ---- */

static void record_dialogue(struct smtp *s, char side, const char *data, size_t length)
{
	if (!s->keep_dialogue)
		return;
	buffer_printf(&s->dialogue, "%c: ", side);
	add_raw(&s->dialogue, data, length);
	buffer_add_text(&s->dialogue, "\n");
	if (s->dialogue.length > LIMIT_DIALOGUE) {
		s->keep_dialogue = false;
		buffer_printf(&s->dialogue, "(the transcript ends here: more than %d octets)\n",
		    LIMIT_DIALOGUE);
	}
}

/* ---- Entering a state ---- */

static void say(struct smtp *s, const char *command, const char *argument)
{
	size_t start = s->out.length;
	buffer_printf(&s->out, argument ? "%s %s" : "%s", command, argument);
	record_dialogue(s, 'C', s->out.data + start, s->out.length - start);
	buffer_add_text(&s->out, "\r\n");
}

static enum smtp_step enter(struct smtp *s, enum state state)
{
	s->state = state;
	switch (state) {
	case STATE_GREETING:
		/* RFC 5321 §4.3.1: the client waits for the greeting. */
		s->facts->stage = SMTP_STAGE_GREETING;
		return SMTP_STEP_READ;
	case STATE_EHLO:
		s->facts->stage = SMTP_STAGE_EHLO;
		say(s, "EHLO", s->ehlo);
		return SMTP_STEP_READ;
	case STATE_STARTTLS:
		s->facts->stage = SMTP_STAGE_STARTTLS;
		say(s, "STARTTLS", NULL);
		return SMTP_STEP_READ;
	case STATE_HANDSHAKE: return SMTP_STEP_HANDSHAKE;
	case STATE_SECURE_EHLO:
		s->facts->stage = SMTP_STAGE_HANDSHAKE;
		say(s, "EHLO", s->ehlo);
		return SMTP_STEP_READ;
	case STATE_QUIT:
		s->facts->stage = SMTP_STAGE_DONE;
		say(s, "QUIT", NULL);
		return SMTP_STEP_READ;
	case STATE_OVER: break;
	}
	return SMTP_STEP_DONE;
}

static enum smtp_step fail(struct smtp *s, enum probe_failure failure, const char *error)
{
	s->state = STATE_OVER;
	s->facts->failure = failure;
	s->facts->error = error;
	return SMTP_STEP_FAILED;
}

/* The peer does not speak SMTP. After the second EHLO nothing can fail any more. */
static enum smtp_step fail_protocol(struct smtp *s, const char *error)
{
	if (s->state == STATE_QUIT)
		return smtp_ended(s, false, error);
	return fail(s, PROBE_FAILURE_SMTP_PROTOCOL, error);
}

static enum smtp_step injected(struct smtp *s)
{
	return fail(s, PROBE_FAILURE_INJECTION,
	    "the server sent bytes in the clear after its reply to STARTTLS");
}

static enum smtp_step line_too_long(struct smtp *s)
{
	return fail_protocol(s, arena_printf(s->arena, "a line of %s is over %d octets",
				    awaited[s->state], LIMIT_SMTP_LINE));
}

static char *quote(struct smtp *s, const char *data, size_t length)
{
	bool cut = length > QUOTED;
	char *text = smtp_line_raw_text(s->arena, data, cut ? QUOTED : length);
	return arena_printf(s->arena, "\"%s\"%s", text, cut ? " (cut)" : "");
}

/* The dialogue works but is of no use. 421 says that the server hangs up by itself. */
static enum smtp_step give_up(struct smtp *s, enum probe_failure failure, const char *error)
{
	if (s->code != 421)
		say(s, "QUIT", NULL);
	return fail(s, failure, error);
}

static const char *reply_error(struct smtp *s)
{
	return arena_printf(s->arena, "%s is %s", awaited[s->state],
	    quote(s, s->first_line, strlen(s->first_line)));
}

/* ---- What a whole reply means ---- */

/* RFC 5321 §4.2.1, §4.3.2: a client goes by the first digit. */
static enum smtp_step reply_received(struct smtp *s)
{
	int class = s->code / 100;
	if (s->state == STATE_QUIT)
		return enter(s, STATE_OVER);
	if (class != 2) {
		enum probe_failure refusal = s->state == STATE_STARTTLS
						 ? PROBE_FAILURE_STARTTLS_REFUSED
						 : PROBE_FAILURE_SMTP_REFUSED;
		return give_up(
		    s, class == 3 ? PROBE_FAILURE_SMTP_PROTOCOL : refusal, reply_error(s));
	}
	switch (s->state) {
	case STATE_GREETING: return enter(s, STATE_EHLO);
	case STATE_EHLO:
		s->facts->starttls = s->starttls;
		s->facts->starttls_small = s->starttls && !s->starttls_capitals;
		if (s->starttls)
			return enter(s, STATE_STARTTLS);
		return give_up(
		    s, PROBE_FAILURE_STARTTLS_MISSING, "the reply to EHLO does not offer STARTTLS");
	case STATE_STARTTLS:
		/* RFC 3207 §4.2, and CVE-2011-0411: nothing from before TLS may be used in it. */
		if (s->in.length)
			return injected(s);
		return enter(s, STATE_HANDSHAKE);
	case STATE_SECURE_EHLO: s->facts->requiretls = s->requiretls; return enter(s, STATE_QUIT);
	case STATE_HANDSHAKE:
	case STATE_QUIT:
	case STATE_OVER: break;
	}
	return SMTP_STEP_DONE;
}

/* ---- Reading replies ---- */

/* Firewalls that inspect SMTP write asterisks over most of the greeting. */
static bool is_starred(const struct smtp_line *line)
{
	size_t stars = 0;
	for (size_t i = 0; i < line->length; i++)
		stars += line->text[i] == '*';
	return stars >= 8 && 2 * stars > line->length;
}

/* And over a keyword that they do not let pass: XXXXXXXA for STARTTLS, X for each character but
 * one.
 */
static bool is_crossed_out(const struct smtp_line *line)
{
	size_t length = word_length(line), crosses = 0;
	while (crosses < length && line->text[crosses] == 'X')
		crosses++;
	return length >= 4 &&
	       (crosses == length || (crosses + 1 == length && line->text[crosses] >= 'A' &&
					 line->text[crosses] <= 'Z'));
}

static void note_ehlo_line(struct smtp *s, const struct smtp_line *line)
{
	if (s->lines > 1) {
		s->facts->inspected |= s->state == STATE_EHLO && is_crossed_out(line);
		bool starttls = smtp_line_is_keyword(line, "STARTTLS");
		s->starttls |= starttls;
		s->starttls_capitals |= starttls && memcmp(line->text, "STARTTLS", 8) == 0;
		s->requiretls = s->requiretls || smtp_line_is_keyword(line, "REQUIRETLS");
		return;
	}
	size_t length = word_length(line);
	s->facts->ehlo_name = length ? smtp_line_raw_text(s->arena, line->text, length) : NULL;
}

static void begin_reply(struct smtp *s, int code, const char *data, size_t length)
{
	s->code = code;
	s->first_line = smtp_line_raw_text(s->arena, data, length);
	s->starttls = false;
	s->starttls_capitals = false;
	s->requiretls = false;
	if (s->state == STATE_GREETING)
		s->facts->greeting = s->first_line;
}

static enum smtp_step line_received(struct smtp *s, const char *data, size_t length)
{
	struct smtp_line line;
	record_dialogue(s, 'S', data, length);
	if (!smtp_line_parse(data, length, &line))
		return fail_protocol(s, arena_printf(s->arena, "%s is not an SMTP reply: %s",
					    awaited[s->state], quote(s, data, length)));
	if (s->lines == 0)
		begin_reply(s, line.code, data, length);
	if (line.code != s->code)
		return fail_protocol(s, arena_printf(s->arena, "%s mixes the codes %d and %d",
					    awaited[s->state], s->code, line.code));
	if (++s->lines > LIMIT_SMTP_REPLY_LINES)
		return fail_protocol(s, arena_printf(s->arena, "%s has over %d lines",
					    awaited[s->state], LIMIT_SMTP_REPLY_LINES));
	if (s->state == STATE_GREETING)
		s->facts->inspected |= is_starred(&line);
	bool to_ehlo = s->state == STATE_EHLO || s->state == STATE_SECURE_EHLO;
	if (to_ehlo && s->code / 100 == 2)
		note_ehlo_line(s, &line);
	if (!line.last)
		return SMTP_STEP_READ;
	s->lines = 0;
	return reply_received(s);
}

/* RFC 5321 §2.3.8 knows CRLF only; a bare LF ends a line here too, as with most clients. */
static enum smtp_step take_line(struct smtp *s, const char *end)
{
	size_t whole = (size_t)(end - s->in.data) + 1;
	if (whole > LIMIT_SMTP_LINE)
		return line_too_long(s);
	size_t length = whole - 1;
	if (length > 0 && s->in.data[length - 1] == '\r')
		length--;
	char line[LIMIT_SMTP_LINE];
	memcpy(line, s->in.data, length);
	buffer_consume(&s->in, whole);
	return line_received(s, line, length);
}

/* ---- Interface ---- */

struct smtp *smtp_create(
    struct arena *arena, const char *ehlo, bool keep_dialogue, struct probe *facts)
{
	struct smtp *s = memory_alloc(sizeof *s);
	s->arena = arena;
	s->ehlo = ehlo;
	s->keep_dialogue = keep_dialogue;
	s->facts = facts;
	(void)enter(s, STATE_GREETING); /* nothing to do but read */
	return s;
}

void smtp_note_dialogue(struct smtp *s)
{
	if (s->dialogue.length)
		s->facts->dialogue = arena_strdup(s->arena, buffer_text(&s->dialogue));
}

void smtp_destroy(struct smtp *s)
{
	if (!s)
		return;
	smtp_note_dialogue(s);
	buffer_reset(&s->in);
	buffer_reset(&s->out);
	buffer_reset(&s->dialogue);
	free(s);
}

struct buffer *smtp_output(struct smtp *s)
{
	return &s->out;
}

enum smtp_step smtp_input(struct smtp *s, const void *data, size_t length)
{
	enum smtp_step step = SMTP_STEP_READ;
	buffer_add(&s->in, data, length);
	while (step == SMTP_STEP_READ) {
		if (s->state == STATE_HANDSHAKE)
			return injected(s);
		const char *end = s->in.length ? memchr(s->in.data, '\n', s->in.length) : NULL;
		if (!end)
			return s->in.length >= LIMIT_SMTP_LINE ? line_too_long(s) : step;
		step = take_line(s, end);
	}
	return step;
}

enum smtp_step smtp_secured(struct smtp *s)
{
	return enter(s, STATE_SECURE_EHLO);
}

enum smtp_step smtp_ended(struct smtp *s, bool timed_out, const char *why)
{
	if (s->state == STATE_SECURE_EHLO)
		s->facts->ehlo_unanswered = true;
	if (s->state == STATE_SECURE_EHLO || s->state == STATE_QUIT)
		return enter(s, STATE_OVER);
	s->facts->timed_out = timed_out;
	if (timed_out)
		return fail(s, PROBE_FAILURE_SMTP_PROTOCOL,
		    arena_printf(s->arena, "%s did not come in time", awaited[s->state]));
	return fail(s, PROBE_FAILURE_SMTP_REFUSED,
	    arena_printf(s->arena, "the connection ended before %s%s%s", awaited[s->state],
		why ? ": " : "", why ? why : ""));
}
