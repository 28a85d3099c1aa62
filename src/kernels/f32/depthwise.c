#include "kernels/f32/depthwise.h"

#include "kernels/f32/pack.h"
#include "kernels/simd/f32.h"

#include <stdlib.h>

/* A thread computes one output row at a time, four channels at a time. Three input rows of four channels fit the
 * first-level cache. Nine weights, three sums and three pixels fit sixteen registers. Each column of three pixels is
 * loaded once along the row, and added to every output with a window over it. */
enum { LANES = 4, TAPS = 9 };

typedef struct depthwise {
    ops_convolution base;
    convolution shape;
    pthreadpool_t pool;
    const float *input;
    float *output;
    float *weights; /* f32[channels / 4][1 + 9][4]: bias, then the window row by row */
} depthwise;

/* The three input rows under an output row. A row of zeros is one pixel that is read many times. */
typedef struct window {
    const float *rows[3];
    size_t steps[3]; /* floats from one pixel to the next */
} window;

typedef struct column {
    f32x4 rows[3];
} column;

/* The next three pixels, one of each row. Moving the pointers compiles to the fewest instructions. */
static inline column take_column(window *w) {
    column c;
    for (size_t k = 0; k < 3; k++) {
        c.rows[k] = load(w->rows[k]);
        w->rows[k] += w->steps[k];
    }
    return c;
}

/* sum + the pixels of a column under window column `kx` */
static inline f32x4 add_column(f32x4 sum, column c, const f32x4 weights[TAPS], size_t kx) {
    sum = multiply_add(c.rows[0], weights[kx], sum);
    sum = multiply_add(c.rows[1], weights[3 + kx], sum);
    return multiply_add(c.rows[2], weights[6 + kx], sum);
}

typedef struct line {
    const convolution *shape;
    window in;
    float *out;
    f32x4 bias, weights[TAPS], least, most;
} line;

static inline float *put(const line *l, float *out, f32x4 sum) {
    store(out, clamp(sum, l->least, l->most));
    return out + l->shape->nout;
}

/* Window of output x: input columns x-1, x, x+1. At any time two sums are incomplete. */
static void run_line_stride1(const line *l) {
    window in = l->in;
    float *out = l->out;
    column c = take_column(&in);
    f32x4 current = add_column(l->bias, c, l->weights, 1), next = add_column(l->bias, c, l->weights, 0);
    for (size_t left = l->shape->side - 1; left > 0; left--) {
        c = take_column(&in);
        out = put(l, out, add_column(current, c, l->weights, 2));
        current = add_column(next, c, l->weights, 1);
        next = add_column(l->bias, c, l->weights, 0);
    }
    put(l, out, current);
}

/* Window of output x: input columns 2x-p, 2x-p+1, 2x-p+2, with p pixels of padding before the first column. The middle
 * column of a window is never padding. */
static void run_line_stride2(const line *l) {
    window in = l->in;
    float *out = l->out;
    size_t left = l->shape->side;
    f32x4 sum = l->bias;
    if (!l->shape->pad_before) {
        sum = add_column(sum, take_column(&in), l->weights, 0);
        left--;
    }
    for (; left >= 2; left -= 2) {
        sum = add_column(sum, take_column(&in), l->weights, 1);
        column shared = take_column(&in);
        out = put(l, out, add_column(sum, shared, l->weights, 2));
        sum = add_column(l->bias, shared, l->weights, 0);
    }
    if (left == 1 && l->shape->pad_after)
        put(l, out, add_column(sum, take_column(&in), l->weights, 1));
}

static const float zeros[LANES];

/* Rows y * stride - pad_before + 0, 1, 2 of four channels. */
static window open_window(const depthwise *op, size_t y, size_t channel) {
    const convolution *c = &op->shape;
    window w;
    for (size_t k = 0; k < 3; k++) {
        size_t row = y * c->stride + k - c->pad_before; /* wraps round to a large number above the first row */
        bool inside = row < c->side;
        w.rows[k] = inside ? op->input + row * c->side * c->nin + channel : zeros;
        w.steps[k] = inside ? c->nin : 0;
    }
    return w;
}

static void run_row(void *argument, size_t y) {
    const depthwise *op = argument;
    const convolution *c = &op->shape;
    size_t out_side = convolution_output_side(c);
    line l = {.shape = c, .least = splat(c->relu6 ? 0.0f : -3.4e38f), .most = splat(c->relu6 ? 6.0f : 3.4e38f)};
    for (size_t channel = 0; channel < c->nout; channel += LANES) {
        const float *weights = op->weights + channel * (1 + TAPS);
        l.in = open_window(op, y, channel);
        l.out = op->output + y * out_side * c->nout + channel;
        l.bias = load(weights);
        for (size_t k = 0; k < TAPS; k++)
            l.weights[k] = load(weights + (1 + k) * LANES);
        if (c->stride == 1)
            run_line_stride1(&l);
        else
            run_line_stride2(&l);
    }
}

static void run(ops_convolution *base) {
    depthwise *op = (depthwise *)base;
    pthreadpool_parallelize_1d(op->pool, run_row, op, convolution_output_side(&op->shape), 0);
}

static void free_depthwise(ops_convolution *base) {
    free(((depthwise *)base)->weights);
    free(base);
}

bool f32_depthwise_supports(const convolution *c) {
    bool padded = c->pad_before <= 1 && c->pad_after <= 1 && (c->stride == 2 || (c->pad_before && c->pad_after));
    return c->depthwise && c->kernel == 3 && (c->stride == 1 || c->stride == 2) && padded && c->nin % LANES == 0;
}

ops_status f32_depthwise_make(ops_convolution **out, pthreadpool_t pool, const convolution *c, const float *weight,
                              const float *bias, const float *input, float *output) {
    depthwise *op = calloc(1, sizeof *op);
    float *packed = pack_panels(weight, bias, c->nout, TAPS, LANES);
    if (!op || !packed) {
        free(op);
        free(packed);
        return OPS_NO_MEMORY;
    }
    *op = (depthwise){{run, free_depthwise}, *c, pool, input, output, packed};
    *out = &op->base;
    return OPS_OK;
}
