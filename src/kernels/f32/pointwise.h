/* 1 x 1 convolutions, our own: tiles that fill the vector registers, and weights that are read once a run. */
#ifndef PNEUMOSCOPE_F32_POINTWISE_H
#define PNEUMOSCOPE_F32_POINTWISE_H

#include "kernels/ops.h"

#include <pthreadpool.h>

/* 1 x 1, stride 1, no padding, output channels a multiple of 8. */
bool f32_pointwise_supports(const convolution *);

/* As ops.make_convolution; `pool` may be NULL, which means one thread. */
ops_status f32_pointwise_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                              const float *bias, const float *input, float *output);

#endif
