#include "image/prepare.h"

#include <math.h>
#include <string.h>

enum { SPAN = 256 }; /* pixels turned to grey at a time: a kilobyte of stack, not a row of any length */

/* The input pixels under the triangle of one output pixel: first .. end-1. The i-th weighs 1 - |start + i * step|,
 * times `normaliser`, so that the weights sum to 1. */
typedef struct taps {
    uint32_t first, end;
    float start, step, normaliser;
} taps;

static float weight(const taps *t, uint32_t i) {
    float w = 1.0f - fabsf(t->start + (float)i * t->step);
    return w > 0.0f ? w : 0.0f;
}

/* The taps of every output pixel along one direction. `in` pixels become `out`. */
static void fill_taps(taps *table, uint32_t in, uint32_t out) {
    double scale = (double)in / out, half_width = scale > 1.0 ? scale : 1.0;
    for (uint32_t index = 0; index < out; index++) {
        double centre = (index + 0.5) * scale, sum = 0.0;
        double first = floor(centre - half_width + 0.5), end = floor(centre + half_width + 0.5);
        taps *t = &table[index];
        t->first = first > 0.0 ? (uint32_t)first : 0;
        t->end = end < in ? (uint32_t)end : in;
        t->start = (float)((t->first + 0.5 - centre) / half_width);
        t->step = (float)(1.0 / half_width);
        for (uint32_t i = 0; i < t->end - t->first; i++)
            sum += (double)weight(t, i);
        t->normaliser = (float)(1.0 / sum);
    }
}

/* row[x] += weight * grey of (x, y), for the whole stored row y. */
static void add_row(const image *film, uint32_t y, float row_weight, float *row) {
    float grey[SPAN];
    for (uint32_t x = 0; x < film->width; x += SPAN) {
        uint32_t count = film->width - x < SPAN ? film->width - x : SPAN;
        image_luminance(film, x, y, count, grey);
        for (uint32_t i = 0; i < count; i++)
            row[x + i] += row_weight * grey[i];
    }
}

/* The part of a row under one triangle. Compilers vectorise the four sums. */
static float triangle_sum(const float *row, const taps *t) {
    const float *under = row + t->first;
    uint32_t n = t->end - t->first, i = 0;
    float sums[4] = {0};
    for (; i + 4 <= n; i += 4)
        for (uint32_t lane = 0; lane < 4; lane++)
            sums[lane] += under[i + lane] * weight(t, i + lane);
    for (; i < n; i++)
        sums[0] += under[i] * weight(t, i);
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) * t->normaliser;
}

/* The place of a stored pixel in the upright film: origin + column * dx + row * dy. */
typedef struct placement {
    ptrdiff_t origin, dx, dy;
} placement;

static placement place(uint32_t orientation, uint32_t width, uint32_t height) {
    ptrdiff_t w = (ptrdiff_t)width, last_column = w - 1, last_row = ((ptrdiff_t)height - 1) * w;
    switch (orientation) { /* EXIF 2.32: the upright sides of the first stored row and column */
    case 2: return (placement){last_column, -1, w};
    case 3: return (placement){last_row + last_column, -1, -w};
    case 4: return (placement){last_row, 1, -w};
    case 5: return (placement){0, w, 1};
    case 6: return (placement){last_column, w, -1};
    case 7: return (placement){last_row + last_column, -w, -1};
    case 8: return (placement){last_row, -w, 1};
    default: return (placement){0, 1, w};
    }
}

size_t prepare_scratch_nbytes(uint32_t max_side) {
    return 2 * (size_t)max_side * sizeof(taps) + PNEUMOSCOPE_MAX_SIDE * sizeof(float);
}

/* Downwards first: vector units add whole rows fast, and few rows are left to be resampled sideways. */
void prepare_resample(const image *film, uint32_t width, uint32_t height, float *out, void *scratch) {
    bool turned = image_is_turned(film);
    uint32_t ncolumns = turned ? height : width, nrows = turned ? width : height;
    placement at = place(film->orientation, width, height);
    taps *across = scratch, *down = across + ncolumns;
    float *row = (float *)(down + nrows);
    fill_taps(across, film->width, ncolumns);
    fill_taps(down, film->height, nrows);
    for (uint32_t r = 0; r < nrows; r++) {
        memset(row, 0, film->width * sizeof *row);
        for (uint32_t y = down[r].first; y < down[r].end; y++)
            add_row(film, y, weight(&down[r], y - down[r].first) * down[r].normaliser, row);
        float *line = out + at.origin + (ptrdiff_t)r * at.dy;
        for (uint32_t x = 0; x < ncolumns; x++)
            line[(ptrdiff_t)x * at.dx] = triangle_sum(row, &across[x]);
    }
}
