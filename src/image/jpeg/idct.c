#include "image/jpeg/idct.h"

#include <stdbool.h>
#include <stddef.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Two versions with the same bits: plain C, and SSE2. Both transform the columns first, then the rows.
 *
 * The constants are cosines with 13 fraction bits. They are sums of rounded constants from the factorisation of
 * Loeffler, Ligtenberg and Moschytz, 1989, so entries that are equal on paper differ in the last digit. The absolute
 * values of a row of constants add up to at most 61,213. So sums of products with 16-bit numbers fit 32 bits, even in a
 * damaged file. */
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

/* ---- plain C ---- */

static int16_t saturated(int32_t value) {
    return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

static uint8_t sample(int16_t value) {
    int32_t level = value + 128;
    return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
}

/* Transforms eight numbers, `step` apart. Results past 16 bits, from damaged files, are cut off. */
static void transform(int16_t *x, size_t step, int shift) {
    const int32_t half = 1 << (shift - 1);
    int32_t evens[4];
    for (int k = 0; k < 2; k++) {
        int32_t inner = even[k][0] * x[0] + even[k][1] * x[4 * step] + half;
        int32_t outer = even[k + 2][0] * x[2 * step] + even[k + 2][1] * x[6 * step];
        evens[k] = inner + outer;
        evens[3 - k] = inner - outer;
    }
    int32_t odds[4];
    for (int k = 0; k < 4; k++)
        odds[k] = odd[k][0][0] * x[step] + odd[k][0][1] * x[3 * step] + odd[k][1][0] * x[5 * step] +
                  odd[k][1][1] * x[7 * step];
    for (size_t k = 0; k < 4; k++) {
        x[k * step] = saturated((evens[k] + odds[k]) >> shift);
        x[(7 - k) * step] = saturated((evens[k] - odds[k]) >> shift);
    }
}

static bool is_flat(const int16_t coefficients[64]) {
    int16_t others = 0;
    for (size_t i = 1; i < 64; i++)
        others |= coefficients[i];
    return others == 0;
}

void jpeg_idct_plain(uint8_t *out, int stride, int16_t coefficients[64]) {
    int16_t block[64];
    bool flat = is_flat(coefficients);
    for (size_t i = 0; i < 64; i++)
        block[i] = flat ? (int16_t)((coefficients[0] + 4) >> 3) : coefficients[i];
    for (size_t k = 0; k < 8 && !flat; k++)
        transform(block + k, 8, FRACTION_BITS - KEPT_BITS);
    for (size_t k = 0; k < 8 && !flat; k++)
        transform(block + 8 * k, 1, FRACTION_BITS + KEPT_BITS + 3);
    for (size_t i = 0; i < 64; i++)
        out[(ptrdiff_t)(i / 8) * stride + (ptrdiff_t)(i % 8)] = sample(block[i]);
}

#ifndef __SSE2__

void jpeg_idct(uint8_t *out, int stride, int16_t coefficients[64]) { jpeg_idct_plain(out, stride, coefficients); }

#else

/* ---- SSE2 ----
 *
 * Eight columns at a time. Emscripten turns each SSE2 instruction into one of WebAssembly's SIMD. One instruction
 * multiplies pairs of 16-bit numbers and adds the two products. */

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

/* Transforms eight columns. Results past 16 bits, from damaged files, are cut off. */
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

/* Whether a block has only its mean, as outside the beam and in the chroma of a grey film. */
static inline bool are_flat(const __m128i rows[8]) {
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
    if (are_flat(rows)) {
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

#endif
