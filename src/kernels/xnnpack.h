/* Convolutions over all channels by XNNPACK's indirect matrix product, such as the first of a network that reads
 * coloured images. xnnpack.c is the only file that includes XNNPACK's headers. */
#ifndef PNEUMOSCOPE_XNNPACK_H
#define PNEUMOSCOPE_XNNPACK_H

#include "kernels/ops.h"

#include <pthreadpool.h>

bool xnnpack_supports(const convolution *);

/* As ops.make_convolution; `pool` may be NULL, which means one thread. */
ops_status xnnpack_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                        const float *bias, const float *input, float *output);

#endif
