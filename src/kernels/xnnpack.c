#include "kernels/xnnpack.h"

#include <math.h>
#include <stdlib.h>
#include <xnnpack.h>

typedef struct xnnpack_convolution {
    ops_convolution base;
    xnn_operator_t op;
    pthreadpool_t pool;
    void *workspace;
} xnnpack_convolution;

static ops_status to_ops_status(enum xnn_status status) {
    return status == xnn_status_success ? OPS_OK : status == xnn_status_out_of_memory ? OPS_NO_MEMORY : OPS_UNSUPPORTED;
}

static void run(ops_convolution *base) {
    xnnpack_convolution *op = (xnnpack_convolution *)base;
    xnn_run_operator(op->op, op->pool);
}

static void free_convolution(ops_convolution *base) {
    xnnpack_convolution *op = (xnnpack_convolution *)base;
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
static enum xnn_status bind(xnnpack_convolution *op, const convolution *c, const float *input, float *output) {
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

ops_status xnnpack_make(ops_convolution **out, pthreadpool_t pool, const convolution *c, const float *weight,
                        const float *bias, const float *input, float *output) {
    ops_status started = to_ops_status(xnn_initialize(NULL)); /* does nothing from the second time on */
    if (started)
        return started;
    xnnpack_convolution *op = calloc(1, sizeof *op);
    float *reordered = reorder_weights(c, weight);
    if (!op || !reordered) {
        free(op);
        free(reordered);
        return OPS_NO_MEMORY;
    }
    op->base = (ops_convolution){run, free_convolution};
    op->pool = pool;
    enum xnn_status status = create(c, reordered, bias, &op->op);
    free(reordered);
    if (status == xnn_status_success && !op->op)
        status = xnn_status_out_of_memory; /* which XNNPACK calls success where only its zero padding found no room */
    if (status == xnn_status_success)
        status = bind(op, c, input, output);
    if (status != xnn_status_success) {
        free_convolution(&op->base);
        return to_ops_status(status);
    }
    *out = &op->base;
    return OPS_OK;
}
