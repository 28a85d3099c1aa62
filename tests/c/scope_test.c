#include "findings/scope.h"

#include "fixture_model.h"
#include "tests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NFEATURES = 1280, NDIRECTIONS = 5 };

static const model_spec with_scope = {.scope_directions = NDIRECTIONS,
                                      .metadata = ", \"scope_residual\": \"2.5\", \"scope_limit\": \"300\""};

/* The statistics of a file made to this specification, which the caller closes, and the file's tensors. */
static scope open_scope(const model_spec *spec, float *mean, float *basis, float *weight) {
    scope s;
    model m;
    detail why;
    bytes file = fixture_model(spec);
    if (model_open(&m, file.data, file.nbytes, &why) || scope_open(&s, &m, NFEATURES, &why))
        fail_msg("%s", why.text);
    memcpy(mean, safetensors_find(&m.file, "scope.mean")->data, NFEATURES * sizeof *mean);
    memcpy(basis, safetensors_find(&m.file, "scope.basis")->data, NDIRECTIONS * NFEATURES * sizeof *basis);
    memcpy(weight, safetensors_find(&m.file, "scope.weight")->data, NDIRECTIONS * sizeof *weight);
    model_close(&m);
    free(file.data);
    return s;
}

/* The formula of scope.h, term by term in the widest numbers there are. */
static void test_score_is_its_formula(void **state) {
    (void)state;
    static float mean[NFEATURES], basis[NDIRECTIONS][NFEATURES], weight[NDIRECTIONS], features[NFEATURES];
    scope s = open_scope(&with_scope, mean, basis[0], weight);
    uint32_t seed = 5;
    for (int film = 0; film < 4; film++) {
        static long double rest[NFEATURES];
        long double score = 0;
        for (size_t i = 0; i < NFEATURES; i++) {
            features[i] = 3 + 3 * fixture_noise(&seed);
            rest[i] = (long double)features[i] - mean[i];
        }
        for (size_t direction = 0; direction < NDIRECTIONS; direction++) {
            long double along = 0;
            for (size_t i = 0; i < NFEATURES; i++)
                along += (long double)basis[direction][i] * ((long double)features[i] - mean[i]);
            score += (weight[direction] + 2.5L) * along * along;
            for (size_t i = 0; i < NFEATURES; i++)
                rest[i] -= along * (long double)basis[direction][i];
        }
        for (size_t i = 0; i < NFEATURES; i++)
            score += 2.5L * rest[i] * rest[i];
        double expected = (double)(score / 300);
        assert_true(expected > 10);
        assert_true(fabs(scope_score(&s, features) / expected - 1) < 1e-12);
    }
    assert_true(scope_score(&s, mean) == 0);
    scope_close(&s);
}

/* Not nearly the same: the same, with every compiler, instruction set and optimisation that this test is built with. */
static void test_the_same_number_in_every_build(void **state) {
    (void)state;
    static float mean[NFEATURES], basis[NDIRECTIONS][NFEATURES], weight[NDIRECTIONS], features[NFEATURES];
    scope s = open_scope(&with_scope, mean, basis[0], weight);
    uint32_t seed = 6;
    for (size_t i = 0; i < NFEATURES; i++)
        features[i] = 3 + 3 * fixture_noise(&seed);
    double score = scope_score(&s, features);
    if (score != 0x1.9119539a56b0fp+6)
        fail_msg("%a", score);
    scope_close(&s);
}

static void test_without_statistics_nothing_is_checked(void **state) {
    (void)state;
    static const float features[NFEATURES];
    scope s;
    model m;
    detail why;
    bytes file = fixture_model(&(model_spec){0});
    assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    assert_int_equal(scope_open(&s, &m, NFEATURES, &why), PNEUMOSCOPE_OK);
    assert_true(isnan(scope_score(&s, features)));
    scope_close(&s);
    model_close(&m);
    free(file.data);
}

static void test_refusals(void **state) {
    (void)state;
    static const header_change cases[] = {
        {"\"scope.mean\"", "\"scope.m\"", PNEUMOSCOPE_BAD_MODEL, "lacks the tensor \"scope.mean\""},
        {"\"scope.basis\"", "\"scope.b\"", PNEUMOSCOPE_BAD_MODEL, "lacks the tensor \"scope.basis\""},
        {"\"scope.weight\"", "\"scope.w\"", PNEUMOSCOPE_BAD_MODEL, "lacks the tensor \"scope.weight\""},
        {"\"shape\": [5, 1280]", "\"shape\": [10, 640]", PNEUMOSCOPE_BAD_MODEL, "[10, 640]; [10, 1280] would fit"},
        {"\"shape\": [5, 1280]", "\"shape\": [6400]", PNEUMOSCOPE_BAD_MODEL, "6400 rows in 1 dimensions"},
        {"\"shape\": [5, 1280]", "\"shape\": [1280, 5]", PNEUMOSCOPE_BAD_MODEL, "1280 rows in 2 dimensions; 1 to 256"},
        {"\"shape\": [5]", "\"shape\": [5, 1]", PNEUMOSCOPE_BAD_MODEL, "\"scope.weight\" has the shape [5, 1]"},
        {"\"scope.mean\": {\"dtype\": \"F32\"", "\"scope.mean\": {\"dtype\": \"I32\"", PNEUMOSCOPE_UNSUPPORTED_MODEL,
         "\"scope.mean\" has the dtype I32"},
        {", \"scope_limit\": \"300\"", "", PNEUMOSCOPE_BAD_MODEL, "lack \"scope_limit\""},
        {"\"scope_limit\": \"300\"", "\"scope_limit\": \"0\"", PNEUMOSCOPE_BAD_MODEL, "\"scope_limit\" as \"0\""},
        {"\"scope_limit\": \"300\"", "\"scope_limit\": \"nan\"", PNEUMOSCOPE_BAD_MODEL, "\"scope_limit\" as \"nan\""},
        {"\"scope_residual\": \"2.5\"", "\"scope_residual\": \"-1\"", PNEUMOSCOPE_BAD_MODEL, "\"scope_residual\""},
    };
    bytes good = fixture_model(&with_scope);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        detail why = {.text = ""};
        scope s;
        model m;
        bytes file = fixture_replaced(good, cases[i].find, cases[i].replacement);
        if (model_open(&m, file.data, file.nbytes, &why))
            fail_msg("%s", why.text);
        assert_refused(scope_open(&s, &m, NFEATURES, &why), cases[i].status, why.text, cases[i].part);
        scope_close(&s);
        model_close(&m);
        free(file.data);
    }
    free(good.data);
}

static void test_statistics_that_are_not_finite(void **state) {
    (void)state;
    const float infinite = INFINITY;
    detail why = {.text = ""};
    scope s;
    model m;
    bytes file = fixture_model(&with_scope);
    memcpy(file.data + file.nbytes - 4, &infinite, 4); /* the last weight */
    assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
    assert_refused(scope_open(&s, &m, NFEATURES, &why), PNEUMOSCOPE_BAD_MODEL, why.text, "\"scope.weight\" holds a");
    scope_close(&s);
    model_close(&m);
    free(file.data);
}

int scope_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_score_is_its_formula),
        cmocka_unit_test(test_the_same_number_in_every_build),
        cmocka_unit_test(test_without_statistics_nothing_is_checked),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_statistics_that_are_not_finite),
    };
    return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
