/*
 * smtp.h - the client's side of an SMTP session up to and after STARTTLS (RFC 5321, RFC 3207), as a
 * function of state and input bytes: no socket, no clock.
 *
 * The owner feeds what it read, sends what `smtp_output` holds, and acts on the step that it is
 * given.
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
	SMTP_STEP_QUIT, /* all is known; QUIT is in the output: send it and close, wait for nothing
			 */
	SMTP_STEP_FAILED, /* facts hold stage, failure and error; a QUIT may be in the output */
};

struct smtp;

/* Facts are recorded into `facts` (stage, failure, error, greeting, ehlo_name, starttls,
 * requiretls), text in `arena`; both must outlive the session. `keep_dialogue` records the
 * transcript too. */
struct smtp *smtp_create(
    struct arena *arena, const char *ehlo, bool keep_dialogue, struct probe *facts);
void smtp_destroy(struct smtp *smtp);

/* What is to be sent now; the owner consumes it with buffer_consume as it is written. */
struct buffer *smtp_output(struct smtp *smtp);
/* Bytes from the server, in the clear or, after smtp_secured, from inside TLS. */
enum smtp_step smtp_input(struct smtp *smtp, const void *data, size_t length);
/* The TLS handshake is done: what was learned in the clear is forgotten, EHLO is said again. */
enum smtp_step smtp_secured(struct smtp *smtp);
/* The connection ended or timed out (`timed_out`); records which failure that is at the present
 * stage. */
enum smtp_step smtp_ended(struct smtp *smtp, bool timed_out, const char *why);

#endif
