#include "decimal.h"

#include <math.h>

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* An exponent, cut off where no double reaches; *ok is 0 without a digit. */
static int exponent_of(const char **at, const char *end, int *ok) {
    int sign = 1, value = 0, n = 0;
    if (*at < end && (**at == '+' || **at == '-'))
        sign = *(*at)++ == '-' ? -1 : 1;
    for (; *at < end && is_digit(**at); ++*at, n++)
        value = value < 10000 ? 10 * value + (**at - '0') : value;
    *ok = n > 0;
    return sign * value;
}

double decimal_parse(const char *text, size_t nbytes) {
    const char *at = text, *end = text + nbytes;
    double value = 0, sign = 1;
    int exponent = 0, ndigits = 0, fraction = 0, ok = 1;
    if (at < end && (*at == '+' || *at == '-'))
        sign = *at++ == '-' ? -1 : 1;
    for (; at < end && (is_digit(*at) || (*at == '.' && !fraction)); at++) {
        if (*at == '.') {
            fraction = 1;
            continue;
        }
        if (value < 1e17) { /* more digits than a double has change nothing but the exponent */
            value = 10 * value + (*at - '0');
            exponent -= fraction;
        } else {
            exponent += !fraction;
        }
        ndigits++;
    }
    if (ndigits > 0 && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        exponent += exponent_of(&at, end, &ok);
    }
    if (ndigits == 0 || at < end || !ok)
        return (double)NAN;
    /* A power of ten up to the 22nd is exact, and so is the sum of digits below 2^53: one rounding is left. */
    double scaled = exponent < -300 ? value / 1e300 / pow(10, -exponent - 300)
                    : exponent < 0  ? value / pow(10, -exponent)
                                    : value * pow(10, exponent);
    return isfinite(scaled) ? sign * scaled : (double)NAN;
}
