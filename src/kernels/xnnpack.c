#include "kernels/xnnpack.h"

#include <math.h>
#include <stdlib.h>
#include <xnnpack/igemm.h>

/* The only part of XNNPACK that is used: a product of 4 pixels with 8 output channels. It reads input pixels through
 * pointers. XNNPACK_KERNEL is its name for the instruction set, from .cmake/dependencies.cmake. */
enum { PIXELS = 4, CHANNELS = 8 };

typedef struct indirect {
    ops_convolution base;
    convolution shape;
    pthreadpool_t pool;
    union xnn_f32_minmax_params limits;
    float *output;
    float *weights;       /* f32[nout / 8, rounded up][1 + area * nin][8], bias first */
    float *zeros;         /* f32[nin], for the part of a window outside the image */
    const float **pixels; /* [output rows][tiles of 4 in a row][area][4]: the input of a tile's pixels */
} indirect;

static size_t area_of(const convolution *c) { return (size_t)c->kernel * c->kernel; }
static size_t ntiles_of(const convolution *c) { return (convolution_output_side(c) + PIXELS - 1) / PIXELS; }

static void run_row(void *argument, size_t y) {
    const indirect *op = argument;
    const convolution *c = &op->shape;
    const size_t side = convolution_output_side(c), ntiles = ntiles_of(c), tile_pointers = area_of(c) * PIXELS;
    for (size_t tile = 0; tile < ntiles; tile++) {
        const size_t x = tile * PIXELS, npixels = side - x < PIXELS ? side - x : PIXELS;
        XNNPACK_KERNEL(npixels, c->nout, c->nin * sizeof(float), tile_pointers * sizeof(void *),
                       op->pixels + (y * ntiles + tile) * tile_pointers, op->weights,
                       op->output + (y * side + x) * c->nout, c->nout * sizeof(float), CHANNELS * sizeof(float), 0,
                       op->zeros, &op->limits);
    }
}

static void run(ops_convolution *base) {
    indirect *op = (indirect *)base;
    pthreadpool_parallelize_1d(op->pool, run_row, op, convolution_output_side(&op->shape), 0);
}

static void free_indirect(ops_convolution *base) {
    indirect *op = (indirect *)base;
    free(op->weights);
    free(op->zeros);
    free((void *)op->pixels);
    free(op);
}

/* weight: f32[nout][nin][kernel][kernel]. `packed` is zero. */
static void pack(float *packed, const convolution *c, const float *weight, const float *bias) {
    const size_t area = area_of(c), depth = 1 + area * c->nin;
    for (size_t out = 0; out < c->nout; out++) {
        float *to = packed + out / CHANNELS * CHANNELS * depth + out % CHANNELS;
        to[0] = bias[out];
        for (size_t k = 0; k < area; k++)
            for (size_t in = 0; in < c->nin; in++)
                to[(1 + k * c->nin + in) * CHANNELS] = weight[(out * c->nin + in) * area + k];
    }
}

/* The input pixel under element `k` of an output pixel's window. After the last pixel of a row the kernel computes
 * nothing, but it reads the pointers. */
static const float *find_pixel(const indirect *op, const float *input, size_t y, size_t x, size_t k) {
    const convolution *c = &op->shape;
    const size_t from_y = y * c->stride + k / c->kernel, from_x = x * c->stride + k % c->kernel;
    if (from_y < c->pad_before || from_x < c->pad_before || from_y - c->pad_before >= c->side ||
        from_x - c->pad_before >= c->side)
        return op->zeros;
    return input + ((from_y - c->pad_before) * c->side + from_x - c->pad_before) * c->nin;
}

static void find_pixels(const indirect *op, const float *input) {
    const convolution *c = &op->shape;
    const float **to = op->pixels;
    for (size_t y = 0; y < convolution_output_side(c); y++)
        for (size_t tile = 0; tile < ntiles_of(c); tile++)
            for (size_t k = 0; k < area_of(c); k++)
                for (size_t i = 0; i < PIXELS; i++)
                    *to++ = find_pixel(op, input, y, tile * PIXELS + i, k);
}

bool xnnpack_supports(const convolution *c) { return !c->depthwise; }

ops_status xnnpack_make(ops_convolution **out, pthreadpool_t pool, const convolution *c, const float *weight,
                        const float *bias, const float *input, float *output) {
    const size_t nblocks = (c->nout + CHANNELS - 1) / CHANNELS, side = convolution_output_side(c);
    indirect *op = calloc(1, sizeof *op);
    if (!op)
        return OPS_NO_MEMORY;
    *op = (indirect){.base = {run, free_indirect},
                     .shape = *c,
                     .pool = pool,
                     .limits = {{c->relu6 ? 0.0f : -INFINITY, c->relu6 ? 6.0f : INFINITY}},
                     .output = output,
                     .weights = calloc(nblocks * CHANNELS * (1 + area_of(c) * c->nin), sizeof(float)),
                     .zeros = calloc(1, c->nin * sizeof(float) + OPS_PADDING),
                     .pixels = malloc(side * ntiles_of(c) * area_of(c) * PIXELS * sizeof(float *))};
    if (!op->weights || !op->zeros || !op->pixels) {
        free_indirect(&op->base);
        return OPS_NO_MEMORY;
    }
    pack(op->weights, c, weight, bias);
    find_pixels(op, input);
    *out = &op->base;
    return OPS_OK;
}
