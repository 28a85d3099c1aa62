/* A film's own grey range: its percentiles, and that a reader whose model stretches levels reads any linear rescaling
 * of a film as the same film. */
#include "image/levels.h"

#include "fixture_image.h"
#include "fixture_model.h"
#include "pneumoscope.h"
#include "tests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 96, FILM = 150 };

static const model_spec stretching = {.metadata = ", \"levels\": \"percentile-1-99\""};

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static double by_sorting(const float *values, size_t n, double share) {
    float *sorted = malloc(n * sizeof *sorted);
    memcpy(sorted, values, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    double rank = share * (double)(n - 1), below = floor(rank);
    size_t at = (size_t)below, next = at + 1 < n ? at + 1 : at;
    double found = (double)sorted[at] + (rank - below) * ((double)sorted[next] - (double)sorted[at]);
    free(sorted);
    return found;
}

/* Noise; few greys, many times each; sorted, either way; all the same. */
static void fill(float *values, size_t n, int kind, uint32_t *seed) {
    for (size_t i = 0; i < n; i++) {
        float noise = fixture_noise(seed);
        values[i] = kind == 0   ? noise
                    : kind == 1 ? floorf(noise * 3) / 3
                    : kind == 2 ? (float)i / (float)n
                    : kind == 3 ? 1 - (float)i / (float)n
                                : 0.25f;
    }
}

static void test_percentiles_are_those_of_sorting(void **state) {
    (void)state;
    const size_t sizes[] = {1, 2, 3, 99, 100, 101, 1000, SIDE * SIDE};
    static float values[SIDE * SIDE], scratch[SIDE * SIDE], kept[SIDE * SIDE];
    uint32_t seed = 21;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int kind = 0; kind < 5; kind++) {
            size_t n = sizes[i];
            fill(values, n, kind, &seed);
            memcpy(kept, values, n * sizeof *values);
            levels l = levels_measure(values, n, scratch);
            assert_true(fabs((double)l.low - by_sorting(values, n, 0.01)) < 1e-7);
            assert_true(fabs((double)l.high - by_sorting(values, n, 0.99)) < 1e-7);
            assert_memory_equal(values, kept, n * sizeof *values);
        }
}

static void test_levels_become_black_and_white(void **state) {
    (void)state;
    float grey[] = {0.1f, 0.2f, 0.35f, 0.5f, 0.9f}, same[] = {0.3f, 0.3f};
    levels_stretch(grey, 5, (levels){0.2f, 0.5f});
    const float expected[] = {0, 0, 0.5f, 1, 1};
    assert_floats_near(grey, expected, 5, 1e-6f);
    levels_stretch(same, 2, (levels){0.3f, 0.3f});
    assert_true(same[0] == 0.3f && same[1] == 0.3f);
}

/* ---- through a reader ---- */

static pneumoscope *make(const model_spec *spec) {
    pneumoscope *p;
    bytes file = fixture_model(spec);
    if (pneumoscope_create(&p, file.data, file.nbytes, &(pneumoscope_options){.view_side = 64}))
        fail_msg("%s", pneumoscope_last_detail(p));
    free(file.data);
    return p;
}

/* A smooth film with a little grain, 0..1. */
static double film_at(size_t x, size_t y, uint32_t *seed) {
    double wave = 0.5 + 0.3 * sin((double)x / 17) * cos((double)y / 23) + 0.15 * sin((double)(x + y) / 7);
    return wave + 0.02 * (double)fixture_noise(seed);
}

/* The film with greys from `black` to `white` of what `bits` can hold. */
static pneumoscope_findings read_scaled(pneumoscope *p, double black, double white, uint32_t bits) {
    static uint16_t grey[FILM * FILM];
    uint32_t seed = 9;
    double most = (double)((1u << bits) - 1);
    for (size_t y = 0; y < FILM; y++)
        for (size_t x = 0; x < FILM; x++)
            grey[y * FILM + x] = (uint16_t)((black + (white - black) * film_at(x, y, &seed)) * most + 0.5);
    pneumoscope_findings f;
    if (pneumoscope_read_grey(p, grey, FILM, FILM, bits, &f))
        fail_msg("%s", pneumoscope_last_detail(p));
    return f;
}

static void test_a_rescaled_film_is_the_same_film(void **state) {
    (void)state;
    const struct {
        double black, white;
        uint32_t bits;
        float tolerance;
    } cases[] = {
        {0, 1, 8, 0.02f},         {0.25, 0.75, 8, 0.04f},  {0, 1, 10, 0.01f},      {0, 1, 12, 0.01f},
        {0, 1.0 / 16, 16, 0.01f}, {0, 1.0 / 4, 16, 0.01f}, {0.9, 0.95, 16, 0.01f}, {0, 1.0 / 64, 16, 0.02f},
    };
    pneumoscope *p = make(&stretching);
    pneumoscope_findings whole = read_scaled(p, 0, 1, 16);
    float logit = whole.logit;
    assert_int_equal(whole.scope_reasons, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pneumoscope_findings f = read_scaled(p, cases[i].black, cases[i].white, cases[i].bits);
        if (!(fabsf(f.logit - logit) <= cases[i].tolerance))
            fail_msg("case %zu: %g and %g", i, (double)f.logit, (double)logit);
        assert_int_equal(f.scope_reasons, 0);
        assert_int_equal(f.bits, cases[i].bits);
        assert_true((double)f.level_black > cases[i].black && (double)f.level_white < cases[i].white);
    }
    pneumoscope_destroy(p);
}

/* The input is stretched, the view is the film as it is. */
static void test_input_is_stretched_and_the_view_is_not(void **state) {
    (void)state;
    pneumoscope *p = make(&stretching);
    pneumoscope_findings f = read_scaled(p, 0.4, 0.5, 16);
    float least = 1, most = 0;
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        least = f.input[i] < least ? f.input[i] : least;
        most = f.input[i] > most ? f.input[i] : most;
    }
    assert_true(least == 0.0f && most == 1.0f);
    for (size_t i = 0; i < 64 * 64; i++)
        assert_true(f.view[i] > 0.4 * 65535 && f.view[i] < 0.5 * 65535);
    pneumoscope_destroy(p);
    p = make(&(model_spec){0});
    f = read_scaled(p, 0.25, 0.75, 16);
    assert_true(f.level_black == 0.0f && f.level_white == 1.0f);
    pneumoscope_destroy(p);
}

static void test_a_film_of_one_grey_or_of_noise_is_blank(void **state) {
    (void)state;
    static uint16_t grey[FILM * FILM];
    pneumoscope *p = make(&stretching);
    pneumoscope_findings f;
    uint32_t seed = 3;
    for (int kind = 0; kind < 3; kind++) { /* one grey; so little that 8 bits cannot tell; noise */
        uint32_t bits = kind == 2 ? 16 : 8;
        for (size_t i = 0; i < FILM * FILM; i++)
            grey[i] = (uint16_t)(kind == 0 ? 100 : kind == 1 ? 100 + i / (FILM * 30) : fixture_bits(&seed) >> 8);
        assert_int_equal(pneumoscope_read_grey(p, grey, FILM, FILM, bits, &f), PNEUMOSCOPE_OK);
        assert_true(f.scope_reasons & PNEUMOSCOPE_SCOPE_BLANK);
        assert_true(f.warnings & PNEUMOSCOPE_WARNING_NO_CONTRAST);
        assert_int_equal(f.decision, PNEUMOSCOPE_OUT_OF_SCOPE);
    }
    pneumoscope_destroy(p);
}

static void test_levels_that_are_not_known_are_refused(void **state) {
    (void)state;
    pneumoscope *p;
    bytes file = fixture_model(&(model_spec){.metadata = ", \"levels\": \"min-max\""});
    pneumoscope_status status = pneumoscope_create(&p, file.data, file.nbytes, NULL);
    assert_refused(status, PNEUMOSCOPE_UNSUPPORTED_MODEL, pneumoscope_last_detail(p), "levels are \"min-max\"");
    pneumoscope_destroy(p);
    free(file.data);
}

int levels_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percentiles_are_those_of_sorting),
        cmocka_unit_test(test_levels_become_black_and_white),
        cmocka_unit_test(test_a_rescaled_film_is_the_same_film),
        cmocka_unit_test(test_input_is_stretched_and_the_view_is_not),
        cmocka_unit_test(test_a_film_of_one_grey_or_of_noise_is_blank),
        cmocka_unit_test(test_levels_that_are_not_known_are_refused),
    };
    return cmocka_run_group_tests_name("levels", tests, NULL, NULL);
}
