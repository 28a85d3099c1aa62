/* 1 x 1 convolutions. Their tiles fill the vector registers, and each weight is read once a run. */
#ifndef PNEUMOSCOPE_F32_POINTWISE_H
#define PNEUMOSCOPE_F32_POINTWISE_H

#include "kernels/ops.h"

#include <pthreadpool.h>

/* 1 x 1, stride 1, no padding, output channels a multiple of 8. */
bool f32_pointwise_supports(const convolution *);

/* Like ops.make_convolution. A NULL `pool` means one thread. */
ops_status f32_pointwise_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                              const float *bias, const float *input, float *output);

#endif
