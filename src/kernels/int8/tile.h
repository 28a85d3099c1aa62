/* The matrix product of the eight-bit kernels: one panel, 8 positions, times a tile of output channels.
 *
 * An example: 8 input channels, and a tile of 4 output channels A, B, C, D.
 *
 *     the panel in memory, u8[2 quads][8 positions][4 channels]; p3.5 is position 3, channel 5:
 *         quad 0   p0.0 p0.1 p0.2 p0.3 | p1.0 p1.1 p1.2 p1.3 | ... | p7.0 p7.1 p7.2 p7.3        32 bytes: a step
 *         quad 1   p0.4 p0.5 p0.6 p0.7 | p1.4 p1.5 p1.6 p1.7 | ... | p7.4 p7.5 p7.6 p7.7        32 bytes: a step
 *
 *     the tile's weights, s8[2 quads][4 outputs][4 channels]; A.5 is output A, channel 5:
 *         quad 0   A.0 A.1 A.2 A.3 | B.0 B.1 B.2 B.3 | C.0 C.1 C.2 C.3 | D.0 D.1 D.2 D.3
 *         quad 1   A.4 A.5 A.6 A.7 | B.4 B.5 B.6 B.7 | C.4 C.5 C.6 C.7 | D.4 D.5 D.6 D.7
 *
 *     step q, output A: two vectors of the panel, and A's four weights in every lane. `dot` adds in each lane:
 *         low   = p0 | p1 | p2 | p3 of quad q      sums[A][0] += p0*A | p1*A | p2*A | p3*A    (* over four channels)
 *         high  = p4 | p5 | p6 | p7 of quad q      sums[A][1] += p4*A | p5*A | p6*A | p7*A
 *
 *     after all steps: multiply, round and clamp each sum to u8. Two outputs fill one vector:
 *         pairs[0] = A0 A1 ... A7 B0 B1 ... B7     pairs[1] = C0 C1 ... C7 D0 D1 ... D7
 *
 * So both panel and weights are read from one end to the other. The eight sums of a tile of four stay in registers,
 * with two vectors of activations and one of weights. Baseline SIMD needs the rest of the sixteen registers, to widen
 * bytes. If one instruction multiplies and adds, a tile of six channels, half of a group of twelve, is 6 % faster. That
 * needs enough input channels to pay for the work before and after the steps.
 *
 * Narrow sums have 16 bits. They are faster if the processor has no instruction for sums of 32 bits (simd/int8.h). A
 * run is as many steps as 16 bits can hold; then the sums are widened and added. The weights say how long a run may be:
 * three steps on average in the shipped model. Both kinds of sum give the same integers. */
#ifndef PNEUMOSCOPE_INT8_TILE_H
#define PNEUMOSCOPE_INT8_TILE_H

#include "kernels/int8/kernels.h"
#include "kernels/simd/int8.h"

#include <stdlib.h>

enum { TILE_CHANNELS = 6, GROUP_CHANNELS = 2 * TILE_CHANNELS, MIN_INPUTS_FOR_GROUPS = 96 };

/* A packed 1x1 convolution. It owns copies of weights, biases and multipliers. */
typedef struct packed_pointwise {
    size_t nin, nout;
    size_t group;         /* output channels in a group: 12 or 4; the last group may have fewer */
    packed_quad *weights; /* [tiles][nin / 4][channels of the tile] */
    int32_t *bias;        /* [nout] */
    float *multiplier;    /* [nout] */
    uint8_t *runs;        /* [nout][nin / 4]: lengths of runs; a tile uses its first channel's row */
} packed_pointwise;

static inline size_t count_groups(const packed_pointwise *p) { return (p->nout + p->group - 1) / p->group; }

/* Channels of the group that begins with `first`. Twelve are two tiles of six; fewer are tiles of four. */
static inline size_t group_size(const packed_pointwise *p, size_t first) {
    return p->nout - first < p->group ? p->nout - first : p->group;
}

#if HAS_NARROW_SUMS
/* Sums of a run's weights: for each channel of a tile, for each half of a quad, by sign. */
typedef int32_t lane_weights[TILE_CHANNELS][2][2];

static inline int32_t add_lane_weights(lane_weights sums, const int8_t *weight, size_t nin, size_t size) {
    int32_t most = 0;
    for (size_t o = 0; o < size; o++)
        for (size_t i = 0; i < QUAD; i++) {
            int32_t w = weight[o * nin + i], *sum = &sums[o][i / 2][w < 0];
            *sum += w < 0 ? -w : w;
            most = most > *sum ? most : *sum;
        }
    return most;
}

/* weight: s8[size][nin], those of a tile. */
static inline void pack_runs(uint8_t *runs, const int8_t *weight, size_t nin, size_t size) {
    lane_weights sums = {0};
    *runs = 0;
    for (size_t q = 0; q < nin / QUAD; q++) {
        bool overflows = add_lane_weights(sums, weight + q * QUAD, nin, size) > NARROW_LIMIT;
        if (*runs == UINT8_MAX || (overflows && *runs > 0)) {
            *++runs = 0;
            memset(sums, 0, sizeof sums);
            add_lane_weights(sums, weight + q * QUAD, nin, size);
        }
        ++*runs;
    }
}
#endif

/* False: no memory. */
static inline bool pack_pointwise(packed_pointwise *out, const convolution8 *c) {
    size_t nin = c->shape.nin, nout = c->shape.nout, nquads = nout * nin / QUAD;
    packed_quad *weights =
        malloc(nquads * (sizeof *weights + HAS_NARROW_SUMS) + nout * (sizeof *out->bias + sizeof *out->multiplier));
    if (!weights)
        return false;
    *out = (packed_pointwise){.nin = nin, .nout = nout, .weights = weights};
    out->group = ROOM_FOR_SIX_CHANNELS && nin >= MIN_INPUTS_FOR_GROUPS ? GROUP_CHANNELS : QUAD;
    out->bias = (int32_t *)(weights + nquads);
    out->multiplier = (float *)(out->bias + nout);
    out->runs = (uint8_t *)(out->multiplier + nout);
    for (size_t o = 0; o < nout; o++) {
        size_t in_group = o % out->group, size = group_size(out, o - in_group) == GROUP_CHANNELS ? TILE_CHANNELS : QUAD;
        size_t first = o - in_group % size;
        for (size_t q = 0; q < nin / QUAD; q++)
            pack_quad(&weights[first * (nin / QUAD) + q * size + o - first], c->weight + o * nin + q * QUAD);
#if HAS_NARROW_SUMS
        if (o == first)
            pack_runs(out->runs + o * (nin / QUAD), c->weight + o * nin, nin, size);
#endif
    }
    memcpy(out->bias, c->bias, nout * sizeof *c->bias);
    memcpy(out->multiplier, c->multiplier, nout * sizeof *c->multiplier);
    return true;
}

typedef vec tile_sums[TILE_CHANNELS][2];

/* Adds the products of one panel with the weights of `size` channels. Every caller passes a constant `size`. */
static inline __attribute__((always_inline)) void add_products(const packed_pointwise *p, const uint8_t *panel,
                                                               size_t channel, size_t size, tile_sums sums) {
    const packed_quad *weights = p->weights + channel * (p->nin / QUAD);
    for (size_t q = 0; q < p->nin / QUAD; q++, panel += (size_t)PANEL_POSITIONS * QUAD, weights += size) {
        quads low = load_quads(panel), high = load_quads(panel + 16);
        for (size_t o = 0; o < size; o++) {
            weight_quad w = load_weights(weights + o);
            sums[o][0] = dot(low, w, sums[o][0]);
            sums[o][1] = dot(high, w, sums[o][1]);
        }
    }
}

#if HAS_NARROW_SUMS
static inline __attribute__((always_inline)) void add_step(const packed_quad *weights, const uint8_t *panel,
                                                           size_t size, bool first, tile_sums sums) {
    quads low = load_quads(panel), high = load_quads(panel + 16);
    for (size_t o = 0; o < size; o++) {
        weight_quad w = load_weights(weights + o);
        vec a = dot_narrow(low, w), b = dot_narrow(high, w);
        sums[o][0] = first ? a : add_s16(sums[o][0], a);
        sums[o][1] = first ? b : add_s16(sums[o][1], b);
    }
}

/* The same with narrow sums, run by run. */
static inline __attribute__((always_inline)) void add_products_narrow(const packed_pointwise *p, const uint8_t *panel,
                                                                      size_t channel, size_t size, tile_sums sums) {
    enum { STEP = PANEL_POSITIONS * QUAD };
    const packed_quad *weights = p->weights + channel * (p->nin / QUAD), *end = weights + size * (p->nin / QUAD);
    const uint8_t *run = p->runs + channel * (p->nin / QUAD);
    for (; weights < end; run++) {
        tile_sums narrow;
        add_step(weights, panel, size, true, narrow);
        panel += STEP, weights += size;
        for (size_t i = 1; i < *run; i++, panel += STEP, weights += size)
            add_step(weights, panel, size, false, narrow);
        for (size_t o = 0; o < size; o++) {
            sums[o][0] = add_pairs(sums[o][0], narrow[o][0]);
            sums[o][1] = add_pairs(sums[o][1], narrow[o][1]);
        }
    }
}
#else
#define add_products_narrow add_products
#endif

/* Outputs of one panel for `size` channels, two channels a vector: u8[2][8 positions]. Every caller passes
 * constants as `size` and `narrow`. */
static inline __attribute__((always_inline)) void multiply_tile(const packed_pointwise *p, const uint8_t *panel,
                                                                size_t channel, size_t size, bool narrow, rounding r,
                                                                vec *pairs) {
    tile_sums sums;
    vec rows[TILE_CHANNELS];
    for (size_t o = 0; o < size; o++)
        sums[o][0] = sums[o][1] = vec_splat(p->bias + channel + o);
    if (narrow) /* NOLINT(bugprone-branch-clone): the same only without narrow sums */
        add_products_narrow(p, panel, channel, size, sums);
    else
        add_products(p, panel, channel, size, sums);
    for (size_t o = 0; o < size; o++) {
        vec multiplier = vec_splat(p->multiplier + channel + o);
        rows[o] = narrow16(round_product(sums[o][0], multiplier, r), round_product(sums[o][1], multiplier, r));
    }
    for (size_t o = 0; o < size; o += 2)
        pairs[o / 2] = narrow8(rows[o], rows[o + 1]);
}

#endif
