/* Eight-bit operators: how their activations lie in memory, and their definitions.
 *
 * A panel is 8 neighbouring positions (positions run along the rows) of all channels, four channels at a time:
 * u8[ceil(npositions / 8)][nchannels / 4][8 positions][4 channels]. Four channels of a position are what one lane of a
 * dot-product instruction takes; a product of matrices reads panels from one end to the other. Positions behind the
 * last one hold anything.
 *
 * A frame is the stem's input, s16[side + 2][side + 2] of -255..255: the image within a border of zeros. */
#ifndef PNEUMOSCOPE_OPS_INT8_H
#define PNEUMOSCOPE_OPS_INT8_H

#include "ops.h"

enum { PANEL = 8, QUAD = 4, INT8_ZERO_POINT = 64 };

static inline size_t panels_nbytes(size_t npositions, size_t nchannels) {
    return (npositions + PANEL - 1) / PANEL * PANEL * nchannels;
}

static inline size_t panel_index(size_t position, size_t channel, size_t nchannels) {
    size_t quad = position / PANEL * (nchannels / QUAD) + channel / QUAD;
    return (quad * PANEL + position % PANEL) * QUAD + channel % QUAD;
}

static inline size_t frame_side(size_t side) { return side + 2; }

/* The definitions as plain loops: the oracle. */
ops_status reference_filter_make(ops_convolution **out, ops_context *, const convolution8 *wide,
                                 const convolution8 *depthwise, const void *input, uint8_t *output);
ops_status reference_pointwise_make(ops_convolution **out, ops_context *, const convolution8 *, const uint8_t *input,
                                    const uint8_t *addend, uint8_t *output);

#endif
