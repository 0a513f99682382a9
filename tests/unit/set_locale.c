/* Preloaded: takes the user's letters and decimal point before main, which neither the program nor
 * its tests do, but a library may. Ends the program where the locale is not there. */
#include <locale.h>
#include <stdlib.h>

static __attribute__((constructor)) void set_locale(void)
{
	if (!setlocale(LC_CTYPE, "") || !setlocale(LC_NUMERIC, ""))
		abort();
}
