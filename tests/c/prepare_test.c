#include "image/prepare.h"

#include "fixture_image.h"
#include "tests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t n, size_t size) {
    void *block = calloc(n, size);
    assert_non_null(block);
    return block;
}

/* A film of the pattern; its samples are freed by the caller. */
static image pattern_film(uint32_t width, uint32_t height, uint32_t orientation) {
    uint16_t *samples = allocate((size_t)width * height, sizeof *samples);
    for (size_t i = 0; i < (size_t)width * height; i++)
        samples[i] = (uint16_t)fixture_pattern(i, 16);
    image film;
    detail why;
    assert_int_equal(image_lend(&film, samples, width, height, 16, UINT64_MAX, &why), PNEUMOSCOPE_OK);
    film.orientation = orientation;
    return film;
}

/* The resampled film, with no byte of memory to spare, over what was there before. */
static float *resample(const image *film, uint32_t width, uint32_t height) {
    float *out = allocate((size_t)width * height, sizeof *out);
    void *scratch = allocate(prepare_scratch_nbytes(width > height ? width : height), 1);
    for (size_t i = 0; i < (size_t)width * height; i++)
        out[i] = 7.0f;
    prepare_resample(film, width, height, out, scratch);
    for (size_t i = 0; i < (size_t)width * height; i++)
        out[i] = image_share(film, out[i]);
    free(scratch);
    return out;
}

/* ---- the oracle: Pillow's definition in doubles, over every input pixel ---- */

/* f64[out][in]: how much of each input pixel is in each output pixel. */
static double *weights(uint32_t in, uint32_t out) {
    double *matrix = allocate((size_t)in * out, sizeof *matrix), scale = (double)in / out;
    for (uint32_t to = 0; to < out; to++) {
        double sum = 0.0, *row = matrix + (size_t)to * in;
        for (uint32_t from = 0; from < in; from++) {
            double distance = fabs(from + 0.5 - (to + 0.5) * scale) / fmax(scale, 1.0);
            sum += row[from] = fmax(0.0, 1.0 - distance);
        }
        for (uint32_t from = 0; from < in; from++)
            row[from] /= sum;
    }
    return matrix;
}

/* Where upright pixel (x, y) of a film stored as width x height lies there: EXIF 2.32, figures of tag 0x0112. */
static size_t stored_at(uint32_t orientation, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
    uint32_t right = width - 1, bottom = height - 1;
    const uint32_t places[8][2] = {
        {x, y}, {right - x, y},  {right - x, bottom - y}, {x, bottom - y},
        {y, x}, {y, bottom - x}, {right - y, bottom - x}, {right - y, x},
    };
    return (size_t)places[orientation - 1][1] * width + places[orientation - 1][0];
}

static double *upright(const image *film, uint32_t *width, uint32_t *height) {
    const uint16_t *samples = film->samples;
    double *out = allocate((size_t)film->width * film->height, sizeof *out), *at = out;
    *width = film->orientation < 5 ? film->width : film->height;
    *height = film->orientation < 5 ? film->height : film->width;
    for (uint32_t y = 0; y < *height; y++)
        for (uint32_t x = 0; x < *width; x++)
            *at++ = samples[stored_at(film->orientation, x, y, film->width, film->height)] / 65535.0;
    return out;
}

static float *oracle(const image *film, uint32_t width, uint32_t height) {
    uint32_t in_width, in_height;
    double *in = upright(film, &in_width, &in_height);
    double *across = weights(in_width, width), *down = weights(in_height, height);
    double *narrow = allocate((size_t)in_height * width, sizeof *narrow);
    float *out = allocate((size_t)width * height, sizeof *out);
    for (uint32_t y = 0; y < in_height; y++)
        for (uint32_t x = 0; x < width; x++)
            for (uint32_t i = 0; i < in_width; i++)
                narrow[(size_t)y * width + x] += in[(size_t)y * in_width + i] * across[(size_t)x * in_width + i];
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            double sum = 0.0;
            for (uint32_t i = 0; i < in_height; i++)
                sum += narrow[(size_t)i * width + x] * down[(size_t)y * in_height + i];
            out[(size_t)y * width + x] = (float)sum;
        }
    free(in);
    free(across);
    free(down);
    free(narrow);
    return out;
}

static void assert_like_oracle(uint32_t film_width, uint32_t film_height, uint32_t orientation, uint32_t width,
                               uint32_t height) {
    image film = pattern_film(film_width, film_height, orientation);
    float *got = resample(&film, width, height), *expected = oracle(&film, width, height);
    assert_floats_near(got, expected, (size_t)width * height, 1e-5f);
    free(got);
    free(expected);
    free((void *)film.samples);
}

/* ---- tests ---- */

static void test_like_pillow(void **state) {
    (void)state;
    static const uint32_t cases[][4] = {
        /* film, output */
        {31, 17, 31, 17},  {31, 17, 10, 7},   {31, 17, 96, 101},  {31, 17, 64, 5}, {31, 17, 5, 64}, {1, 1, 5, 3},
        {1, 300, 32, 32},  {300, 1, 32, 32},  {1, 9, 1, 1},       {9, 1, 1, 1},    {2, 2, 3, 3},    {97, 89, 96, 88},
        {95, 87, 96, 88},  {1500, 3, 17, 5},  {3, 1500, 5, 17},   {1030, 3, 2, 2}, {257, 2, 1, 1},  {513, 511, 1, 1},
        {65535, 1, 32, 2}, {1, 65535, 2, 32}, {640, 480, 96, 96},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_like_oracle(cases[i][0], cases[i][1], 1, cases[i][2], cases[i][3]);
}

static void test_every_orientation(void **state) {
    (void)state;
    static const uint32_t cases[][4] = {{31, 17, 10, 7},  {31, 17, 40, 50}, {17, 31, 9, 9},
                                        {300, 2, 16, 16}, {1, 5, 3, 7},     {65, 64, 64, 65}};
    for (uint32_t orientation = 1; orientation <= 8; orientation++)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            assert_like_oracle(cases[i][0], cases[i][1], orientation, cases[i][2], cases[i][3]);
}

/* A film of the output's size is only turned: every sample arrives as it is. */
static void test_same_size_is_exact(void **state) {
    (void)state;
    for (uint32_t orientation = 1; orientation <= 8; orientation++) {
        image film = pattern_film(37, 23, orientation);
        uint32_t width, height;
        double *expected = upright(&film, &width, &height);
        float *got = resample(&film, width, height);
        for (size_t i = 0; i < (size_t)width * height; i++)
            if (lround((double)got[i] * 65535) != lround(expected[i] * 65535) ||
                fabs((double)got[i] - expected[i]) > 1e-7)
                fail_msg("orientation %u: element %zu is %g instead of %g", orientation, i, (double)got[i],
                         expected[i]);
        free(expected);
        free(got);
        free((void *)film.samples);
    }
}

static void test_constant_film(void **state) {
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {3, 1000}, {1000, 3}, {224, 224}, {225, 223}, {50, 60}};
    static const uint16_t levels[] = {0, 1, 12345, 65535};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t level = 0; level < sizeof levels / sizeof levels[0]; level++) {
            image film = pattern_film(sizes[i][0], sizes[i][1], 1 + (uint32_t)i);
            uint16_t *samples = (uint16_t *)film.samples;
            for (size_t at = 0; at < (size_t)film.width * film.height; at++)
                samples[at] = levels[level];
            float *got = resample(&film, 96, 64);
            for (size_t at = 0; at < 96 * 64; at++)
                if (fabs((double)got[at] * 65535 - levels[level]) > 0.1)
                    fail_msg("%u became %g", levels[level], (double)got[at] * 65535);
            free(got);
            free(samples);
        }
}

/* A ramp from 30000 to 30063 of 65535 lies within one 8-bit level; it must come out as a ramp. */
static void test_16_bit_steps_survive(void **state) {
    (void)state;
    enum { WIDTH = 64 * 8, OUT = 64 };
    uint16_t samples[3 * WIDTH];
    for (size_t i = 0; i < 3 * WIDTH; i++)
        samples[i] = (uint16_t)(30000 + i % WIDTH / 8);
    image film;
    detail why;
    assert_int_equal(image_lend(&film, samples, WIDTH, 3, 16, UINT64_MAX, &why), PNEUMOSCOPE_OK);
    float *got = resample(&film, OUT, 2);
    for (size_t i = 1; i < OUT - 1; i++)
        if (fabs((double)got[i] * 65535 - (30000.0 + (double)i)) > 0.1)
            fail_msg("step %zu is at %g", i, (double)got[i] * 65535);
    free(got);
}

int prepare_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_pillow),          cmocka_unit_test(test_every_orientation),
        cmocka_unit_test(test_same_size_is_exact),   cmocka_unit_test(test_constant_film),
        cmocka_unit_test(test_16_bit_steps_survive),
    };
    return cmocka_run_group_tests_name("prepare", tests, NULL, NULL);
}
