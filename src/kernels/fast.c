/* The backend that ships. A table lists its kernels; the first one that supports a convolution runs it.
 *
 * Milliseconds of a whole network on one thread, relaxed SIMD in Node 24, by `npm run bench -- --profile` on the
 * machine of tests/bench/BENCHMARKS.md, 23 November 2026; in brackets the share of the measured multiply-add peak:
 *     depthwise   XNNPACK 3.56 (19 %)   ours 1.12 (57 %)
 *     expand      XNNPACK 5.41 (87 %)   ours 5.05 (94 %)
 *     project     XNNPACK 4.34 (85 %)   ours 3.92 (95 %)
 *     stem        XNNPACK 0.26 (43 %)   ours 0.21 (55 %)   of one channel; of three, XNNPACK's, 0.42
 * With baseline SIMD the 1 x 1 convolutions, expand and project, take 12.5 in XNNPACK's kernels and 9.7 in ours.
 * The shortcut, the pooling and the classifier are under half a percent of the arithmetic, and plain loops do them.
 * XNNPACK's operators for them would add half a megabyte of kernels. */
#include "kernels/f32/depthwise.h"
#include "kernels/f32/pointwise.h"
#include "kernels/f32/stem.h"
#include "kernels/int8/kernels.h"
#include "kernels/threads.h"
#include "kernels/xnnpack.h"

#include <stdlib.h>

static const struct kernel {
    bool (*supports)(const convolution *);
    ops_status (*make)(ops_convolution **, pthreadpool_t, const convolution *, const float *, const float *,
                       const float *, float *);
} kernels[] = {
    {f32_depthwise_supports, f32_depthwise_make},
    {f32_pointwise_supports, f32_pointwise_make},
    {f32_stem_supports, f32_stem_make},
    {xnnpack_supports, xnnpack_make},
};

struct ops_context {
    pthreadpool_t pool; /* NULL: one thread */
    size_t nthreads;    /* of the pool, while only one is used */
    bool narrow_sums;   /* in the eight-bit operators to come */
};

static uint32_t fast_nthreads(const ops_context *context) {
    const size_t nused = context->pool ? pthreadpool_get_threads_count(context->pool) : 1;
    return (uint32_t)(nused > context->nthreads ? nused : context->nthreads);
}

static void fast_use_threads(ops_context *context, bool all) {
    if (!context->pool)
        return;
    context->nthreads = fast_nthreads(context);
    threads_set_count(context->pool, all ? context->nthreads : 1);
}

static void fast_use_narrow_sums(ops_context *context, bool narrow) { context->narrow_sums = narrow; }

static void fast_close(ops_context *context) {
    if (context && context->pool) {
        fast_use_threads(context, true);
        pthreadpool_destroy(context->pool);
    }
    free(context);
}

static ops_status fast_open(ops_context **out, uint32_t nthreads) {
    ops_context *context = calloc(1, sizeof *context);
    if (!context)
        return OPS_NO_MEMORY;
    context->narrow_sums = int8_narrow_sums_are_faster();
    if (nthreads > 1) {
        context->pool = pthreadpool_create(nthreads);
        if (!context->pool) {
            fast_close(context);
            return OPS_NO_MEMORY;
        }
    }
    *out = context;
    return OPS_OK;
}

static ops_status fast_make_convolution(ops_convolution **out, ops_context *context, const convolution *c,
                                        const float *weight, const float *bias, const float *input, float *output) {
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++)
        if (kernels[i].supports(c))
            return kernels[i].make(out, context->pool, c, weight, bias, input, output);
    return OPS_UNSUPPORTED;
}

static ops_status fast_make_filter(ops_convolution **out, ops_context *context, const convolution8 *wide,
                                   const convolution8 *depthwise, const void *input, uint8_t *output) {
    return int8_filter_make(out, context->pool, context->narrow_sums, wide, depthwise, input, output);
}

static ops_status fast_make_pointwise(ops_convolution **out, ops_context *context, const convolution8 *c,
                                      const uint8_t *input, const uint8_t *addend, uint8_t *output) {
    return int8_pointwise_make(out, context->pool, context->narrow_sums, c, input, addend, output);
}

static void add(float *restrict accumulator, const float *restrict addend, size_t n) {
    for (size_t i = 0; i < n; i++)
        accumulator[i] += addend[i];
}

static void mean(const float *restrict input, size_t npositions, size_t nchannels, float *restrict output) {
    const float scale = 1.0f / (float)npositions;
    for (size_t channel = 0; channel < nchannels; channel++)
        output[channel] = 0.0f;
    for (size_t position = 0; position < npositions; position++)
        for (size_t channel = 0; channel < nchannels; channel++)
            output[channel] += input[position * nchannels + channel] * scale;
}

/* Compilers vectorise eight sums. They may not do so with one, because that changes the order of additions. */
static void linear(const float *restrict input, size_t nin, size_t nout, const float *restrict weight,
                   const float *restrict bias, float *restrict output) {
    for (size_t out = 0; out < nout; out++) {
        const float *row = weight + out * nin;
        float sums[8] = {0}, rest = bias[out];
        size_t in = 0;
        for (; in + 8 <= nin; in += 8)
            for (size_t lane = 0; lane < 8; lane++)
                sums[lane] += row[in + lane] * input[in + lane];
        for (; in < nin; in++)
            rest += row[in] * input[in];
        output[out] = rest + ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    }
}

const ops ops_fast = {
    .name = "fast",
    .open = fast_open,
    .close = fast_close,
    .nthreads = fast_nthreads,
    .use_threads = fast_use_threads,
    .use_narrow_sums = fast_use_narrow_sums,
    .make_convolution = fast_make_convolution,
    .make_filter = fast_make_filter,
    .make_pointwise = fast_make_pointwise,
    .add = add,
    .mean = mean,
    .linear = linear,
};

const ops *ops_backend(void) { return &ops_fast; }
