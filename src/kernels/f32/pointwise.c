#include "kernels/f32/pointwise.h"

#include "kernels/f32/pack.h"
#include "kernels/f32/tile.h"

#include <stdlib.h>

/* A matrix product: [pixels][nin] x [nin][nout]. The pixels are cut into tiles of nearly equal height, so no tile has
 * only one pixel: 49 are 4 x 6 + 5 x 5.
 *
 * A thread takes a block of pixels that fits the second-level cache. It walks over the block once for each panel of
 * weights: eight output channels, which fit the first-level cache. Few blocks are also divided by panels. */
enum { BLOCK_TILES = 4, ENOUGH_TASKS = 16 };

typedef struct pointwise {
    ops_convolution base;
    convolution shape;
    pthreadpool_t pool;
    const float *input;
    float *output;
    float *weights; /* f32[nout / 8][1 + nin][8]: bias, then the weights of one input channel after the other */
    size_t ntiles, ngroups;
} pointwise;

static inline __attribute__((always_inline)) void run_pixels(const pointwise *op, size_t npixels, const float *in,
                                                             const float *weights, float *out) {
    const size_t nin = op->shape.nin;
    f32_tile t;
    tile_start(&t, npixels, weights);
    for (size_t k = 0; k < nin; k++)
        tile_add(&t, npixels, in + k, nin, weights += PANEL_CHANNELS);
    tile_finish(&t, npixels, op->shape.relu6, out, op->shape.nout);
}

static size_t first_pixel(const pointwise *op, size_t tile) {
    return tile * op->shape.side * op->shape.side / op->ntiles;
}

#define RUN(n) run_pixels(op, n, in, weights, out)
static void run_tile(const pointwise *op, size_t tile, size_t panel) {
    const size_t first = first_pixel(op, tile), npixels = first_pixel(op, tile + 1) - first;
    const float *in = op->input + first * op->shape.nin;
    const float *weights = op->weights + panel * PANEL_CHANNELS * (1 + op->shape.nin);
    float *out = op->output + first * op->shape.nout + panel * PANEL_CHANNELS;
    WITH_CONSTANT_PIXELS(npixels, RUN)
}

static void run_task(void *argument, size_t task) {
    const pointwise *op = argument;
    const size_t npanels = op->shape.nout / PANEL_CHANNELS, block = task / op->ngroups, group = task % op->ngroups;
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

bool f32_pointwise_supports(const convolution *c) {
    bool plain = !c->depthwise && c->kernel == 1 && c->stride == 1 && c->pad_before == 0 && c->pad_after == 0;
    return plain && c->nout % PANEL_CHANNELS == 0;
}

ops_status f32_pointwise_make(ops_convolution **out, pthreadpool_t pool, const convolution *c, const float *weight,
                              const float *bias, const float *input, float *output) {
    pointwise *op = calloc(1, sizeof *op);
    float *packed = pack_panels(weight, bias, c->nout, c->nin, PANEL_CHANNELS);
    if (!op || !packed) {
        free(op);
        free(packed);
        return OPS_NO_MEMORY;
    }
    *op = (pointwise){{run, free_pointwise}, *c, pool, input, output, packed, 0, 0};
    op->ntiles = ((size_t)c->side * c->side + TILE_PIXELS - 1) / TILE_PIXELS;
    op->ngroups = smaller(c->nout / PANEL_CHANNELS, (ENOUGH_TASKS + count_blocks(op) - 1) / count_blocks(op));
    *out = &op->base;
    return OPS_OK;
}
