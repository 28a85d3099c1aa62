/* How the activations of eight-bit operators lie in memory.
 *
 * Positions run along the rows. Each row has one extra position at its end, the gap, with any content. With zeros in
 * the gaps, a plane of one channel has the left and right border for a window of 3 x 3, and a kernel filters it from
 * one end to the other like one long row. A panel is 8 neighbouring positions of all channels, four channels at a time:
 * u8[npanels][nchannels / 4][8 positions][4 channels]. One lane of a dot-product instruction takes the four channels of
 * a position. A matrix product reads panels from one end to the other. int8/tile.h has a worked example.
 *
 * The stem's input is s16[side + 2][side + 2] of -255..255: the image with a border of zeros. */
#ifndef PNEUMOSCOPE_PANELS_H
#define PNEUMOSCOPE_PANELS_H

#include "kernels/ops.h"

enum { PANEL_POSITIONS = 8, QUAD = 4, INT8_ZERO_POINT = 64 };

static inline size_t row_pitch(size_t side) { return side + 1; }

/* The last row has no gap. */
static inline size_t count_panels(size_t side) {
    return (side * row_pitch(side) - 1 + PANEL_POSITIONS - 1) / PANEL_POSITIONS;
}

static inline size_t panels_nbytes(size_t side, size_t nchannels) {
    return count_panels(side) * PANEL_POSITIONS * nchannels;
}

/* The index of a channel of the pixel at (y, x). */
static inline size_t panel_index(size_t side, size_t y, size_t x, size_t channel, size_t nchannels) {
    size_t position = y * row_pitch(side) + x, quad = position / PANEL_POSITIONS * (nchannels / QUAD) + channel / QUAD;
    return (quad * PANEL_POSITIONS + position % PANEL_POSITIONS) * QUAD + channel % QUAD;
}

static inline size_t padded_side(size_t side) { return side + 2; }

/* The operators by their definitions, in plain loops. */
ops_status reference_filter_make(ops_convolution **out, ops_context *, const convolution8 *wide,
                                 const convolution8 *depthwise, const void *input, uint8_t *output);
ops_status reference_pointwise_make(ops_convolution **out, ops_context *, const convolution8 *, const uint8_t *input,
                                    const uint8_t *addend, uint8_t *output);

#endif
