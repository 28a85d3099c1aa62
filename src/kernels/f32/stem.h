/* A convolution over one channel, such as the first of a network that reads grey films, our own: there is nothing to
 * gather, so that each pixel goes from the image straight into a multiply-add. */
#ifndef PNEUMOSCOPE_F32_STEM_H
#define PNEUMOSCOPE_F32_STEM_H

#include "kernels/ops.h"

#include <pthreadpool.h>

/* One input channel, output channels a multiple of 8, a kernel of at most 3x3, fewer pixels of padding than it has. */
bool f32_stem_supports(const convolution *);

/* As ops.make_convolution; `pool` may be NULL, which means one thread. */
ops_status f32_stem_make(ops_convolution **out, pthreadpool_t pool, const convolution *, const float *weight,
                         const float *bias, const float *input, float *output);

#endif
