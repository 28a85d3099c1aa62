#include "kernels/panels.h"

#include "fixture_model.h"
#include "tests.h"

#include <stdlib.h>
#include <string.h>

enum { GUARD = 64 };

/* How values are drawn: all over their range; the ends of it alone, where sums are largest; or with weights so small
 * that narrow sums hold many of them. */
typedef enum draw { ANYWHERE, ENDS, SMALL_WEIGHTS, NDRAWS } draw;

static int pick(uint32_t *seed, draw how, int least, int most) {
    float noise = fixture_noise(seed);
    if (how == ENDS)
        return noise < 0 ? least : most;
    return least + (int)((noise + 1.0f) / 2.0f * (float)(most - least + 1));
}

/* Weights, biases and multipliers that spread the outputs over 0..127 and beyond. */
static convolution8 draw_convolution(const convolution *shape, draw how, uint32_t seed) {
    size_t fan = (size_t)(shape->depthwise ? 1 : shape->nin) * shape->kernel * shape->kernel;
    int8_t *weight = malloc(shape->nout * fan);
    int32_t *bias = malloc(shape->nout * sizeof *bias);
    float *multiplier = malloc(shape->nout * sizeof *multiplier);
    for (size_t i = 0; i < shape->nout * fan; i++)
        weight[i] = (int8_t)(how == SMALL_WEIGHTS ? pick(&seed, how, -1, 1) : pick(&seed, how, -127, 127));
    for (size_t i = 0; i < shape->nout; i++) {
        bias[i] = pick(&seed, how, -5000, 5000);
        multiplier[i] = (1.1f + fixture_noise(&seed)) / (float)(20 * fan);
    }
    return (convolution8){*shape, weight, bias, multiplier};
}

static void free_drawn(convolution8 *c) {
    free((void *)c->weight);
    free((void *)c->bias);
    free((void *)c->multiplier);
}

static uint8_t *draw_panels(size_t side, size_t nchannels, draw how, uint32_t seed) {
    size_t n = panels_nbytes(side, nchannels);
    uint8_t *panels = malloc(n);
    for (size_t i = 0; i < n; i++)
        panels[i] = (uint8_t)pick(&seed, how, 0, 127);
    return panels;
}

static int16_t *draw_frame(size_t side, draw how, uint32_t seed) {
    int16_t *frame = calloc(1, padded_side(side) * padded_side(side) * sizeof *frame + OPS_PADDING);
    for (size_t y = 1; y <= side; y++)
        for (size_t x = 1; x <= side; x++)
            frame[y * padded_side(side) + x] = (int16_t)pick(&seed, how, -255, 255);
    return frame;
}

/* Gaps may hold anything. What lies behind the buffer may not be touched. */
static void assert_panels_equal(const uint8_t *actual, const uint8_t *expected, const convolution *last) {
    size_t side = convolution_output_side(last), nbytes = panels_nbytes(side, last->nout), nclamped = 0;
    for (size_t position = 0; position < side * side; position++)
        for (size_t channel = 0; channel < last->nout; channel++) {
            size_t at = panel_index(side, position / side, position % side, channel, last->nout);
            nclamped += expected[at] == 0 || expected[at] == 127;
            if (actual[at] != expected[at])
                fail_msg("side %zu, %u to %u channels: position %zu, channel %zu is %u instead of %u", side, last->nin,
                         last->nout, position, channel, actual[at], expected[at]);
        }
    assert_true(nclamped < side * side * last->nout || side * side * last->nout < 32); /* not all at an end */
    for (size_t i = 0; i < GUARD; i++)
        assert_int_equal(actual[nbytes + i], 0xa5);
}

static uint8_t *guarded_panels(const convolution *last) {
    size_t side = convolution_output_side(last), nbytes = panels_nbytes(side, last->nout);
    uint8_t *panels = malloc(nbytes + GUARD);
    memset(panels, 0xa5, nbytes + GUARD);
    return panels;
}

static uint8_t *run_pointwise(const ops *backend, const convolution8 *c, uint32_t nthreads, bool narrow,
                              const uint8_t *input, const uint8_t *addend) {
    uint8_t *output = guarded_panels(&c->shape);
    ops_context *context;
    ops_convolution *op;
    assert_int_equal(backend->open(&context, nthreads), OPS_OK);
    backend->use_narrow_sums(context, narrow);
    assert_int_equal(backend->make_pointwise(&op, context, c, input, addend, output), OPS_OK);
    op->run(op);
    op->free(op);
    backend->close(context);
    return output;
}

static void test_pointwise_agrees_with_the_reference(void **state) {
    (void)state;
    static const struct {
        uint32_t side, nin, nout;
        bool relu6, addend;
    } cases[] = {{1, 4, 4, true, false},   {3, 8, 24, false, true},    {7, 160, 320, false, false},
                 {7, 64, 36, true, false}, {5, 1344, 20, false, true}, {14, 12, 8, true, true},
                 {9, 16, 4, false, false}, {28, 144, 32, false, true}, {2, 20, 1280, true, false},
                 {3, 96, 12, true, false}, {4, 92, 24, false, true},   {6, 100, 28, false, true},
                 {1, 96, 8, true, false}};
    for (size_t i = 0; i < NDRAWS * sizeof cases / sizeof cases[0]; i++) {
        size_t k = i / NDRAWS;
        draw how = (draw)(i % NDRAWS);
        const convolution shape = {.side = cases[k].side,
                                   .nin = cases[k].nin,
                                   .nout = cases[k].nout,
                                   .kernel = 1,
                                   .stride = 1,
                                   .relu6 = cases[k].relu6};
        convolution8 c = draw_convolution(&shape, how, 1);
        uint8_t *input = draw_panels(shape.side, shape.nin, how, 2),
                *addend = draw_panels(shape.side, shape.nout, how, 3);
        const uint8_t *added = cases[k].addend ? addend : NULL;
        uint8_t *expected = run_pointwise(&ops_reference, &c, 1, false, input, added);
        for (uint32_t variant = 0; variant < 2 * (1 + 2 * TEST_THREADS); variant++) {
            uint8_t *actual = run_pointwise(&ops_fast, &c, 1 + variant / 2, variant % 2, input, added);
            assert_panels_equal(actual, expected, &shape);
            free(actual);
        }
        free(expected);
        free(input);
        free(addend);
        free_drawn(&c);
    }
}

static uint8_t *run_filter(const ops *backend, const convolution8 *wide, const convolution8 *depthwise,
                           uint32_t nthreads, bool narrow, const void *input) {
    uint8_t *output = guarded_panels(&depthwise->shape);
    ops_context *context;
    ops_convolution *op;
    assert_int_equal(backend->open(&context, nthreads), OPS_OK);
    backend->use_narrow_sums(context, narrow);
    assert_int_equal(backend->make_filter(&op, context, wide, depthwise, input, output), OPS_OK);
    op->run(op);
    memset(output, 0xa5, panels_nbytes(1, 1)); /* what a run leaves in the scratch must not show in the next one */
    op->run(op);
    op->free(op);
    backend->close(context);
    return output;
}

static void compare_filters(const convolution *wide, const convolution *depthwise, draw how) {
    convolution8 first = draw_convolution(wide, how, 4), second = draw_convolution(depthwise, how, 5);
    bool stem = wide->kernel > 1;
    void *input = stem ? (void *)draw_frame(wide->side, how, 6) : (void *)draw_panels(wide->side, wide->nin, how, 6);
    uint8_t *expected = run_filter(&ops_reference, &first, &second, 1, false, input);
    for (uint32_t variant = 0; variant < 2 * (1 + 2 * TEST_THREADS); variant++) {
        uint8_t *actual = run_filter(&ops_fast, &first, &second, 1 + variant / 2, variant % 2, input);
        assert_panels_equal(actual, expected, depthwise);
        free(actual);
    }
    free(expected);
    free(input);
    free_drawn(&first);
    free_drawn(&second);
}

/* Sides around the sixteen and eight positions that kernels take at a time; both strides, both kinds of padding. */
static void test_filters_agree_with_the_reference(void **state) {
    (void)state;
    static const uint32_t sides[] = {1, 2, 3, 4, 7, 8, 9, 14, 15, 16, 17, 20, 28, 31, 33, 49};
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        for (uint32_t kind = 0; kind < 3; kind++) { /* stride 1, stride 2 of torch, stride 2 of TensorFlow */
            uint32_t stride = kind ? 2 : 1, before = kind == 2 ? 0 : 1;
            if (sides[i] + before + 1 < 3)
                continue; /* the window is larger than what it slides over */
            /* few input channels and many, where output channels go in tiles of four, and of six as far as they can */
            for (uint32_t nin = 8, nout = 12; nin <= 100; nin += 92, nout += 8) {
                const convolution wide = {sides[i], nin, nout, 1, 1, 0, 0, false, true};
                const convolution depthwise = {sides[i], nout, nout, 3, stride, before, 1, true, true};
                compare_filters(&wide, &depthwise, (draw)(i % NDRAWS));
            }
            const convolution stem = {2 * sides[i], 1, 12, 3, 2, before, 1, false, true};
            const convolution depthwise = {sides[i], 12, 12, 3, stride, before, 1, true, true};
            compare_filters(&stem, &depthwise, ANYWHERE);
        }
    }
}

/* The oracle itself, against numbers worked out by hand. */
static void test_reference_by_hand(void **state) {
    (void)state;
    const convolution linear = {.side = 1, .nin = 4, .nout = 4, .kernel = 1, .stride = 1};
    const int8_t weight[16] = {1, 2, 3, 4, -1, -2, -3, -4, 127, 127, 127, 127, 1, 0, 0, 0};
    const int32_t bias[4] = {0, 0, 0, -5};
    const float multiplier[4] = {0.5f, 0.5f, 1.0f, 0.5f};
    const uint8_t input[32] = {10, 20, 30, 1}, addend[32] = {7, 0, 127, 64};
    const convolution8 c = {linear, weight, bias, multiplier};
    /* sums 144, -144, 7747, 5: 72 + 64, -72 + 64, 7747 + 64 and, ties to even, 2 + 64 */
    uint8_t *plain = run_pointwise(&ops_reference, &c, 1, false, input, NULL);
    assert_memory_equal(plain, ((const uint8_t[]){127, 0, 127, 66}), 4);
    uint8_t *added = run_pointwise(&ops_reference, &c, 1, false, input, addend);
    assert_memory_equal(added, ((const uint8_t[]){127 + 7 - 64, 0, 127, 66}), 4);
    free(plain);
    free(added);

    /* An expansion that passes 1..9 on, and windows of ones, of which the corners see zeros outside. */
    const convolution wide = {.side = 3, .nin = 4, .nout = 4, .kernel = 1, .stride = 1, .relu6 = true};
    const convolution depthwise = {3, 4, 4, 3, 1, 1, 1, true, true};
    const int8_t identity[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    const float one[4] = {1, 1, 1, 1};
    const int32_t none[4] = {0};
    int8_t ones[36];
    memset(ones, 1, sizeof ones);
    uint8_t image[2 * PANEL_POSITIONS * 4] = {0}; /* u8[3][3 and a gap][4] */
    for (uint8_t i = 0; i < 9; i++)
        image[panel_index(3, i / 3u, i % 3u, 2, 4)] = (uint8_t)(i + 1);
    uint8_t *sums = run_filter(&ops_reference, &(convolution8){wide, identity, none, one},
                               &(convolution8){depthwise, ones, none, one}, 1, false, image);
    static const uint8_t expected[9] = {12, 21, 16, 27, 45, 33, 24, 39, 28};
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(sums[panel_index(3, i / 3, i % 3, 2, 4)], expected[i]);
        assert_int_equal(sums[panel_index(3, i / 3, i % 3, 1, 4)], 0);
    }
    free(sums);
}

int ops_int8_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_by_hand),
        cmocka_unit_test(test_pointwise_agrees_with_the_reference),
        cmocka_unit_test(test_filters_agree_with_the_reference),
    };
    return cmocka_run_group_tests_name("ops_int8", tests, NULL, NULL);
}
