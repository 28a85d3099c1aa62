/* A convolution over one channel: the first one of a network for grey films. Pixels need no gathering; each goes from
 * the image straight into a multiply-add. */
#ifndef PNEUMOSCOPE_F32_STEM_H
#define PNEUMOSCOPE_F32_STEM_H

#include "kernels/ops.h"

#include <pthreadpool.h>

/* One input channel, output channels a multiple of 8, a kernel of at most 3x3, less padding than the kernel's side. */
bool f32_stem_supports(const convolution *);

/* Like ops.make_convolution. A NULL `pool` means one thread. */
ops_status f32_stem_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                         const float *bias, const float *input, float *output);

#endif
