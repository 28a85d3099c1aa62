/* The eight-bit kernels. Channels must be multiples of 4, as MobileNetV2's are. `pool` may be NULL, which means one
 * thread. */
#ifndef PNEUMOSCOPE_INT8_KERNELS_H
#define PNEUMOSCOPE_INT8_KERNELS_H

#include "kernels/panels.h"

#include <pthreadpool.h>

/* Whether products can be added up in sums of 16 bits too, which changes no result: tile.h. */
bool int8_has_narrow_sums(void);

/* *narrow says whether they are, at every run. */
ops_status int8_filter_make(ops_convolution **out, pthreadpool_t pool, const bool *narrow, const convolution8 *wide,
                            const convolution8 *depthwise, const void *input, uint8_t *output);
ops_status int8_pointwise_make(ops_convolution **out, pthreadpool_t pool, const bool *narrow, const convolution8 *,
                               const uint8_t *input, const uint8_t *addend, uint8_t *output);

#endif
