/* Depthwise 3x3 convolutions. Along a row, every pixel is loaded once instead of three times, and the nine weights stay
 * in registers. */
#ifndef PNEUMOSCOPE_F32_DEPTHWISE_H
#define PNEUMOSCOPE_F32_DEPTHWISE_H

#include "kernels/ops.h"

#include <pthreadpool.h>

/* Depthwise, 3x3, stride 1 or 2, channels a multiple of 4, at most one pixel of padding before and after. */
bool f32_depthwise_supports(const convolution *);

/* Like ops.make_convolution. A NULL `pool` means one thread. */
ops_status f32_depthwise_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                              const float *bias, const float *input, float *output);

#endif
