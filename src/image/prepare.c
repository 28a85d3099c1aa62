#include "image/prepare.h"

#include <math.h>
#include <string.h>

enum { SPAN = 256 }; /* pixels turned to grey at a time: a kilobyte of stack, not a row of any length */

/* The input pixels under the triangle of one output pixel: first .. end-1, and their weights. Times `normaliser` they
 * sum to 1. */
typedef struct taps {
    uint32_t first, end;
    float normaliser;
    const float *weights; /* of `first` and those behind it */
} taps;

/* The most weights of one direction: an input pixel lies under two triangles, or an output pixel has three weights. */
static size_t most_weights(uint32_t max_out) { return 2 * (size_t)PNEUMOSCOPE_MAX_SIDE + 3 * (size_t)max_out; }

/* The taps of every output pixel along one direction. `in` pixels become `out`. */
static void fill_taps(taps *table, float *weights, uint32_t in, uint32_t out) {
    double scale = (double)in / out, half_width = scale > 1.0 ? scale : 1.0;
    for (uint32_t index = 0; index < out; index++) {
        double centre = (index + 0.5) * scale, sum = 0.0;
        double first = floor(centre - half_width + 0.5), end = floor(centre + half_width + 0.5);
        taps *t = &table[index];
        t->first = first > 0.0 ? (uint32_t)first : 0;
        t->end = end < in ? (uint32_t)end : in;
        t->weights = weights;
        float start = (float)((t->first + 0.5 - centre) / half_width), step = (float)(1.0 / half_width);
        for (uint32_t i = 0; i < t->end - t->first; i++) {
            float weight = 1.0f - fabsf(start + (float)i * step);
            *weights = weight > 0.0f ? weight : 0.0f;
            sum += (double)*weights++;
        }
        t->normaliser = (float)(1.0 / sum);
    }
}

/* A row of sums, one for each stored column, and the weight of the stored row that comes next. */
typedef struct row_sum {
    float *sums, weight;
} row_sum;

/* Adds weight * grey of (x, y) to sums[x] of both, for the whole stored row y. */
static void add_row(const image *film, uint32_t y, row_sum above, row_sum below) {
    float grey[SPAN];
    for (uint32_t x = 0; x < film->width; x += SPAN) {
        uint32_t count = film->width - x < SPAN ? film->width - x : SPAN;
        float *restrict upper = above.sums + x, *restrict lower = below.sums + x;
        image_luminance(film, x, y, count, grey);
        for (uint32_t i = 0; i < count; i++) {
            upper[i] += above.weight * grey[i];
            lower[i] += below.weight * grey[i];
        }
    }
}

/* The part of a row under one triangle. Compilers vectorise the four sums. */
static float triangle_sum(const float *row, const taps *t) {
    const float *under = row + t->first;
    uint32_t n = t->end - t->first, i = 0;
    float sums[4] = {0};
    for (; i + 4 <= n; i += 4)
        for (uint32_t lane = 0; lane < 4; lane++)
            sums[lane] += under[i + lane] * t->weights[i + lane];
    for (; i < n; i++)
        sums[0] += under[i] * t->weights[i];
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
    const size_t nrows = 2 * (size_t)PNEUMOSCOPE_MAX_SIDE;
    return 2 * (size_t)max_side * sizeof(taps) + (nrows + 2 * most_weights(max_side)) * sizeof(float);
}

/* The share of stored row y in the output row of these taps. */
static float row_weight(const taps *t, uint32_t y) {
    return y >= t->first && y < t->end ? t->weights[y - t->first] * t->normaliser : 0.0f;
}

/* Downwards first: vector units add whole rows fast, and few rows are left to be resampled sideways. A film that is
 * made smaller has each stored row under two triangles at most. So while one output row is summed up, so is the next,
 * and each stored row becomes grey once. */
void prepare_resample(const image *film, uint32_t width, uint32_t height, float *out, void *scratch) {
    bool turned = image_is_turned(film);
    uint32_t ncolumns = turned ? height : width, nrows = turned ? width : height;
    placement at = place(film->orientation, width, height);
    taps *across = scratch, *down = across + ncolumns;
    float *rows = (float *)(down + nrows), *weights = rows + 2 * (size_t)PNEUMOSCOPE_MAX_SIDE;
    row_sum above = {.sums = rows}, below = {.sums = rows + PNEUMOSCOPE_MAX_SIDE};
    const size_t row_nbytes = film->width * sizeof(float);
    const bool smaller = nrows <= film->height;
    fill_taps(across, weights, film->width, ncolumns);
    fill_taps(down, weights + most_weights(ncolumns), film->height, nrows);
    memset(below.sums, 0, row_nbytes);
    for (uint32_t r = 0, added = 0; r < nrows; r++) {
        row_sum kept = above;
        above = below;
        below = kept;
        memset(below.sums, 0, row_nbytes);
        added = smaller ? added : down[r].first;
        for (; added < down[r].end; added++) {
            above.weight = row_weight(&down[r], added);
            below.weight = smaller && r + 1 < nrows ? row_weight(&down[r + 1], added) : 0.0f;
            add_row(film, added, above, below);
        }
        float *line = out + at.origin + (ptrdiff_t)r * at.dy;
        for (uint32_t x = 0; x < ncolumns; x++)
            line[(ptrdiff_t)x * at.dx] = triangle_sum(above.sums, &across[x]);
    }
}
