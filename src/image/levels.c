#include "image/levels.h"

#include <string.h>

static const double SHARE = 0.01;     /* of the pixels below black, and above white */
static const double MOST_NOISE = 0.6; /* share of the variance; white noise has 1, the coarsest film below 0.3 */

static void swap(float *a, float *b) {
    float kept = *a;
    *a = *b;
    *b = kept;
}

/* Hoare's selection. Afterwards v[k] is the value that sorting would put there. No value before it is greater, none
 * after it is smaller. */
static float select_kth(float *v, size_t n, size_t k) {
    size_t first = 0, last = n - 1;
    while (first < last) {
        float pivot = v[first + (last - first) / 2];
        size_t i = first, j = last;
        for (;;) {
            while (v[i] < pivot)
                i++;
            while (pivot < v[j])
                j--;
            if (i >= j)
                break;
            swap(&v[i++], &v[j--]);
        }
        size_t behind = i > j ? i : j + 1; /* v[first..behind-1] <= pivot <= v[behind..last] */
        if (k < behind)
            last = behind - 1;
        else
            first = behind;
    }
    return v[k];
}

static float percentile(float *v, size_t n, double share) {
    double rank = share * (double)(n - 1);
    size_t below = (size_t)rank;
    float low = select_kth(v, n, below), high = low;
    if (below + 1 < n) {
        high = v[below + 1];
        for (size_t i = below + 2; i < n; i++)
            high = v[i] < high ? v[i] : high;
    }
    return (float)((double)low + (rank - (double)below) * ((double)high - (double)low));
}

levels levels_measure(const float *grey, size_t n, float *scratch) {
    memcpy(scratch, grey, n * sizeof *grey);
    float low = percentile(scratch, n, SHARE);
    return (levels){low, percentile(scratch, n, 1 - SHARE)};
}

void levels_stretch(float *grey, size_t n, levels l) {
    if (!(l.high > l.low))
        return;
    const float range = l.high - l.low;
    for (size_t i = 0; i < n; i++) {
        float v = (grey[i] - l.low) / range;
        grey[i] = v < 0.0f ? 0.0f : v > 1.0f ? 1.0f : v;
    }
}

static double clamped(float grey, levels l) { return (double)(grey < l.low ? l.low : grey > l.high ? l.high : grey); }

/* Half the mean square difference of neighbours, divided by the variance: 1 for noise, near 0 for a picture. */
static double noise_share(const float *grey, size_t side, levels l) {
    double sum = 0, squares = 0, differences = 0, n = (double)side * (double)side;
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++) {
            double here = clamped(grey[y * side + x], l) - (double)l.low;
            double right = x + 1 < side ? clamped(grey[y * side + x + 1], l) - (double)l.low : here;
            double below = y + 1 < side ? clamped(grey[(y + 1) * side + x], l) - (double)l.low : here;
            sum += here;
            squares += here * here;
            differences += ((right - here) * (right - here) + (below - here) * (below - here)) / 2;
        }
    double variance = squares / n - sum / n * (sum / n);
    return differences / n / 2 / variance;
}

bool levels_blank(const float *grey, size_t side, levels l, double step) {
    if (!((double)l.high - (double)l.low >= (double)LEVELS_LEAST_STEPS * step))
        return true;
    return noise_share(grey, side, l) > MOST_NOISE;
}
