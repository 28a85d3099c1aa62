/* The film's own grey range: any linear rescaling of a film (faint contrast, 12 bits in a 16-bit file, a window that
 * cuts nothing off) is the same film. */
#ifndef PNEUMOSCOPE_LEVELS_H
#define PNEUMOSCOPE_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Greys that become black and white: shares of the film's range, 0..1. */
typedef struct levels {
    float low, high;
} levels;

/* The 1st and the 99th percentile of f32[n], n at least 1: between two samples on the straight line, as
 * numpy.percentile does unasked. scratch: f32[n]. */
levels levels_measure(const float *grey, size_t n, float *scratch);

/* (grey - low) / (high - low), cut off at 0 and 1; what has no range stays as it is. */
void levels_stretch(float *grey, size_t n, levels);

/* Whether there is nothing to see in f32[side][side], not stretched: it spans fewer than LEVELS_LEAST_STEPS times
 * `step`, the least difference that the film can tell, or neighbouring pixels have no more to do with each other than
 * those of noise. */
enum { LEVELS_LEAST_STEPS = 8 };
bool levels_blank(const float *grey, size_t side, levels, double step);

#endif
