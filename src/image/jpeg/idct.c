#include "image/jpeg/idct.h"

#include <emmintrin.h>
#include <stdbool.h>
#include <stddef.h>

/* Eight columns side by side in SSE2, which Emscripten turns into WebAssembly's SIMD instruction for instruction: all
 * columns at once, then all rows. A product of two pairs of 16-bit numbers and its sum are one instruction.
 *
 * Cosines with 13 fraction bits, as the sums of rounded constants come out in the factorisation of Loeffler, Ligtenberg
 * and Moschytz, 1989: that is why entries that are equal on paper differ in the last digit. Each row of constants has
 * absolute values of at most 61,213 in all, so that sums of products with 16-bit numbers fit 32 bits, a damaged
 * file's too. */
enum { FRACTION_BITS = 13, KEPT_BITS = 2, ONE = 1 << FRACTION_BITS };

typedef int16_t pair[2];

static const pair even[4] = {{ONE, ONE}, {ONE, -ONE}, {10703, 4433}, {4433, -10704}}; /* inputs 0 and 4, 2 and 6 */

static const pair odd[4][2] = {
    /* inputs 1 and 3, 5 and 7 */
    {{11363, 9633}, {6437, 2260}},
    {{9633, -2259}, {-11362, -6436}},
    {{6437, -11362}, {2261, 9633}},
    {{2260, -6436}, {9633, -11363}},
};

static inline __m128i multiply(__m128i pairs, const pair constants) {
    return _mm_madd_epi16(pairs, _mm_set1_epi32((int)((uint16_t)constants[0] | (uint32_t)constants[1] << 16)));
}

/* Four columns: x[k] holds inputs 0 and 4, 2 and 6, 1 and 3, 5 and 7 of each; y[k] becomes output k, 32 bits each. */
static inline void transform_half(const __m128i x[4], __m128i y[8], int shift) {
    const __m128i half = _mm_set1_epi32(1 << (shift - 1));
    __m128i sum = _mm_add_epi32(multiply(x[0], even[0]), half), outer = multiply(x[1], even[2]);
    __m128i difference = _mm_add_epi32(multiply(x[0], even[1]), half), inner = multiply(x[1], even[3]);
    const __m128i evens[4] = {_mm_add_epi32(sum, outer), _mm_add_epi32(difference, inner),
                              _mm_sub_epi32(difference, inner), _mm_sub_epi32(sum, outer)};
    for (int k = 0; k < 4; k++) {
        __m128i odds = _mm_add_epi32(multiply(x[2], odd[k][0]), multiply(x[3], odd[k][1]));
        y[k] = _mm_srai_epi32(_mm_add_epi32(evens[k], odds), shift);
        y[7 - k] = _mm_srai_epi32(_mm_sub_epi32(evens[k], odds), shift);
    }
}

/* Transforms eight columns; what a damaged file drives past 16 bits stays at their end. */
static inline void transform_columns(__m128i rows[8], int shift) {
    const __m128i low[4] = {_mm_unpacklo_epi16(rows[0], rows[4]), _mm_unpacklo_epi16(rows[2], rows[6]),
                            _mm_unpacklo_epi16(rows[1], rows[3]), _mm_unpacklo_epi16(rows[5], rows[7])};
    const __m128i high[4] = {_mm_unpackhi_epi16(rows[0], rows[4]), _mm_unpackhi_epi16(rows[2], rows[6]),
                             _mm_unpackhi_epi16(rows[1], rows[3]), _mm_unpackhi_epi16(rows[5], rows[7])};
    __m128i left[8], right[8];
    transform_half(low, left, shift);
    transform_half(high, right, shift);
    for (int k = 0; k < 8; k++)
        rows[k] = _mm_packs_epi32(left[k], right[k]);
}

/* Three rounds of a perfect shuffle of the 64 numbers exchange rows and columns. */
static inline void transpose(__m128i rows[8]) {
    for (int round = 0; round < 3; round++) {
        __m128i shuffled[8];
        for (size_t k = 0; k < 4; k++) {
            shuffled[2 * k] = _mm_unpacklo_epi16(rows[k], rows[k + 4]);
            shuffled[2 * k + 1] = _mm_unpackhi_epi16(rows[k], rows[k + 4]);
        }
        for (int k = 0; k < 8; k++)
            rows[k] = shuffled[k];
    }
}

/* Whether nothing but the mean is there, as outside the beam and in the chroma of a grey film. */
static inline bool is_flat(const __m128i rows[8]) {
    __m128i others = _mm_srli_si128(rows[0], 2);
    for (int k = 1; k < 8; k++)
        others = _mm_or_si128(others, rows[k]);
    return _mm_movemask_epi8(_mm_cmpeq_epi8(others, _mm_setzero_si128())) == 0xffff;
}

static inline void store_row(uint8_t *out, __m128i row) {
    __m128i samples = _mm_adds_epi16(row, _mm_set1_epi16(128));
    _mm_storel_epi64((__m128i *)out, _mm_packus_epi16(samples, samples));
}

void jpeg_idct(uint8_t *out, int stride, int16_t coefficients[64]) {
    __m128i rows[8];
    for (size_t k = 0; k < 8; k++)
        rows[k] = _mm_loadu_si128((const __m128i *)(coefficients + 8 * k));
    if (is_flat(rows)) {
        for (int k = 0; k < 8; k++)
            store_row(out + k * (ptrdiff_t)stride, _mm_set1_epi16((int16_t)((coefficients[0] + 4) >> 3)));
        return;
    }
    transform_columns(rows, FRACTION_BITS - KEPT_BITS);
    transpose(rows);
    transform_columns(rows, FRACTION_BITS + KEPT_BITS + 3);
    transpose(rows);
    for (int k = 0; k < 8; k++)
        store_row(out + k * (ptrdiff_t)stride, rows[k]);
}
