#include "kernels/ops.h"

#include "fixture_model.h"
#include "tests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const convolution shapes[] = {
    /* side nin nout kernel stride before after depthwise relu6 */
    {7, 3, 8, 3, 2, 1, 1, false, true},    {8, 3, 16, 3, 2, 0, 1, false, true},
    {9, 3, 5, 3, 1, 1, 1, false, false},   {224, 3, 32, 3, 2, 0, 1, false, true},
    {1, 1, 1, 1, 1, 0, 0, false, false},   {5, 7, 3, 1, 1, 0, 0, false, true},
    {3, 16, 24, 1, 1, 0, 0, false, true},  {7, 160, 320, 1, 1, 0, 0, false, false},
    {10, 33, 17, 1, 1, 0, 0, false, true}, {14, 9, 1, 1, 1, 0, 0, false, false},
    {1, 4, 4, 3, 1, 1, 1, true, true},     {2, 8, 8, 3, 2, 0, 1, true, true},
    {5, 12, 12, 3, 1, 1, 1, true, false},  {7, 20, 20, 3, 2, 1, 1, true, true},
    {8, 32, 32, 3, 2, 1, 1, true, false},  {12, 24, 24, 3, 1, 1, 1, true, true},
    {6, 4, 4, 3, 2, 0, 1, true, true},     {56, 144, 144, 3, 2, 0, 1, true, true},
    {7, 20, 20, 3, 2, 0, 1, true, true},   {9, 8, 8, 3, 2, 0, 0, true, false},
    {1, 4, 4, 3, 2, 1, 1, true, false},    {2, 4, 4, 3, 1, 1, 1, true, true},
    {3, 4, 4, 3, 2, 1, 0, true, true},     {13, 12, 12, 3, 1, 1, 1, true, true},
    {1, 5, 8, 1, 1, 0, 0, false, true},    {2, 1, 16, 1, 1, 0, 0, false, false},
    {3, 7, 40, 1, 1, 0, 0, false, true},   {4, 3, 8, 1, 1, 0, 0, false, false},
    {5, 13, 200, 1, 1, 0, 0, false, true}, {14, 64, 384, 1, 1, 0, 0, false, true},
    {19, 31, 8, 1, 1, 0, 0, false, false}, {112, 16, 96, 1, 1, 0, 0, false, true},
    {224, 1, 32, 3, 2, 0, 1, false, true}, {224, 1, 24, 3, 2, 1, 1, false, true},
    {1, 1, 8, 3, 1, 1, 1, false, true},    {2, 1, 16, 3, 2, 1, 0, false, false},
    {3, 1, 8, 3, 2, 0, 0, false, true},    {4, 1, 40, 3, 1, 2, 2, false, false},
    {9, 1, 8, 2, 1, 1, 0, false, true},    {10, 1, 8, 2, 2, 0, 0, false, false},
    {17, 1, 8, 3, 1, 0, 0, false, true},   {11, 1, 8, 3, 3, 1, 2, false, true},
    {6, 1, 8, 1, 2, 0, 0, false, false},   {5, 1, 3, 3, 2, 1, 1, false, true},
    {6, 3, 9, 3, 2, 2, 2, false, false},   {3, 5, 16, 2, 1, 0, 1, false, true},
    {4, 12, 31, 1, 3, 0, 0, false, false}, {1, 2, 7, 3, 1, 1, 1, false, true},
};

static float *noise(size_t n, uint32_t seed) {
    float *values = malloc(n * sizeof *values + OPS_PADDING);
    for (size_t i = 0; i < n; i++)
        values[i] = fixture_noise(&seed);
    memset(values + n, 0, OPS_PADDING);
    return values;
}

/* Runs one backend over guarded memory; returns its output. */
static float *run(const ops *backend, const convolution *c, uint32_t nthreads) {
    const float guard = -12345.0f;
    size_t side = convolution_output_side(c), nout = side * side * c->nout, nin = (size_t)c->side * c->side * c->nin;
    float *input = noise(nin, 1), *weight = noise((size_t)c->nout * c->nin * c->kernel * c->kernel, 2);
    float *bias = noise(c->nout, 3), *output = malloc((nout + 64) * sizeof *output);
    for (size_t i = 0; i < nout + 64; i++)
        output[i] = guard;
    ops_context *context;
    ops_convolution *op;
    assert_int_equal(backend->open(&context, nthreads), OPS_OK);
    assert_int_equal(backend->make_convolution(&op, context, c, weight, bias, input, output), OPS_OK);
    free(weight); /* the operator keeps its own */
    free(bias);
    op->run(op);
    for (size_t i = nout; i < nout + 64; i++)
        assert_true(output[i] == guard); /* nothing is written past the end */
    op->free(op);
    backend->close(context);
    free(input);
    return output;
}

static void test_convolutions_agree_with_the_reference(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        size_t side = convolution_output_side(&shapes[i]), n = side * side * shapes[i].nout;
        float *expected = run(&ops_reference, &shapes[i], 1);
        for (uint32_t nthreads = 1; nthreads <= 1 + TEST_THREADS; nthreads++) {
            float *actual = run(&ops_fast, &shapes[i], nthreads);
            assert_floats_near(actual, expected, n, 1e-4f);
            free(actual);
        }
        free(expected);
    }
}

/* MobileNetV2 has neither channels that are no multiple of four nor stride 1 without a border. */
static void test_depthwise_convolutions_without_a_kernel(void **state) {
    (void)state;
    static const convolution none[] = {{3, 3, 3, 3, 1, 1, 1, true, true}, {3, 4, 4, 3, 1, 0, 0, true, true}};
    const float values[64] = {0};
    float output[64];
    ops_context *context;
    assert_int_equal(ops_fast.open(&context, 1), OPS_OK);
    for (size_t i = 0; i < 2; i++) {
        ops_convolution *op;
        assert_int_equal(ops_fast.make_convolution(&op, context, &none[i], values, values, values, output),
                         OPS_UNSUPPORTED);
    }
    ops_fast.close(context);
}

/* The oracle itself, against numbers worked out by hand: a 3x3 film of 1..9, kernel of ones. */
static void test_reference_by_hand(void **state) {
    (void)state;
    const float input[9 + OPS_PADDING] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, ones[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    const float same[9] = {12, 21, 16, 27, 45, 33, 24, 39, 28}, tf_stride2[1] = {45},
                clamped[9] = {6, 6, 6, 6, 6, 6, 6, 6, 6};
    const float torch_stride2[4] = {12, 16, 24, 28};
    const struct {
        convolution shape;
        float bias;
        const float *expected;
    } cases[] = {
        {{3, 1, 1, 3, 1, 1, 1, false, false}, 0, same},
        {{3, 1, 1, 3, 1, 1, 1, true, false}, 0, same},
        {{3, 1, 1, 3, 1, 1, 1, false, true}, 0, clamped},
        {{3, 1, 1, 3, 2, 1, 1, true, false}, 0, torch_stride2},
        {{3, 1, 1, 3, 2, 0, 1, false, false}, 0, tf_stride2},
        {{3, 1, 1, 1, 1, 0, 0, false, false}, 2, (const float[]){3, 4, 5, 6, 7, 8, 9, 10, 11}},
        {{3, 1, 1, 1, 1, 0, 0, false, true}, -5, (const float[]){0, 0, 0, 0, 0, 1, 2, 3, 4}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const convolution *c = &cases[i].shape;
        float output[9];
        ops_context *context;
        ops_convolution *op;
        assert_int_equal(ops_reference.open(&context, 1), OPS_OK);
        assert_int_equal(ops_reference.make_convolution(&op, context, c, ones, &cases[i].bias, input, output), OPS_OK);
        op->run(op);
        size_t side = convolution_output_side(c);
        assert_floats_near(output, cases[i].expected, side * side, 0.0f);
        op->free(op);
        ops_reference.close(context);
    }
}

static void test_add_and_mean_agree_with_the_reference(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 7, 8, 9, 49, 100, 1280};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t n = sizes[i], nout = 3;
        float *a = noise(n * nout, 4), *b = noise(n * nout, 4), *c = noise(n * nout, 5);
        ops_reference.add(a, c, n);
        ops_fast.add(b, c, n);
        assert_floats_near(a, b, n * nout, 0.0f);
        ops_reference.mean(c, nout, n, a);
        ops_fast.mean(c, nout, n, b);
        assert_floats_near(a, b, n, 1e-6f);
        free(a);
        free(b);
        free(c);
    }
}

static void test_linear_agrees_with_the_reference(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 7, 8, 9, 1280};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        enum { NOUT = 11 };
        float *input = noise(sizes[i], 7), *weight = noise(sizes[i] * NOUT, 8), *bias = noise(NOUT, 9);
        float expected[NOUT], actual[NOUT];
        ops_reference.linear(input, sizes[i], NOUT, weight, bias, expected);
        ops_fast.linear(input, sizes[i], NOUT, weight, bias, actual);
        assert_floats_near(actual, expected, NOUT, 1e-4f);
        free(input);
        free(weight);
        free(bias);
    }
}

int ops_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_by_hand),
        cmocka_unit_test(test_convolutions_agree_with_the_reference),
        cmocka_unit_test(test_depthwise_convolutions_without_a_kernel),
        cmocka_unit_test(test_add_and_mean_agree_with_the_reference),
        cmocka_unit_test(test_linear_agrees_with_the_reference),
    };
    return cmocka_run_group_tests_name("ops", tests, NULL, NULL);
}
