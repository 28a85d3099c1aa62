/* Convolutions over all channels by XNNPACK's indirect matrix product, for example the first one of a network for
 * coloured images. Only xnnpack.c includes XNNPACK's headers. */
#ifndef PNEUMOSCOPE_XNNPACK_H
#define PNEUMOSCOPE_XNNPACK_H

#include "kernels/ops.h"

#include <pthreadpool.h>

bool xnnpack_supports(const convolution *);

/* Like ops.make_convolution. A NULL `pool` means one thread. */
ops_status xnnpack_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                        const float *bias, const float *input, float *output);

#endif
