#include "prepare.h"

#include <math.h>
#include <string.h>

enum { SPAN = 256 }; /* pixels turned to grey at a time: one kilobyte of stack instead of a row of any length */

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

/* The taps of every output pixel along one direction, where `in` pixels become `out`. */
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

/* Weighted sum of the grey under one triangle in stored row y. Four sums side by side, so that compilers vectorise. */
static float triangle_sum(const image *film, uint32_t y, const taps *t) {
    float grey[SPAN], sums[4] = {0};
    for (uint32_t done = 0, n = t->end - t->first; done < n;) {
        uint32_t count = n - done < SPAN ? n - done : SPAN, i = 0;
        image_luminance(film, t->first + done, y, count, grey);
        for (; i + 4 <= count; i += 4)
            for (uint32_t lane = 0; lane < 4; lane++)
                sums[lane] += grey[i + lane] * weight(t, done + i + lane);
        for (; i < count; i++)
            sums[0] += grey[i] * weight(t, done + i);
        done += count;
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) * t->normaliser;
}

/* Where stored pixel (column, row) of the resampled film lies upright: origin + column * dx + row * dy. */
typedef struct placement {
    ptrdiff_t origin, dx, dy;
} placement;

static placement place(uint32_t orientation, uint32_t width, uint32_t height) {
    ptrdiff_t w = (ptrdiff_t)width, last_column = w - 1, last_row = ((ptrdiff_t)height - 1) * w;
    switch (orientation) { /* EXIF 2.32: where the stored first row and first column belong */
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

size_t prepare_scratch_nbytes(uint32_t max_side) { return max_side * (sizeof(float) + 2 * sizeof(taps)); }

void prepare_resample(const image *film, uint32_t width, uint32_t height, float *out, void *scratch) {
    int turned = film->orientation >= 5;
    uint32_t ncolumns = turned ? height : width, nrows = turned ? width : height;
    placement at = place(film->orientation, width, height);
    taps *across = scratch, *down = across + ncolumns;
    float *row = (float *)(down + nrows);
    fill_taps(across, film->width, ncolumns);
    fill_taps(down, film->height, nrows);
    memset(out, 0, (size_t)width * height * sizeof *out);

    /* Each stored row is read once: shrunk sideways, then added to every output row whose triangle it lies under. */
    uint32_t first_open = 0;
    for (uint32_t y = 0; y < film->height; y++) {
        for (uint32_t x = 0; x < ncolumns; x++)
            row[x] = triangle_sum(film, y, &across[x]);
        while (down[first_open].end <= y)
            first_open++;
        for (uint32_t r = first_open; r < nrows && down[r].first <= y; r++) {
            float w = weight(&down[r], y - down[r].first) * down[r].normaliser;
            float *line = out + at.origin + (ptrdiff_t)r * at.dy;
            for (uint32_t x = 0; x < ncolumns; x++)
                line[(ptrdiff_t)x * at.dx] += w * row[x];
        }
    }
}

void prepare_normalise(const float *grey, size_t npixels, const float mean[3], const float std[3], float *out) {
    for (size_t i = 0; i < npixels; i++)
        for (size_t channel = 0; channel < 3; channel++)
            out[3 * i + channel] = (grey[i] - mean[channel]) / std[channel];
}
