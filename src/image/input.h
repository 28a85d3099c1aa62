/* From a film to the network's input: resampled and, if the model wants it, with its levels stretched. */
#ifndef PNEUMOSCOPE_INPUT_H
#define PNEUMOSCOPE_INPUT_H

#include "image/image.h"

typedef struct input_levels {
    float black, white; /* the greys that the network saw as black and white, as shares of the view's range */
    bool surrounded;    /* white around the film fills much of the picture */
    bool blank;         /* the picture shows nothing: levels.h; without stretching: it uses under 1/16 of the greys */
} input_levels;

/* Fills input, f32[side][side], with greys 0..1. `scratch` has input_scratch_nbytes(side) bytes. */
input_levels input_make(const image *, uint32_t side, bool stretches_levels, float *input, void *scratch);

size_t input_scratch_nbytes(uint32_t side);

#endif
