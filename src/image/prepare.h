/* Film -> its grey picture upright in any size, resampled exactly as training does it. */
#ifndef PNEUMOSCOPE_PREPARE_H
#define PNEUMOSCOPE_PREPARE_H

#include "image/image.h"

/* Room that a resampling to at most max_side x max_side needs, aligned as malloc aligns; taken once, at load. */
size_t prepare_scratch_nbytes(uint32_t max_side);

/* Stretches the whole film, turned upright, to width x height: out is f32[height][width] of greys as image_luminance
 * gives them.
 *
 * The filter is Pillow's antialiased BILINEAR: a triangle whose half-width is one output pixel when shrinking and one
 * input pixel when enlarging, cut off at the film's edge and normalised. Pillow rounds to 8 bits after each of its two
 * passes and this does not, so that 16-bit depth survives; the two agree within 1/255. */
void prepare_resample(const image *, uint32_t width, uint32_t height, float *out, void *scratch);

#endif
