#include "ops_pointwise.h"

#include "simd.h"

#include <stdlib.h>

/* A matrix product: [pixels][nin] x [nin][nout]. A tile is a few pixels by eight output channels, as many as keep its
 * sums, two vectors of weights and one pixel in the fifteen vector registers that engines have on x86: six, or five
 * where a multiply-add is two instructions and wants a register between them. One register more, or a loop unrolled
 * over input channels, and V8 spills: half the speed. A layer's pixels are cut into tiles of nearly the same height, so
 * that no tile runs for one pixel alone: 49 are 4 x 6 + 5 x 5.
 *
 * One thread takes a block of pixels, which fits the second-level cache, and goes through it for one panel of weights
 * after the other (eight output channels, within the first-level cache). Where blocks are few, they are also cut by
 * panels. */
enum { LANES = 4, PANEL = 2 * LANES, BLOCK_TILES = 4, ENOUGH_TASKS = 16 };
enum { MOST_ROWS = 6, TILE = MULTIPLY_ADD_IS_FUSED ? MOST_ROWS : MOST_ROWS - 1 };

typedef struct pointwise {
    ops_convolution base;
    convolution shape;
    pthreadpool_t pool;
    const float *input;
    float *output;
    float *weights; /* f32[nout / 8][1 + nin][8]: bias, then the weights of one input channel after the other */
    size_t ntiles, ngroups;
} pointwise;

/* Sums of `nrows` pixels, a constant wherever this is inlined. */
static inline __attribute__((always_inline)) void run_rows(const pointwise *op, size_t nrows, const float *in,
                                                           const float *weights, float *out) {
    const size_t nin = op->shape.nin, nout = op->shape.nout;
    f32x4 sums[MOST_ROWS][2];
    for (size_t row = 0; row < nrows; row++) {
        sums[row][0] = load(weights);
        sums[row][1] = load(weights + LANES);
    }
    for (size_t k = 0; k < nin; k++) {
        weights += PANEL;
        f32x4 left = load(weights), right = load(weights + LANES);
        for (size_t row = 0; row < nrows; row++) {
            f32x4 x = load_splat(in + row * nin + k);
            sums[row][0] = multiply_add(x, left, sums[row][0]);
            sums[row][1] = multiply_add(x, right, sums[row][1]);
        }
    }
    const f32x4 least = splat(op->shape.relu6 ? 0.0f : -3.4e38f), most = splat(op->shape.relu6 ? 6.0f : 3.4e38f);
    for (size_t row = 0; row < nrows; row++) {
        store(out + row * nout, clamp(sums[row][0], least, most));
        store(out + row * nout + LANES, clamp(sums[row][1], least, most));
    }
}

/* First pixel of a tile. */
static size_t tile_start(const pointwise *op, size_t tile) {
    return tile * op->shape.side * op->shape.side / op->ntiles;
}

static void run_tile(const pointwise *op, size_t tile, size_t panel) {
    const size_t first = tile_start(op, tile), nrows = tile_start(op, tile + 1) - first;
    const float *in = op->input + first * op->shape.nin;
    const float *weights = op->weights + panel * PANEL * (1 + op->shape.nin);
    float *out = op->output + first * op->shape.nout + panel * PANEL;
    switch (nrows) {
    case 6: run_rows(op, 6, in, weights, out); break;
    case 5: run_rows(op, 5, in, weights, out); break;
    case 4: run_rows(op, 4, in, weights, out); break;
    case 3: run_rows(op, 3, in, weights, out); break;
    case 2: run_rows(op, 2, in, weights, out); break;
    default: run_rows(op, 1, in, weights, out); break;
    }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void run_task(void *argument, size_t task) {
    const pointwise *op = argument;
    const size_t npanels = op->shape.nout / PANEL, block = task / op->ngroups, group = task % op->ngroups;
    const size_t last = smaller((block + 1) * BLOCK_TILES, op->ntiles);
    for (size_t panel = group * npanels / op->ngroups; panel < (group + 1) * npanels / op->ngroups; panel++)
        for (size_t tile = block * BLOCK_TILES; tile < last; tile++)
            run_tile(op, tile, panel);
}

static size_t count_blocks(const pointwise *op) { return (op->ntiles + BLOCK_TILES - 1) / BLOCK_TILES; }

static void run(ops_convolution *base) {
    pointwise *op = (pointwise *)base;
    pthreadpool_parallelize_1d(op->pool, run_task, op, count_blocks(op) * op->ngroups, 0);
}

static void free_pointwise(ops_convolution *base) {
    free(((pointwise *)base)->weights);
    free(base);
}

bool pointwise_f32_supports(const convolution *c) {
    bool plain = !c->depthwise && c->kernel == 1 && c->stride == 1 && c->pad_before == 0 && c->pad_after == 0;
    return plain && c->nout % PANEL == 0;
}

ops_status pointwise_f32_make(ops_convolution **out, pthreadpool_t pool, const convolution *c, const float *weight,
                              const float *bias, const float *input, float *output) {
    pointwise *op = calloc(1, sizeof *op);
    float *packed = malloc((size_t)c->nout * (1 + c->nin) * sizeof *packed);
    if (!op || !packed) {
        free(op);
        free(packed);
        return OPS_NO_MEMORY;
    }
    for (size_t channel = 0; channel < c->nout; channel++) {
        float *to = packed + channel / PANEL * PANEL * (1 + c->nin) + channel % PANEL;
        to[0] = bias[channel];
        for (size_t k = 0; k < c->nin; k++)
            to[(1 + k) * PANEL] = weight[channel * c->nin + k];
    }
    *op = (pointwise){{run, free_pointwise}, *c, pool, input, output, packed, 0, 0};
    op->ntiles = ((size_t)c->side * c->side + TILE - 1) / TILE;
    op->ngroups = smaller(c->nout / PANEL, (ENOUGH_TASKS + count_blocks(op) - 1) / count_blocks(op));
    *out = &op->base;
    return OPS_OK;
}
