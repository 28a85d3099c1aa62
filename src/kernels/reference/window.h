/* The windows of a convolution, for both references. */
#ifndef PNEUMOSCOPE_REFERENCE_WINDOW_H
#define PNEUMOSCOPE_REFERENCE_WINDOW_H

#include "kernels/ops.h"

/* The input pixel under (ky, kx) of an output pixel's window. False if it is padding. */
static inline bool window_at(const convolution *c, uint32_t row, uint32_t column, uint32_t ky, uint32_t kx, int64_t *y,
                             int64_t *x) {
    *y = (int64_t)row * c->stride + ky - c->pad_before;
    *x = (int64_t)column * c->stride + kx - c->pad_before;
    return *y >= 0 && *y < c->side && *x >= 0 && *x < c->side;
}

/* The index of the weight of output channel `out` and input channel 0 at (ky, kx). The next input channel's weight is
 * kernel^2 further. */
static inline size_t weight_index(const convolution *c, uint32_t out, uint32_t ky, uint32_t kx) {
    return ((size_t)out * (c->depthwise ? 1 : c->nin) * c->kernel + ky) * c->kernel + kx;
}

#endif
