/* Reads decimal numbers in every locale. strtod reads "0.5" as 0 if the program has set a locale with a decimal comma.
 */
#ifndef PNEUMOSCOPE_DECIMAL_H
#define PNEUMOSCOPE_DECIMAL_H

#include <stddef.h>

/* The number that fills the text. It may have a sign, a fraction and an exponent. NaN for anything else, also for a
 * number that is not finite. */
double decimal_parse(const char *text, size_t nbytes);

#endif
