/* The matrix product of the eight-bit kernels: one panel, 8 positions, times four output channels.
 *
 * Eight sums of four positions each stay in registers with two vectors of activations and one of weights, which leaves
 * room among sixteen for the widened halves that baseline SIMD needs. A step reads 32 bytes of the panel and the same
 * four input channels' weights, both in the order in which they lie in memory. */
#ifndef PNEUMOSCOPE_OPS_INT8_TILE_H
#define PNEUMOSCOPE_OPS_INT8_TILE_H

#include "ops_kernels8.h"
#include "simd_int8.h"

#include <stdlib.h>

/* A 1x1 convolution, packed: copies of what the caller of a maker keeps. */
typedef struct packed_pointwise {
    size_t nin, nout;
    packed_quad *weights; /* [nout / 4][nin / 4][4 outputs] */
    int32_t *bias;        /* [nout] */
    float *multiplier;    /* [nout] */
} packed_pointwise;

/* False where there is no memory. */
static inline bool pack_pointwise(packed_pointwise *out, const convolution8 *c) {
    size_t nin = c->shape.nin, nout = c->shape.nout, nquads = nout * nin / QUAD;
    packed_quad *weights = malloc(nquads * sizeof *weights + nout * (sizeof *out->bias + sizeof *out->multiplier));
    if (!weights)
        return false;
    *out = (packed_pointwise){.nin = nin, .nout = nout, .weights = weights};
    out->bias = (int32_t *)(weights + nquads);
    out->multiplier = (float *)(out->bias + nout);
    for (size_t o = 0; o < nout; o++)
        for (size_t q = 0; q < nin / QUAD; q++)
            pack_quad(&weights[(o / QUAD * (nin / QUAD) + q) * QUAD + o % QUAD], c->weight + o * nin + q * QUAD);
    memcpy(out->bias, c->bias, nout * sizeof *c->bias);
    memcpy(out->multiplier, c->multiplier, nout * sizeof *c->multiplier);
    return true;
}

/* Outputs of one panel for the channels 4 * group ... + 3, two channels a vector: u8[2][8 positions]. */
typedef struct tile {
    vec first, second;
} tile;

static inline tile multiply_panel(const packed_pointwise *p, const uint8_t *panel, size_t group, rounding r) {
    const packed_quad *weights = p->weights + group * p->nin;
    vec sums[QUAD][2], rows[QUAD];
    for (size_t o = 0; o < QUAD; o++)
        sums[o][0] = sums[o][1] = vec_splat(p->bias + group * QUAD + o);
    for (size_t q = 0; q < p->nin / QUAD; q++, panel += PANEL * QUAD, weights += QUAD) {
        quads low = load_quads(panel), high = load_quads(panel + 16);
        for (size_t o = 0; o < QUAD; o++) {
            weight_quad w = load_weights(weights + o);
            sums[o][0] = dot(low, w, sums[o][0]);
            sums[o][1] = dot(high, w, sums[o][1]);
        }
    }
    for (size_t o = 0; o < QUAD; o++) {
        vec multiplier = vec_splat(p->multiplier + group * QUAD + o);
        rows[o] = narrow16(round_product(sums[o][0], multiplier, r), round_product(sums[o][1], multiplier, r));
    }
    return (tile){narrow8(rows[0], rows[1]), narrow8(rows[2], rows[3])};
}

#endif
