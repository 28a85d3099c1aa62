/* The film's own grey range. Stretching it makes linear rescalings of a film alike: faint contrast, 12 bits in a 16-bit
 * file, a window that cuts nothing off. */
#ifndef PNEUMOSCOPE_LEVELS_H
#define PNEUMOSCOPE_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The greys that become black and white, as shares of the film's range, 0..1. */
typedef struct levels {
    float low, high;
} levels;

/* The 1st and the 99th percentile of f32[n], n at least 1, with linear interpolation between samples, which is the
 * default of numpy.percentile. scratch: f32[n]. */
levels levels_measure(const float *grey, size_t n, float *scratch);

/* (grey - low) / (high - low), cut off at 0 and 1. Without a range, greys stay as they are. */
void levels_stretch(float *grey, size_t n, levels);

/* Whether a picture, f32[side][side] before stretching, shows nothing: its range is under LEVELS_LEAST_STEPS times
 * `step`, the least difference that the film can store; or neighbouring pixels are as unlike as in noise. */
enum { LEVELS_LEAST_STEPS = 8 };
bool levels_blank(const float *grey, size_t side, levels, double step);

#endif
