#include "network/network.h"

#include "fixture_model.h"
#include "kernels/panels.h"
#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill_input(network *n, const model *m) {
    uint32_t seed = 7;
    if (m->int8) {
        size_t side = m->input_side;
        float *grey = malloc(side * side * sizeof *grey);
        for (size_t i = 0; i < side * side; i++)
            grey[i] = 0.5f + 0.5f * fixture_noise(&seed);
        network_set_input(n, grey);
        free(grey);
        return;
    }
    for (size_t i = 0; i < (size_t)m->input_side * m->input_side * m->nchannels; i++)
        ((float *)network_input(n))[i] = fixture_noise(&seed);
}

static network *make(bytes file, const ops *backend, uint32_t nthreads, model *m) {
    detail why;
    network *n;
    if (model_open(m, file.data, file.nbytes, &why) || network_create(&n, m, backend, nthreads, &why))
        fail_msg("%s", why.text);
    fill_input(n, m);
    return n;
}

static size_t noutputs(const convolution *c) {
    size_t side = convolution_output_side(c);
    return side * side * c->nout;
}

/* Relative to the largest value of the layer, as rounding errors are. */
static void assert_layers_near(const float *a, const float *b, size_t n, size_t layer) {
    float largest = 0.0f;
    for (size_t i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(a[i]));
    if (!(largest > 1e-3f))
        fail_msg("layer %zu is nothing but zeros: the comparison would say nothing", layer);
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(a[i] - b[i]) <= 1e-3f * largest))
            fail_msg("layer %zu, element %zu: %g and %g", layer, i, (double)a[i], (double)b[i]);
}

/* Panels agree to the last bit, and their values are spread: neither all at one end nor all the same. */
static void assert_layers_equal(const uint8_t *a, const uint8_t *b, const convolution *c, size_t layer) {
    size_t side = convolution_output_side(c), counts[128] = {0}, most = 0;
    for (size_t i = 0; i < side * side; i++)
        for (size_t channel = 0; channel < c->nout; channel++) {
            size_t at = panel_index(side, i / side, i % side, channel, c->nout);
            if (a[at] != b[at] || a[at] > 127)
                fail_msg("layer %zu, position %zu, channel %zu: %u and %u", layer, i, channel, a[at], b[at]);
            counts[a[at]]++;
        }
    for (size_t i = 0; i < 128; i++)
        most = counts[i] > most ? counts[i] : most;
    if (most > side * side * c->nout * 9 / 10)
        fail_msg("layer %zu is nearly constant: the comparison would say little", layer);
}

/* Both backends go through the network in step; each layer of one is compared with the other's. */
static void compare_backends(const model_spec *spec, uint32_t nthreads) {
    bytes file = fixture_model(spec);
    model models[2];
    network *oracle = make(file, &ops_reference, 1, &models[0]), *fast = make(file, &ops_fast, nthreads, &models[1]);
    assert_int_equal(network_nlayers(oracle), 52); /* stem, 17 blocks of 3 but the first of 2, last convolution */
    for (size_t layer = 0; layer < network_nlayers(oracle); layer++) {
        network_run_layer(oracle, layer);
        network_run_layer(fast, layer);
        const void *expected = network_layer_output(oracle, layer), *actual = network_layer_output(fast, layer);
        const convolution *shape = network_layer_shape(oracle, layer);
        if (!models[0].int8)
            assert_layers_near(expected, actual, noutputs(shape), layer);
        else if (expected)
            assert_layers_equal(expected, actual, shape, layer);
    }
    network_run_head(oracle);
    network_run_head(fast);
    assert_floats_near(network_logits(oracle), network_logits(fast), models[0].nclasses, models[0].int8 ? 0 : 1e-3f);
    network_destroy(oracle);
    network_destroy(fast);
    model_close(&models[0]);
    model_close(&models[1]);
    free(file.data);
}

static void test_backends_agree_layer_by_layer(void **state) {
    (void)state;
    const model_spec specs[] = {
        {.width_multiplier = 0.35, .input_side = 96, .padding = "torch"},
        {.width_multiplier = 0.5, .input_side = 128, .padding = "tf_same", .half = true},
        {.width_multiplier = 0.75, .input_side = 96, .nclasses = 1, .batch_norm = true},
        {.width_multiplier = 1.0, .input_side = 96, .padding = "tf_same", .nclasses = 1001, .half = true},
        {.width_multiplier = 0.35, .input_side = 96, .int8 = true},
        {.width_multiplier = 0.5, .input_side = 128, .padding = "tf_same", .nclasses = 1, .int8 = true},
        {.width_multiplier = 1.0, .input_side = 160, .half = true, .int8 = true},
    };
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        compare_backends(&specs[i], 1 + TEST_THREADS * (i % 2));
}

/* Every width and every side that the contract names can be made and run, and gives finite logits. */
static void test_every_size_runs(void **state) {
    (void)state;
    static const double widths[] = {0.35, 0.5, 0.75, 1.0, 1.3, 1.4};
    for (size_t i = 0; i < 6 + 8; i++) {
        model_spec spec = {.width_multiplier = i < 6 ? widths[i] : 0.35,
                           .input_side = i < 6 ? 96 : 96 + 32 * (uint32_t)(i - 6)};
        bytes file = fixture_model(&spec);
        model m;
        network *n = make(file, &ops_fast, 1, &m);
        network_run(n);
        assert_int_equal(network_feature_side(n), spec.input_side / 32);
        assert_int_equal(network_nfeatures(n), spec.width_multiplier > 1.35 ? 1792
                                               : spec.width_multiplier > 1  ? 1664
                                                                            : 1280);
        for (uint32_t c = 0; c < m.nclasses; c++)
            assert_true(isfinite(network_logits(n)[c]));
        network_destroy(n);
        model_close(&m);
        free(file.data);
    }
}

/* A grey film through one channel, whose weights are sums, and through three that are the same. */
static void test_one_channel_is_as_good_as_three(void **state) {
    (void)state;
    bytes file = fixture_model(&(model_spec){.input_side = 96});
    float logits[2][2];
    for (size_t i = 0; i < 2; i++) {
        detail why;
        model m;
        network *n;
        assert_int_equal(model_open(&m, file.data, file.nbytes, &why), PNEUMOSCOPE_OK);
        assert_int_equal(m.nchannels, 1);
        m.nchannels = i ? 3 : 1;
        assert_int_equal(network_create(&n, &m, &ops_fast, 1, &why), PNEUMOSCOPE_OK);
        uint32_t seed = 7;
        for (size_t pixel = 0; pixel < (size_t)m.input_side * m.input_side; pixel++) {
            float grey = fixture_noise(&seed);
            for (size_t channel = 0; channel < m.nchannels; channel++)
                ((float *)network_input(n))[pixel * m.nchannels + channel] = grey;
        }
        network_run(n);
        memcpy(logits[i], network_logits(n), sizeof logits[i]);
        network_destroy(n);
        model_close(&m);
    }
    assert_floats_near(logits[0], logits[1], 2, 1e-3f);
    free(file.data);
}

/* The same input gives the same bits, run after run and on any number of threads. */
static void test_runs_repeat_exactly(void **state) {
    (void)state;
    bytes file = fixture_model(&(model_spec){.width_multiplier = 0.5});
    float first[2];
    for (uint32_t nthreads = 1; nthreads <= 1 + 2 * TEST_THREADS; nthreads++) {
        model m;
        network *n = make(file, &ops_fast, nthreads, &m);
        for (int repeat = 0; repeat < 3; repeat++) {
            fill_input(n, &m);
            network_run(n);
            if (nthreads == 1 && repeat == 0)
                memcpy(first, network_logits(n), sizeof first);
            assert_memory_equal(first, network_logits(n), sizeof first);
        }
        network_destroy(n);
        model_close(&m);
    }
    free(file.data);
}

/* The two paddings are different networks: with the same weights they must not agree. */
static void test_padding_matters(void **state) {
    (void)state;
    float logits[2];
    for (size_t i = 0; i < 2; i++) {
        bytes file = fixture_model(&(model_spec){.padding = i ? "tf_same" : "torch"});
        model m;
        network *n = make(file, &ops_reference, 1, &m);
        network_run(n);
        logits[i] = network_logits(n)[0];
        network_destroy(n);
        model_close(&m);
        free(file.data);
    }
    assert_true(fabsf(logits[0] - logits[1]) > 1e-3f);
}

/* (x - mean) / std in every channel; in eight bits 2 * round(255 x) - 255 within zeros. */
static void test_input_is_normalised(void **state) {
    (void)state;
    enum { SIDE = 96 };
    static float grey[SIDE * SIDE];
    for (size_t i = 0; i < SIDE * SIDE; i++)
        grey[i] = (float)(i % 1021) / 1020;
    for (int int8 = 0; int8 <= 1; int8++) {
        model m;
        bytes file = fixture_model(&(model_spec){.int8 = int8});
        network *n = make(file, &ops_reference, 1, &m);
        network_set_input(n, grey);
        for (size_t y = 0; y < SIDE; y++)
            for (size_t x = 0; x < SIDE; x++) {
                float value = grey[y * SIDE + x];
                if (int8)
                    assert_int_equal(((int16_t *)network_input(n))[(y + 1) * (SIDE + 2) + x + 1],
                                     2 * (int)lrintf(value * 255) - 255);
                for (size_t c = 0; !int8 && c < m.nchannels; c++)
                    assert_true(fabsf(((float *)network_input(n))[(y * SIDE + x) * m.nchannels + c] -
                                      (value - m.mean[c]) / m.std[c]) < 1e-6f);
            }
        for (size_t x = 0; int8 && x < SIDE + 2; x++)
            assert_int_equal(((int16_t *)network_input(n))[x], 0);
        network_destroy(n);
        model_close(&m);
        free(file.data);
    }
}

int network_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_input_is_normalised), cmocka_unit_test(test_backends_agree_layer_by_layer),
        cmocka_unit_test(test_every_size_runs),     cmocka_unit_test(test_one_channel_is_as_good_as_three),
        cmocka_unit_test(test_runs_repeat_exactly), cmocka_unit_test(test_padding_matters),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
