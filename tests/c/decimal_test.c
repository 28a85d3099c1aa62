#include "decimal.h"

#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double parse(const char *text) { return decimal_parse(text, strlen(text)); }

static void test_numbers(void **state) {
    (void)state;
    static const char *const texts[] = {"0",        "-0.5",   "+3",     "1.",    ".25",  "0.404863",        "112.62856",
                                        "3399.262", "1e3",    "2.5E-1", "-1e-5", "1e22", "123456789012345", "0.1",
                                        "1e-300",   "1.7e308"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double wanted = strtod(texts[i], NULL); /* in the locale "C" */
        double off = fabs(parse(texts[i]) - wanted);
        if (off > fabs(wanted) * 3e-16)
            fail_msg("%s is read as %.17g", texts[i], parse(texts[i]));
    }
}

/* Sums of digits below 2^53 and powers of ten up to the 22nd are rounded once: what programs write comes back exactly.
 */
static void test_what_is_written_is_read(void **state) {
    (void)state;
    char text[64];
    for (int i = 1; i < 2000; i++) {
        double value = i * 0.0137 / (1 + i % 7);
        snprintf(text, sizeof text, "%.12g", value);
        assert_true(parse(text) == strtod(text, NULL));
        snprintf(text, sizeof text, "%.9g", (double)(float)value);
        assert_true((float)parse(text) == (float)value);
    }
}

static void test_what_is_no_number(void **state) {
    (void)state;
    static const char *const texts[] = {"",    " 1",  "1 ",    "nan", "inf",   "0x10", "1,5", "1e",
                                        "1e+", "--1", "1.2.3", ".",   "1e999", "e5",   "5x"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!isnan(parse(texts[i])))
            fail_msg("\"%s\" is read as %g", texts[i], parse(texts[i]));
    assert_true(parse("1e-999") == 0.0);
    assert_true(decimal_parse("12345", 2) == 12.0);
}

int decimal_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_what_is_no_number),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
