/* The operators by their definitions, in plain loops. Tests compare every other backend with them. */
#include "kernels/panels.h"
#include "kernels/reference/window.h"

#include <stdlib.h>
#include <string.h>

struct ops_context {
    char nothing;
};

typedef struct reference_convolution {
    ops_convolution base;
    convolution shape;
    const float *input;
    float *output;
    float *weight; /* f32[nout][nin or 1][kernel][kernel], then bias f32[nout] */
    float *bias;
} reference_convolution;

static ops_status reference_open(ops_context **out, uint32_t nthreads) {
    (void)nthreads;
    *out = malloc(sizeof **out);
    return *out ? OPS_OK : OPS_NO_MEMORY;
}

static void reference_close(ops_context *context) { free(context); }

static void reference_use_threads(ops_context *context, bool all) {
    (void)context;
    (void)all;
}

static void reference_use_narrow_sums(ops_context *context, bool narrow) {
    (void)context;
    (void)narrow;
}

static uint32_t reference_nthreads(const ops_context *context) {
    (void)context;
    return 1;
}

/* One output value: channel `out` at (row, column), before the activation. */
static float convolve_at(const reference_convolution *op, uint32_t row, uint32_t column, uint32_t out) {
    const convolution *c = &op->shape;
    uint32_t nin = c->depthwise ? 1 : c->nin, first = c->depthwise ? out : 0;
    float sum = op->bias[out];
    for (uint32_t ky = 0; ky < c->kernel; ky++) {
        for (uint32_t kx = 0; kx < c->kernel; kx++) {
            int64_t y, x;
            if (!window_at(c, row, column, ky, kx, &y, &x))
                continue;
            const float *pixel = op->input + ((size_t)y * c->side + (size_t)x) * c->nin + first;
            const float *weight = op->weight + weight_index(c, out, ky, kx);
            for (uint32_t in = 0; in < nin; in++)
                sum += pixel[in] * weight[(size_t)in * c->kernel * c->kernel];
        }
    }
    return sum;
}

static void reference_run_convolution(ops_convolution *base) {
    const reference_convolution *op = (const reference_convolution *)base;
    const convolution *c = &op->shape;
    uint32_t side = convolution_output_side(c);
    float *at = op->output;
    for (uint32_t row = 0; row < side; row++) {
        for (uint32_t column = 0; column < side; column++) {
            for (uint32_t out = 0; out < c->nout; out++) {
                float value = convolve_at(op, row, column, out);
                if (c->relu6)
                    value = value < 0.0f ? 0.0f : value > 6.0f ? 6.0f : value;
                *at++ = value;
            }
        }
    }
}

static void reference_free_convolution(ops_convolution *base) {
    free(((reference_convolution *)base)->weight);
    free(base);
}

static ops_status reference_make_convolution(ops_convolution **out, ops_context *context, const convolution *shape,
                                             const float *weight, const float *bias, const float *input,
                                             float *output) {
    (void)context;
    size_t nweights = (size_t)shape->nout * (shape->depthwise ? 1 : shape->nin) * shape->kernel * shape->kernel;
    reference_convolution *op = malloc(sizeof *op);
    float *copy = malloc((nweights + shape->nout) * sizeof *copy);
    if (!op || !copy) {
        free(op);
        free(copy);
        return OPS_NO_MEMORY;
    }
    memcpy(copy, weight, nweights * sizeof *copy);
    memcpy(copy + nweights, bias, shape->nout * sizeof *copy);
    *op = (reference_convolution){
        {reference_run_convolution, reference_free_convolution}, *shape, input, output, copy, copy + nweights};
    *out = &op->base;
    /* cppcheck-suppress memleak ; op holds the copy, and frees it */
    return OPS_OK;
}

static void reference_add(float *accumulator, const float *addend, size_t n) {
    for (size_t i = 0; i < n; i++)
        accumulator[i] += addend[i];
}

static void reference_mean(const float *input, size_t npositions, size_t nchannels, float *output) {
    for (size_t channel = 0; channel < nchannels; channel++) {
        double sum = 0.0;
        for (size_t position = 0; position < npositions; position++)
            sum += (double)input[position * nchannels + channel];
        output[channel] = (float)(sum / (double)npositions);
    }
}

static void reference_linear(const float *input, size_t nin, size_t nout, const float *weight, const float *bias,
                             float *output) {
    for (size_t out = 0; out < nout; out++) {
        double sum = (double)bias[out];
        for (size_t in = 0; in < nin; in++)
            sum += (double)weight[out * nin + in] * (double)input[in];
        output[out] = (float)sum;
    }
}

const ops ops_reference = {
    .name = "reference",
    .open = reference_open,
    .close = reference_close,
    .nthreads = reference_nthreads,
    .use_threads = reference_use_threads,
    .use_narrow_sums = reference_use_narrow_sums,
    .make_convolution = reference_make_convolution,
    .make_filter = reference_filter_make,
    .make_pointwise = reference_pointwise_make,
    .add = reference_add,
    .mean = reference_mean,
    .linear = reference_linear,
};
