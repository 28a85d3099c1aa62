/* Packs weights into the order in which the f32 kernels read them. */
#ifndef PNEUMOSCOPE_F32_PACK_H
#define PNEUMOSCOPE_F32_PACK_H

#include <stddef.h>
#include <stdlib.h>

/* weight: f32[nout][depth]; bias: f32[nout] -> f32[nout / width][1 + depth][width], bias first. The caller frees
 * it. NULL: no memory. nout is a multiple of width. */
static inline float *pack_panels(const float *weight, const float *bias, size_t nout, size_t depth, size_t width) {
    float *packed = malloc(nout * (1 + depth) * sizeof *packed);
    for (size_t channel = 0; packed && channel < nout; channel++) {
        float *to = packed + channel / width * width * (1 + depth) + channel % width;
        to[0] = bias[channel];
        for (size_t k = 0; k < depth; k++)
            to[(1 + k) * width] = weight[channel * depth + k];
    }
    return packed;
}

#endif
