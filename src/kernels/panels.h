/* Eight-bit operators: how their activations lie in memory, and their definitions.
 *
 * Positions run along the rows, and behind each row lies one more, the gap, which holds anything: with zeros there, a
 * plane of one channel has the left and right border that a window of 3 x 3 wants, and is filtered from one end to the
 * other as if it were one row. A panel is 8 neighbouring positions of all channels, four channels at a time:
 * u8[npanels][nchannels / 4][8 positions][4 channels]. Four channels of a position are what one lane of a dot-product
 * instruction takes; a product of matrices reads panels from one end to the other.
 *
 * The stem's input is padded: s16[side + 2][side + 2] of -255..255, the image within a border of zeros. */
#ifndef PNEUMOSCOPE_PANELS_H
#define PNEUMOSCOPE_PANELS_H

#include "kernels/ops.h"

enum { PANEL_POSITIONS = 8, QUAD = 4, INT8_ZERO_POINT = 64 };

static inline size_t row_pitch(size_t side) { return side + 1; }

/* The last row needs no gap. */
static inline size_t count_panels(size_t side) {
    return (side * row_pitch(side) - 1 + PANEL_POSITIONS - 1) / PANEL_POSITIONS;
}

static inline size_t panels_nbytes(size_t side, size_t nchannels) {
    return count_panels(side) * PANEL_POSITIONS * nchannels;
}

/* Where a channel of the pixel at (y, x) lies. */
static inline size_t panel_index(size_t side, size_t y, size_t x, size_t channel, size_t nchannels) {
    size_t position = y * row_pitch(side) + x, quad = position / PANEL_POSITIONS * (nchannels / QUAD) + channel / QUAD;
    return (quad * PANEL_POSITIONS + position % PANEL_POSITIONS) * QUAD + channel % QUAD;
}

static inline size_t padded_side(size_t side) { return side + 2; }

/* The definitions as plain loops: the oracle. */
ops_status reference_filter_make(ops_convolution **out, ops_context *, const convolution8 *wide,
                                 const convolution8 *depthwise, const void *input, uint8_t *output);
ops_status reference_pointwise_make(ops_convolution **out, ops_context *, const convolution8 *, const uint8_t *input,
                                    const uint8_t *addend, uint8_t *output);

#endif
