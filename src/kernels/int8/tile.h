/* The matrix product of the eight-bit kernels: one panel, 8 positions, times a tile of output channels.
 *
 * A tile is four channels, eight sums of four positions each, which stay in registers with two vectors of activations
 * and one of weights and leave room among sixteen for the widened halves that baseline SIMD needs. Where one
 * instruction multiplies and adds and enough input channels pay for what comes before and after them, it is six, half
 * of a group of three quads: twelve sums, 6 % faster. A step reads 32 bytes of the panel and the same four input
 * channels' weights, both in the order in which they lie in memory. */
#ifndef PNEUMOSCOPE_OPS_INT8_TILE_H
#define PNEUMOSCOPE_OPS_INT8_TILE_H

#include "kernels/int8/kernels.h"
#include "kernels/simd/int8.h"

#include <stdlib.h>

enum { TILE_CHANNELS = 6, GROUP_CHANNELS = 2 * TILE_CHANNELS, MIN_INPUTS_FOR_GROUPS = 96 };

/* A 1x1 convolution, packed: copies of what the caller of a maker keeps. */
typedef struct packed_pointwise {
    size_t nin, nout;
    size_t group;         /* output channels in a group: 12, or 4; the last one may have fewer */
    packed_quad *weights; /* [tiles][nin / 4][channels of the tile] */
    int32_t *bias;        /* [nout] */
    float *multiplier;    /* [nout] */
} packed_pointwise;

static inline size_t count_groups(const packed_pointwise *p) { return (p->nout + p->group - 1) / p->group; }

/* Channels of the group that begins with `first`. Twelve are two tiles of six, others tiles of four. */
static inline size_t group_size(const packed_pointwise *p, size_t first) {
    return p->nout - first < p->group ? p->nout - first : p->group;
}

/* False where there is no memory. */
static inline bool pack_pointwise(packed_pointwise *out, const convolution8 *c) {
    size_t nin = c->shape.nin, nout = c->shape.nout, nquads = nout * nin / QUAD;
    packed_quad *weights = malloc(nquads * sizeof *weights + nout * (sizeof *out->bias + sizeof *out->multiplier));
    if (!weights)
        return false;
    *out = (packed_pointwise){.nin = nin, .nout = nout, .weights = weights};
    out->group = ROOM_FOR_SIX_CHANNELS && nin >= MIN_INPUTS_FOR_GROUPS ? GROUP_CHANNELS : QUAD;
    out->bias = (int32_t *)(weights + nquads);
    out->multiplier = (float *)(out->bias + nout);
    for (size_t o = 0; o < nout; o++) {
        size_t in_group = o % out->group, size = group_size(out, o - in_group) == GROUP_CHANNELS ? TILE_CHANNELS : QUAD;
        size_t first = o - in_group % size;
        for (size_t q = 0; q < nin / QUAD; q++)
            pack_quad(&weights[first * (nin / QUAD) + q * size + o - first], c->weight + o * nin + q * QUAD);
    }
    memcpy(out->bias, c->bias, nout * sizeof *c->bias);
    memcpy(out->multiplier, c->multiplier, nout * sizeof *c->multiplier);
    return true;
}

/* Outputs of one panel for `size` channels, a constant wherever this is inlined, two channels a vector:
 * u8[2][8 positions]. */
static inline __attribute__((always_inline)) void multiply_tile(const packed_pointwise *p, const uint8_t *panel,
                                                                size_t channel, size_t size, rounding r, vec *pairs) {
    const packed_quad *weights = p->weights + channel * (p->nin / QUAD);
    vec sums[TILE_CHANNELS][2], rows[TILE_CHANNELS];
    for (size_t o = 0; o < size; o++)
        sums[o][0] = sums[o][1] = vec_splat(p->bias + channel + o);
    for (size_t q = 0; q < p->nin / QUAD; q++, panel += (size_t)PANEL_POSITIONS * QUAD, weights += size) {
        quads low = load_quads(panel), high = load_quads(panel + 16);
        for (size_t o = 0; o < size; o++) {
            weight_quad w = load_weights(weights + o);
            sums[o][0] = dot(low, w, sums[o][0]);
            sums[o][1] = dot(high, w, sums[o][1]);
        }
    }
    for (size_t o = 0; o < size; o++) {
        vec multiplier = vec_splat(p->multiplier + channel + o);
        rows[o] = narrow16(round_product(sums[o][0], multiplier, r), round_product(sums[o][1], multiplier, r));
    }
    for (size_t o = 0; o < size; o += 2)
        pairs[o / 2] = narrow8(rows[o], rows[o + 1]);
}

#endif
