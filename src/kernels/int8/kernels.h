/* The eight-bit kernels. Channels must be multiples of 4, as MobileNetV2's are. A NULL `pool` means one thread. */
#ifndef PNEUMOSCOPE_INT8_KERNELS_H
#define PNEUMOSCOPE_INT8_KERNELS_H

#include "kernels/panels.h"

#include <pthreadpool.h>

/* Whether sums of 16 bits are faster on this machine than sums of 32 bits. The results are the same: tile.h. */
bool int8_narrow_sums_are_faster(void);

/* narrow: add in sums of 16 bits. Without narrow sums in this build, it changes nothing. */
ops_status int8_filter_make(ops_convolution **out, pthreadpool_t pool, bool narrow, const convolution8 *wide,
                            const convolution8 *depthwise, const void *input, uint8_t *output);
ops_status int8_pointwise_make(ops_convolution **out, pthreadpool_t pool, bool narrow, const convolution8 *,
                               const uint8_t *input, const uint8_t *addend, uint8_t *output);

#endif
