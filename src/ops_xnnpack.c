/* The only file that names XNNPACK. Convolutions run there; the shortcut, the pooling and the classifier are under
 * half a percent of the arithmetic, and XNNPACK's generic operators for them would bring half a megabyte of kernels. */
#include "ops.h"

#include <math.h>
#include <pthreadpool.h>
#include <stdlib.h>
#include <xnnpack.h>

struct ops_context {
    pthreadpool_t pool; /* NULL: one thread */
};

struct ops_convolution {
    xnn_operator_t op;
    pthreadpool_t pool;
    void *workspace;
};

static ops_status to_ops_status(enum xnn_status status) {
    return status == xnn_status_success ? OPS_OK : status == xnn_status_out_of_memory ? OPS_NO_MEMORY : OPS_UNSUPPORTED;
}

static void xnnpack_close(ops_context *context) {
    if (context && context->pool)
        pthreadpool_destroy(context->pool);
    free(context);
}

static ops_status xnnpack_open(ops_context **out, uint32_t nthreads) {
    ops_status status = to_ops_status(xnn_initialize(NULL));
    if (status)
        return status;
    ops_context *context = calloc(1, sizeof *context);
    if (!context)
        return OPS_NO_MEMORY;
    if (nthreads > 1) {
        context->pool = pthreadpool_create(nthreads);
        if (!context->pool) {
            xnnpack_close(context);
            return OPS_NO_MEMORY;
        }
    }
    *out = context;
    return OPS_OK;
}

static uint32_t xnnpack_nthreads(const ops_context *context) {
    return context->pool ? (uint32_t)pthreadpool_get_threads_count(context->pool) : 1;
}

static void xnnpack_free_convolution(ops_convolution *op) {
    if (!op)
        return;
    if (op->op)
        xnn_delete_operator(op->op);
    free(op->workspace);
    free(op);
}

/* XNNPACK wants the channel innermost: [nout][nin][k][k] -> [nout][k][k][nin], or [nout][1][k][k] -> [k][k][nout]. */
static float *reorder_weights(const convolution *c, const float *weight) {
    size_t nin = c->depthwise ? 1 : c->nin, area = (size_t)c->kernel * c->kernel;
    float *reordered = malloc(c->nout * nin * area * sizeof *reordered);
    if (!reordered)
        return NULL;
    for (size_t out = 0; out < c->nout; out++)
        for (size_t in = 0; in < nin; in++)
            for (size_t k = 0; k < area; k++)
                reordered[c->depthwise ? k * c->nout + out : (out * area + k) * nin + in] =
                    weight[(out * nin + in) * area + k];
    return reordered;
}

static enum xnn_status create(const convolution *c, const float *weight, const float *bias, xnn_operator_t *op) {
    uint32_t groups = c->depthwise ? c->nin : 1;
    return xnn_create_convolution2d_nhwc_f32(
        c->pad_before, c->pad_after, c->pad_after, c->pad_before, c->kernel, c->kernel, c->stride, c->stride, 1, 1,
        groups, c->nin / groups, c->nout / groups, c->nin, c->nout, weight, bias, c->relu6 ? 0.0f : -INFINITY,
        c->relu6 ? 6.0f : INFINITY, c->depthwise ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0, NULL, NULL, op);
}

/* Fixes sizes and buffers, so that a run neither allocates nor plans. */
static enum xnn_status bind(ops_convolution *op, const convolution *c, const float *input, float *output) {
    size_t workspace_nbytes = 0, workspace_alignment = 1, height, width;
    enum xnn_status status = xnn_reshape_convolution2d_nhwc_f32(op->op, 1, c->side, c->side, &workspace_nbytes,
                                                                &workspace_alignment, &height, &width, op->pool);
    if (status != xnn_status_success)
        return status;
    if (workspace_nbytes) {
        size_t rounded = (workspace_nbytes + OPS_ALIGNMENT - 1) / OPS_ALIGNMENT * OPS_ALIGNMENT;
        op->workspace = aligned_alloc(OPS_ALIGNMENT, rounded);
        if (!op->workspace)
            return xnn_status_out_of_memory;
    }
    return xnn_setup_convolution2d_nhwc_f32(op->op, op->workspace, input, output);
}

static ops_status xnnpack_make_convolution(ops_convolution **out, ops_context *context, const convolution *c,
                                           const float *weight, const float *bias, const float *input, float *output) {
    ops_convolution *op = calloc(1, sizeof *op);
    float *reordered = reorder_weights(c, weight);
    if (!op || !reordered) {
        free(op);
        free(reordered);
        return OPS_NO_MEMORY;
    }
    op->pool = context->pool;
    enum xnn_status status = create(c, reordered, bias, &op->op);
    free(reordered);
    if (status == xnn_status_success && !op->op)
        status = xnn_status_out_of_memory; /* which XNNPACK calls success where only its zero padding found no room */
    if (status == xnn_status_success)
        status = bind(op, c, input, output);
    if (status != xnn_status_success) {
        xnnpack_free_convolution(op);
        return to_ops_status(status);
    }
    *out = op;
    return OPS_OK;
}

static void xnnpack_run_convolution(ops_convolution *op) { xnn_run_operator(op->op, op->pool); }

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

/* Eight sums side by side, so that compilers vectorise what strict floating point would keep in sequence. */
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

const ops ops_xnnpack = {
    .name = "xnnpack",
    .open = xnnpack_open,
    .close = xnnpack_close,
    .nthreads = xnnpack_nthreads,
    .make_convolution = xnnpack_make_convolution,
    .run_convolution = xnnpack_run_convolution,
    .free_convolution = xnnpack_free_convolution,
    .add = add,
    .mean = mean,
    .linear = linear,
};
