/*
 * ascii.h - letters and digits of protocol text: ASCII alone, whatever the locale (RFC 4343 §3).
 */
#ifndef MXDANE_ASCII_H
#define MXDANE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool ascii_is_digit(uint8_t c);
bool ascii_is_alphanumeric(uint8_t c);
bool ascii_is_hex(uint8_t c);

uint8_t ascii_lower(uint8_t c);
void ascii_lower_text(char *text);
void ascii_upper_text(char *text);

/*
 * Equal but for the case of letters. The comparison stops at the first difference, so `length` may
 * be that of the longer of two C strings.
 */
bool ascii_equal(const void *a, const void *b, size_t length);

#endif
