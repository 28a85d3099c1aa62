/* The tile of a product of f32 matrices: up to six pixels by eight output channels. Its sums stay in registers, and
 * each step adds the products of one input value of every pixel. On x86, engines have fifteen vector registers for the
 * sums, two vectors of weights and one input value. That is enough for six pixels, or for five if a multiply-add is two
 * instructions with a register between them. With one more register, or with a loop unrolled over input values, V8
 * spills registers, and the speed is half.
 *
 * These functions are inlined; every caller passes a constant `npixels`. */
#ifndef PNEUMOSCOPE_F32_TILE_H
#define PNEUMOSCOPE_F32_TILE_H

#include "kernels/simd/f32.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    LANES = 4,
    PANEL_CHANNELS = 2 * LANES,
    MOST_PIXELS = 6,
    TILE_PIXELS = MULTIPLY_ADD_IS_FUSED ? MOST_PIXELS : MOST_PIXELS - 1
};

/* run(n), where n is npixels as a constant. */
#define WITH_CONSTANT_PIXELS(npixels, run) \
    switch (npixels) {                     \
    case 6: run(6); break;                 \
    case 5: run(5); break;                 \
    case 4: run(4); break;                 \
    case 3: run(3); break;                 \
    case 2: run(2); break;                 \
    default: run(1); break;                \
    }

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

typedef struct f32_tile {
    f32x4 sums[MOST_PIXELS][2];
} f32_tile;

/* bias: f32[8] */
static inline __attribute__((always_inline)) void tile_start(f32_tile *t, size_t npixels, const float *bias) {
    for (size_t pixel = 0; pixel < npixels; pixel++) {
        t->sums[pixel][0] = load(bias);
        t->sums[pixel][1] = load(bias + LANES);
    }
}

/* One input value of each pixel, `step` floats apart. weights: f32[8] */
static inline __attribute__((always_inline)) void tile_add(f32_tile *t, size_t npixels, const float *in, size_t step,
                                                           const float *weights) {
    f32x4 left = load(weights), right = load(weights + LANES);
    for (size_t pixel = 0; pixel < npixels; pixel++) {
        f32x4 x = load_splat(in + pixel * step);
        t->sums[pixel][0] = multiply_add(x, left, t->sums[pixel][0]);
        t->sums[pixel][1] = multiply_add(x, right, t->sums[pixel][1]);
    }
}

/* The pixels' outputs lie `step` floats apart. */
static inline __attribute__((always_inline)) void tile_finish(const f32_tile *t, size_t npixels, bool relu6, float *out,
                                                              size_t step) {
    const f32x4 least = splat(relu6 ? 0.0f : -3.4e38f), most = splat(relu6 ? 6.0f : 3.4e38f);
    for (size_t pixel = 0; pixel < npixels; pixel++) {
        store(out + pixel * step, clamp(t->sums[pixel][0], least, most));
        store(out + pixel * step + LANES, clamp(t->sums[pixel][1], least, most));
    }
}

#endif
