/* From a film to a picture for people. */
#ifndef PNEUMOSCOPE_VIEW_H
#define PNEUMOSCOPE_VIEW_H

#include "image/image.h"

/* The size of a film's view: upright, with the film's aspect, at most `longest` on a side, no larger than the film, at
 * least 1 x 1. */
void view_size(const image *, uint32_t longest, uint32_t *width, uint32_t *height);

/* Draws the upright film into u16[height][width]: 0 is black, 65535 white. `grey` has room for f32[height][width], and
 * `scratch` has prepare_scratch_nbytes(the longer side) bytes. */
void view_draw(const image *, uint32_t width, uint32_t height, uint16_t *out, float *grey, void *scratch);

#endif
