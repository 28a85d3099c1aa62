#include "jpeg_idct.h"

#include <stddef.h>

/* Cosines with 13 fraction bits, as the sums of rounded constants come out in the factorisation of Loeffler, Ligtenberg
 * and Moschytz, 1989: that is why entries that are equal on paper differ in the last digit. */
enum { FRACTION_BITS = 13, KEPT_BITS = 2 };

static const uint32_t even[2][2] = {{10703, 4433}, {4433, -10704u}}; /* of inputs 2 and 6 */

static const uint32_t odd[4][4] = {
    /* of inputs 1, 3, 5, 7 */
    {11363, 9633, 6437, 2260},
    {9633, -2259u, -11362u, -6436u},
    {6437, -11362u, 2261, 9633},
    {2260, -6436u, 9633, -11363u},
};

/* Transforms the eight columns of `in` and writes them as rows, so that a second call does the other direction. Sums of
 * a sound file stay far from overflowing; those of a damaged one wrap, as unsigned numbers may. */
static void transform_columns(const uint32_t in[64], uint32_t out[64], int shift) {
    const uint32_t half = 1u << (shift - 1);
    for (size_t column = 0; column < 8; column++) {
        const uint32_t *x = in + column;
        uint32_t *y = out + 8 * column;
        uint32_t sum = ((x[0] + x[32]) << FRACTION_BITS) + half, difference = ((x[0] - x[32]) << FRACTION_BITS) + half;
        uint32_t outer = even[0][0] * x[16] + even[0][1] * x[48], inner = even[1][0] * x[16] + even[1][1] * x[48];
        const uint32_t evens[4] = {sum + outer, difference + inner, difference - inner, sum - outer};
        for (size_t k = 0; k < 4; k++) {
            uint32_t odds = odd[k][0] * x[8] + odd[k][1] * x[24] + odd[k][2] * x[40] + odd[k][3] * x[56];
            y[k] = (uint32_t)((int32_t)(evens[k] + odds) >> shift);
            y[7 - k] = (uint32_t)((int32_t)(evens[k] - odds) >> shift);
        }
    }
}

void jpeg_idct(uint8_t *out, int stride, int16_t coefficients[64]) {
    uint32_t in[64], columns[64], samples[64];
    for (size_t i = 0; i < 64; i++)
        in[i] = (uint32_t)coefficients[i];
    transform_columns(in, columns, FRACTION_BITS - KEPT_BITS);
    transform_columns(columns, samples, FRACTION_BITS + KEPT_BITS + 3);
    for (size_t i = 0; i < 64; i++) {
        int32_t sample = (int32_t)(samples[i] + 128);
        out[(ptrdiff_t)(i / 8) * stride + (ptrdiff_t)(i % 8)] = (uint8_t)(sample < 0 ? 0 : sample > 255 ? 255 : sample);
    }
}
