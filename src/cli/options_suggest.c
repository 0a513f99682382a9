/* options_suggest.c - owns the guess at what a mistyped word was meant to be. */
#include <string.h>

#include "options_table.h"

enum { LONGEST_WORD = 64, MOST_SUGGESTIONS = 4 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;
	return ab < c ? ab : c;
}

/* How many letters must be put in, left out or changed to make one word the other (Levenshtein);
 * both shorter than LONGEST_WORD. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[LONGEST_WORD];
	size_t columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < columns; j++) {
			size_t above = row[j + 1];
			row[j + 1] = least(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[columns];
}

static bool is_near(const char *word, const char *candidate)
{
	size_t length = strlen(word);
	if (length < 3 || length >= LONGEST_WORD || strlen(candidate) >= LONGEST_WORD)
		return false;
	return strstr(candidate, word) || edit_distance(word, candidate) <= (length + 2) / 4;
}

const char *options_suggest(
    struct arena *arena, const char *word, const char *const *words, size_t count)
{
	const char *list = "";
	size_t found = 0;

	for (size_t i = 0; i < count && found < MOST_SUGGESTIONS; i++) {
		if (is_near(word, words[i]))
			list = arena_printf(arena, "%s%s%s", list, found++ ? ", " : "", words[i]);
	}
	return found ? arena_printf(arena, " (did you mean %s?)", list) : "";
}
