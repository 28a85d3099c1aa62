/* From the model file's operating points and scope statistics to the decision that a reader is told. */
#include "fixture_model.h"
#include "pneumoscope.h"
#include "tests.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 100 };

static pneumoscope *make(const model_spec *spec, const pneumoscope_options *options) {
    pneumoscope *p;
    bytes file = fixture_model(spec);
    if (pneumoscope_create(&p, file.data, file.nbytes, options))
        fail_msg("%s", pneumoscope_last_detail(p));
    free(file.data);
    return p;
}

/* White and black rows in turn, so many of each; SIDE of them are a blank film. */
static pneumoscope_findings read_stripes(pneumoscope *p, size_t nrows) {
    static uint16_t grey[SIDE * SIDE];
    for (size_t i = 0; i < SIDE * SIDE; i++)
        grey[i] = i / SIDE / nrows % 2 ? 0 : 255;
    pneumoscope_findings findings;
    if (pneumoscope_read_grey(p, grey, SIDE, SIDE, 8, &findings))
        fail_msg("%s", pneumoscope_last_detail(p));
    return findings;
}

#define TWO_POINTS                                                                                                \
    ", \"operating_points\": \"[{\\\"name\\\": \\\"low\\\", \\\"threshold\\\": 0}, {\\\"name\\\": \\\"band\\\", " \
    "\\\"threshold\\\": 0.5, \\\"uncertain\\\": [0, 1]}]\""

static void test_operating_points(void **state) {
    (void)state;
    static const struct {
        const char *name;
        pneumoscope_decision decision;
        float threshold, low, high;
    } cases[] = {
        {NULL, PNEUMOSCOPE_PNEUMONIA, 0.0f, 0.0f, 0.0f},
        {"low", PNEUMOSCOPE_PNEUMONIA, 0.0f, 0.0f, 0.0f},
        {"band", PNEUMOSCOPE_UNCERTAIN, 0.5f, 0.0f, 1.0f},
    };
    const model_spec spec = {.metadata = TWO_POINTS};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[16] = "";
        if (cases[i].name)
            strcpy(name, cases[i].name);
        pneumoscope_options options = {.operating_point = cases[i].name ? name : NULL};
        pneumoscope *p = make(&spec, &options);
        memset(name, '?', sizeof name); /* the reader needs it no longer */
        pneumoscope_findings f = read_stripes(p, 10);
        assert_int_equal(f.decision, cases[i].decision);
        assert_true(f.threshold == cases[i].threshold && f.uncertain_low == cases[i].low &&
                    f.uncertain_high == cases[i].high);
        assert_true(isnan(f.scope_score) && f.scope_reasons == 0);
        size_t npoints;
        const pneumoscope_operating_point *points = pneumoscope_operating_points(p, &npoints);
        assert_int_equal(npoints, 2);
        assert_string_equal(points[0].name, "low");
        assert_string_equal(points[1].name, "band");
        pneumoscope_destroy(p);
    }
    pneumoscope *p;
    bytes file = fixture_model(&spec);
    assert_refused(pneumoscope_create(&p, file.data, file.nbytes, &(pneumoscope_options){.operating_point = "high"}),
                   PNEUMOSCOPE_BAD_ARGUMENT, pneumoscope_last_detail(p),
                   "no operating point \"high\"; it has low, band");
    size_t npoints;
    assert_null(pneumoscope_operating_points(p, &npoints));
    assert_null(pneumoscope_operating_points(p, NULL));
    assert_int_equal(npoints, 0);
    pneumoscope_destroy(p);
    free(file.data);
}

/* The limit is put between two films, by the scores they have under a limit of 1. */
static void test_a_film_unlike_the_others_is_out_of_scope(void **state) {
    (void)state;
    float score[2], limit = 1.0f;
    for (int pass = 0; pass < 2; pass++) {
        char metadata[96];
        pneumoscope_findings f[2];
        snprintf(metadata, sizeof metadata, ", \"scope_residual\": \"1\", \"scope_limit\": \"%.9g\"", (double)limit);
        pneumoscope *p = make(&(model_spec){.scope_directions = 2, .metadata = metadata}, NULL);
        f[0] = read_stripes(p, 10);
        f[1] = read_stripes(p, 50);
        for (int film = 0; film < 2; film++) {
            bool far = f[film].scope_score > 1.0f;
            assert_int_equal(f[film].scope_reasons, far ? PNEUMOSCOPE_SCOPE_UNLIKE_TRAINING : 0u);
            assert_int_equal(f[film].decision == PNEUMOSCOPE_OUT_OF_SCOPE, far);
            assert_true(f[film].probability > 0.0f && f[film].probability < 1.0f);
            assert_true(pass == 0 || fabsf(f[film].scope_score * limit / score[film] - 1.0f) < 1e-5f);
            score[film] = f[film].scope_score;
        }
        assert_int_equal((score[0] > 1.0f) + (score[1] > 1.0f), pass == 0 ? 2 : 1);
        limit = (score[0] + score[1]) / 2;
        pneumoscope_destroy(p);
    }
}

/* Whatever the statistics say, and where there are none. */
static void test_a_blank_film_is_out_of_scope(void **state) {
    (void)state;
    const model_spec specs[] = {{0}, {.scope_directions = 2, .metadata = ", \"scope_limit\": \"1e30\""}};
    for (size_t i = 0; i < 2; i++) {
        pneumoscope *p = make(&specs[i], NULL);
        pneumoscope_findings f = read_stripes(p, SIDE);
        assert_int_equal(f.decision, PNEUMOSCOPE_OUT_OF_SCOPE);
        assert_int_equal(f.scope_reasons, PNEUMOSCOPE_SCOPE_BLANK);
        assert_true(i == 0 ? isnan(f.scope_score) : fabsf(f.scope_score) < 1.0f);
        pneumoscope_destroy(p);
    }
}

int decisions_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operating_points),
        cmocka_unit_test(test_a_film_unlike_the_others_is_out_of_scope),
        cmocka_unit_test(test_a_blank_film_is_out_of_scope),
    };
    return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
