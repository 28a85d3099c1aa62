#include "image/colour.h"

#include "tests.h"

#include <math.h>

enum { MOST = 67, GUARD = 0xa5 };

static double clamped(double x) { return fmin(fmax(x, 0.0), 255.0); }

/* ITU-T T.871, rounded to bytes, then ITU-R BT.601. */
static double grey_of_ycc(double y, double cb, double cr) {
    double red = clamped(floor(y + 1.402 * (cr - 128) + 0.5)), blue = clamped(floor(y + 1.772 * (cb - 128) + 0.5));
    double green = clamped(floor(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128) + 0.5));
    return 0.299 * red + 0.587 * green + 0.114 * blue;
}

static void test_every_chroma_over_some_greys(void **state) {
    (void)state;
    for (unsigned y = 0; y < 256; y += 15)
        for (unsigned cb = 0; cb < 256; cb++) {
            uint8_t ys[256], cbs[256], crs[256], grey[256];
            for (unsigned cr = 0; cr < 256; cr++) {
                ys[cr] = (uint8_t)y;
                cbs[cr] = (uint8_t)cb;
                crs[cr] = (uint8_t)cr;
            }
            assert_true(colour_from_ycc(grey, ys, cbs, crs, 256));
            for (unsigned cr = 0; cr < 256; cr++) /* half a level, and one of green where the factors' digits end */
                assert_true(fabs(grey[cr] - grey_of_ycc(y, cb, cr)) <= 0.5 + 0.6);
        }
}

/* Rows of every length: each pixel its own grey, nothing written behind the last. */
static void test_grey_stays_as_it_is(void **state) {
    (void)state;
    uint8_t y[MOST], neutral[MOST], grey[MOST + 1];
    for (size_t i = 0; i < MOST; i++) {
        y[i] = (uint8_t)(i * 37);
        neutral[i] = 128;
    }
    for (size_t n = 1; n <= MOST; n++) {
        grey[n] = GUARD;
        assert_false(colour_from_ycc(grey, y, neutral, neutral, n));
        assert_memory_equal(grey, y, n);
        assert_false(colour_from_rgb(grey, y, y, y, n));
        assert_memory_equal(grey, y, n);
        assert_int_equal(grey[n], GUARD);
    }
}

/* One pixel anywhere decides, and only where two of its channels are more than the tolerance apart. */
static void test_one_coloured_pixel(void **state) {
    (void)state;
    for (size_t at = 0; at < MOST; at++)
        for (int excess = 0; excess <= 1; excess++) {
            uint8_t channels[3][MOST], grey[MOST];
            for (size_t i = 0; i < MOST; i++)
                channels[0][i] = channels[1][i] = channels[2][i] = (uint8_t)(100 + i);
            channels[at % 3][at] = (uint8_t)(channels[at % 3][at] + COLOUR_TOLERANCE + excess);
            assert_int_equal(colour_from_rgb(grey, channels[0], channels[1], channels[2], MOST), excess);
            assert_int_equal(grey[at], colour_luminance(channels[0][at], channels[1][at], channels[2][at]));
        }
}

int colour_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_chroma_over_some_greys),
        cmocka_unit_test(test_grey_stays_as_it_is),
        cmocka_unit_test(test_one_coloured_pixel),
    };
    return cmocka_run_group_tests_name("colour", tests, NULL, NULL);
}
