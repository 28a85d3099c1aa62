/* Convolutions by XNNPACK. xnnpack.c is the only file that includes its header. */
#ifndef PNEUMOSCOPE_OPS_XNNPACK_H
#define PNEUMOSCOPE_OPS_XNNPACK_H

#include "kernels/ops.h"

#include <pthreadpool.h>

/* As ops.make_convolution; `pool` may be NULL, which means one thread. Takes every convolution. */
ops_status xnnpack_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                        const float *bias, const float *input, float *output);

#endif
