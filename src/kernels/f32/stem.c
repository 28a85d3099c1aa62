#include "kernels/f32/stem.h"

#include "kernels/f32/pack.h"
#include "kernels/f32/tile.h"

#include <stdlib.h>

/* A thread computes one output row at a time, and in it tile after tile with all channels. A window across the left or
 * right edge is a tile of its own, read from a copy with zeros around it. A row above or below the image is zeros. */
enum { MOST_KERNEL = 3 };

typedef struct stem {
    ops_convolution base;
    convolution shape;
    pthreadpool_t pool;
    const float *input;
    float *output;
    float *weights; /* f32[nout / 8][1 + kernel * kernel][8]: bias, then the window row by row */
    float *zeros;   /* f32[side] */
} stem;

/* The input rows under an output row. Each pointer is at the same column. */
typedef struct window {
    const float *rows[MOST_KERNEL];
} window;

/* The kernel's side is no constant here, so the compiler does not unroll the loops. */
static inline __attribute__((always_inline)) void run_pixels(const stem *op, size_t npixels, window in,
                                                             const float *weights, float *out) {
    const size_t kernel = op->shape.kernel, stride = op->shape.stride;
    f32_tile t;
    tile_start(&t, npixels, weights);
    for (size_t row = 0; row < kernel; row++)
        for (size_t k = 0; k < kernel; k++)
            tile_add(&t, npixels, in.rows[row] + k, stride, weights += PANEL_CHANNELS);
    tile_finish(&t, npixels, op->shape.relu6, out, op->shape.nout);
}

#define RUN(n) run_pixels(op, n, in, weights, out + channel)
static void run_tile(const stem *op, size_t npixels, window in, float *out) {
    const size_t kernel = op->shape.kernel;
    const float *weights = op->weights;
    for (size_t channel = 0; channel < op->shape.nout;
         channel += PANEL_CHANNELS, weights += PANEL_CHANNELS * (1 + kernel * kernel)) {
        WITH_CONSTANT_PIXELS(npixels, RUN)
    }
}

/* Rows y * stride - pad_before + 0, 1, 2. */
static window open_window(const stem *op, size_t y) {
    const convolution *c = &op->shape;
    window w = {{0}};
    for (size_t k = 0; k < c->kernel; k++) {
        size_t row = y * c->stride + k - c->pad_before; /* wraps round to a large number above the first row */
        w.rows[k] = row < c->side ? op->input + row * c->side : op->zeros;
    }
    return w;
}

static void run_edge(const stem *op, window in, size_t x, float *out) {
    const convolution *c = &op->shape;
    float pixels[MOST_KERNEL][MOST_KERNEL] = {{0}};
    for (size_t row = 0; row < c->kernel; row++) {
        for (size_t k = 0; k < c->kernel; k++) {
            size_t column = x * c->stride + k - c->pad_before;
            if (column < c->side)
                pixels[row][k] = in.rows[row][column];
        }
        in.rows[row] = pixels[row];
    }
    run_tile(op, 1, in, out);
}

static void run_row(void *argument, size_t y) {
    const stem *op = argument;
    const convolution *c = &op->shape;
    const size_t side = convolution_output_side(c), nout = c->nout, before = c->pad_before;
    /* windows of outputs first .. last-1 cross no edge */
    const size_t inside = c->side + before >= c->kernel ? (c->side + before - c->kernel) / c->stride + 1 : 0;
    const size_t first = smaller((before + c->stride - 1) / c->stride, side), last = smaller(inside, side);
    const window in = open_window(op, y);
    float *out = op->output + y * side * nout;
    for (size_t x = 0; x < side; x++)
        if (x < first || x >= last)
            run_edge(op, in, x, out + x * nout);
    const size_t npixels = last > first ? last - first : 0, ntiles = (npixels + TILE_PIXELS - 1) / TILE_PIXELS;
    for (size_t tile = 0; tile < ntiles; tile++) {
        const size_t x = first + tile * npixels / ntiles, end = first + (tile + 1) * npixels / ntiles;
        window under = in;
        for (size_t k = 0; k < c->kernel; k++)
            under.rows[k] += x * c->stride - before;
        run_tile(op, end - x, under, out + x * nout);
    }
}

static void run(ops_convolution *base) {
    stem *op = (stem *)base;
    pthreadpool_parallelize_1d(op->pool, run_row, op, convolution_output_side(&op->shape), 0);
}

static void free_stem(ops_convolution *base) {
    stem *op = (stem *)base;
    free(op->weights);
    free(op->zeros);
    free(op);
}

bool f32_stem_supports(const convolution *c) {
    bool padded = c->pad_before < c->kernel && c->pad_after < c->kernel;
    return c->nin == 1 && !c->depthwise && c->kernel <= MOST_KERNEL && padded && c->nout % PANEL_CHANNELS == 0;
}

ops_status f32_stem_make(ops_convolution **out, pthreadpool_t pool, const convolution *c, const float *weight,
                         const float *bias, const float *input, float *output) {
    stem *op = calloc(1, sizeof *op);
    float *packed = pack_panels(weight, bias, c->nout, (size_t)c->kernel * c->kernel, PANEL_CHANNELS);
    float *zeros = calloc(c->side, sizeof *zeros);
    if (!op || !packed || !zeros) {
        free(op);
        free(packed);
        free(zeros);
        return OPS_NO_MEMORY;
    }
    *op = (stem){{run, free_stem}, *c, pool, input, output, packed, zeros};
    *out = &op->base;
    /* cppcheck-suppress memleak ; free_stem frees what op holds */
    return OPS_OK;
}
