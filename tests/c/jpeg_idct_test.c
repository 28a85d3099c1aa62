#include "image/jpeg/idct.h"

#include "tests.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The definition (ITU-T T.81, A.3.3), in double. */
static double inverse_dct_at(const int16_t coefficients[64], size_t x, size_t y) {
    double sum = 0.0;
    for (size_t v = 0; v < 8; v++)
        for (size_t u = 0; u < 8; u++)
            sum += (u ? 1.0 : sqrt(0.5)) * (v ? 1.0 : sqrt(0.5)) * coefficients[8 * v + u] *
                   cos((2.0 * (double)x + 1.0) * (double)u * acos(-1.0) / 16.0) *
                   cos((2.0 * (double)y + 1.0) * (double)v * acos(-1.0) / 16.0);
    return fmin(fmax(sum / 4.0 + 128.0, 0.0), 255.0);
}

static void assert_near_definition(const int16_t coefficients[64]) {
    enum { STRIDE = 11, GUARD = 0xa5 };
    uint8_t out[8 * STRIDE];
    int16_t copy[64];
    memset(out, GUARD, sizeof out);
    memcpy(copy, coefficients, sizeof copy);
    jpeg_idct(out, STRIDE, copy);
    for (size_t y = 0; y < 8; y++) {
        for (size_t x = 0; x < 8; x++) /* half a level for the last rounding, a quarter for the one between */
            assert_true(fabs(out[y * STRIDE + x] - inverse_dct_at(coefficients, x, y)) <= 0.75);
        for (size_t x = 8; x < STRIDE; x++)
            assert_int_equal(out[y * STRIDE + x], GUARD);
    }
}

static void test_every_frequency_alone(void **state) {
    (void)state;
    static const int16_t values[] = {-1000, -37, -1, 0, 1, 64, 999};
    for (size_t i = 0; i < 64; i++) {
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++) {
            int16_t coefficients[64] = {0};
            coefficients[i] = values[j];
            assert_near_definition(coefficients);
        }
    }
}

static void test_blocks_as_films_have_them(void **state) {
    (void)state;
    uint32_t noise = 1;
    for (int repeat = 0; repeat < 200; repeat++) {
        int16_t coefficients[64];
        for (int i = 0; i < 64; i++) { /* large at low frequencies, small at high ones */
            noise = noise * 1664525u + 1013904223u;
            coefficients[i] = (int16_t)((int32_t)(noise >> 20) - 2048) / (int16_t)(1 + (i % 8 + i / 8) * 3);
        }
        assert_near_definition(coefficients);
    }
}

static void test_flat_and_saturated(void **state) {
    (void)state;
    static const struct {
        int16_t dc;
        uint8_t sample;
    } cases[] = {{0, 128}, {8, 129}, {-8, 127}, {1016, 255}, {-1024, 0}, {32767, 255}, {-32768, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int16_t coefficients[64] = {cases[i].dc};
        uint8_t out[64];
        jpeg_idct(out, 8, coefficients);
        for (size_t k = 0; k < 64; k++)
            assert_int_equal(out[k], cases[i].sample);
    }
}

/* Coefficients that no sound file has: any picture will do, undefined behaviour will not. */
static void test_the_largest_coefficients(void **state) {
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        int16_t coefficients[64];
        uint8_t out[64];
        for (int i = 0; i < 64; i++)
            coefficients[i] = (int16_t)(sign * (i % 2 ? 32767 : -32767));
        jpeg_idct(out, 8, coefficients);
    }
}

/* Numbers of any size, as damaged files have them, and the two ends of 16 bits, alone and among zeros. */
static void test_plain_c_gives_the_same_bits(void **state) {
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        int16_t coefficients[64], copy[64];
        uint8_t fast[64], plain[64];
        for (size_t i = 0; i < 64; i++) {
            seed = seed * 1664525u + 1013904223u;
            int16_t any = (int16_t)(seed >> 16);
            bool is_zero = round % 4 == 1 && (seed >> 8) % 8 != 0;
            coefficients[i] = (int16_t)(is_zero          ? 0
                                        : round % 4 == 2 ? any / 256
                                        : round % 4 == 3 ? (any < 0 ? INT16_MIN : INT16_MAX)
                                                         : any);
            if (round % 16 == 5 && i > 0)
                coefficients[i] = 0;
        }
        memcpy(copy, coefficients, sizeof copy);
        jpeg_idct(fast, 8, copy);
        memcpy(copy, coefficients, sizeof copy);
        jpeg_idct_plain(plain, 8, copy);
        assert_memory_equal(fast, plain, sizeof fast);
    }
}

int jpeg_idct_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_c_gives_the_same_bits), cmocka_unit_test(test_every_frequency_alone),
        cmocka_unit_test(test_blocks_as_films_have_them),   cmocka_unit_test(test_flat_and_saturated),
        cmocka_unit_test(test_the_largest_coefficients),
    };
    return cmocka_run_group_tests_name("jpeg_idct", tests, NULL, NULL);
}
