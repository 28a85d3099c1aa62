/* Decimal numbers in texts, whatever the locale: where an embedding program has set one with a decimal comma, strtod
 * reads "0.5" as 0. */
#ifndef PNEUMOSCOPE_DECIMAL_H
#define PNEUMOSCOPE_DECIMAL_H

#include <stddef.h>

/* The whole text as a number, sign, fraction and exponent included; NaN for anything else, and for what is no finite
 * number. */
double decimal_parse(const char *text, size_t nbytes);

#endif
