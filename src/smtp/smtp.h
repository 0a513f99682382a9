/*
 * smtp.h - the client's side of an SMTP session up to and after STARTTLS (RFC 5321, RFC 3207), as a
 * function of state and input bytes: no socket, no clock.
 *
 * The owner feeds what it read, sends what `smtp_output` holds, and acts on the step that it is
 * given. A step with new output begins a new wait, hence a new --timeout.
 *
 * The stage in the facts is the one that was entered last: "greeting" while the greeting is waited
 * for, "ehlo" once EHLO was said, and so on. "handshake" lasts until the second EHLO is answered.
 */
#ifndef MXDANE_SMTP_H
#define MXDANE_SMTP_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buffer.h"
#include "model.h"

enum smtp_step {
	SMTP_STEP_READ,      /* more input is needed (send pending output first) */
	SMTP_STEP_HANDSHAKE, /* 220 to STARTTLS: begin TLS, then call smtp_secured */
	SMTP_STEP_DONE,      /* all is known, QUIT was answered or cannot be: close */
	SMTP_STEP_FAILED, /* facts hold stage, failure and error; a QUIT may be in the output: send
			     it, wait for nothing, close */
};

struct smtp;

/*
 * Begins to wait for the greeting. Facts are recorded into `facts` (stage, failure, timed_out,
 * error, greeting, ehlo_name, starttls, requiretls, ehlo_unanswered, dialogue), text in `arena`;
 * both and `ehlo` must outlive the session. Text is raw but for a NUL, which is written \x00.
 * `keep_dialogue` records the transcript too.
 */
struct smtp *smtp_create(
    struct arena *arena, const char *ehlo, bool keep_dialogue, struct probe *facts);
/* Puts the transcript into the facts. NULL is allowed. */
void smtp_destroy(struct smtp *smtp);
/* Puts the transcript so far into the facts. */
void smtp_note_dialogue(struct smtp *smtp);

/* What is to be sent now; the owner consumes it with buffer_consume as it is written. */
struct buffer *smtp_output(struct smtp *smtp);
/*
 * Bytes from the server, in the clear or, after smtp_secured, from inside TLS. Between
 * SMTP_STEP_HANDSHAKE and smtp_secured any byte is the failure PROBE_FAILURE_INJECTION.
 */
enum smtp_step smtp_input(struct smtp *smtp, const void *data, size_t length);
/* The TLS handshake is done: what was learned in the clear is forgotten, EHLO is said again. */
enum smtp_step smtp_secured(struct smtp *smtp);
/*
 * The connection ended or timed out (`timed_out`); records which failure that is at the present
 * stage. `why` may be NULL. After the handshake it is none: the facts are complete.
 */
enum smtp_step smtp_ended(struct smtp *smtp, bool timed_out, const char *why);

struct smtp_line {
	int code; /* 200 to 599 */
	bool last;
	const char *text; /* after the code; not NUL-terminated */
	size_t length;
};

/* False if that is no line of a reply. `data` is without the line's end, and is pointed into. */
bool smtp_line_parse(const char *data, size_t length, struct smtp_line *line);
/* True if the first word is `keyword`, in any case (RFC 5321 §2.4). */
bool smtp_line_is_keyword(const struct smtp_line *line, const char *keyword);

/* Bytes as a fact's text: raw, but a NUL is written \x00, so that nothing behind it is lost. */
char *smtp_line_raw_text(struct arena *arena, const char *data, size_t length);

#endif
