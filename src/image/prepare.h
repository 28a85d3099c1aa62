/* From a film to its upright grey picture in any size. Training resamples in the same way. */
#ifndef PNEUMOSCOPE_PREPARE_H
#define PNEUMOSCOPE_PREPARE_H

#include "image/image.h"

/* Bytes of scratch for a resampling to at most max_side x max_side. Malloc's alignment is enough. */
size_t prepare_scratch_nbytes(uint32_t max_side);

/* Turns the whole film upright and resamples it to width x height. out: f32[height][width], greys as image_luminance
 * gives them.
 *
 * The filter is Pillow's antialiased BILINEAR: a triangle with a half-width of one output pixel for a smaller picture
 * and of one input pixel for a larger one, cut off at the film's edge and normalised. Pillow rounds to 8 bits after
 * each of its two passes. This function does not, to keep 16-bit depth. The two agree within 1/255. */
void prepare_resample(const image *, uint32_t width, uint32_t height, float *out, void *scratch);

#endif
