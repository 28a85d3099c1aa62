/* Sixteen bytes at a time, in WebAssembly with and without relaxed SIMD and, for the tests, on x86-64. Beside simd.h
 * the only file that names an instruction set.
 *
 * Everything rests on one step: four bytes times four weights, added to a sum of 32 bits, in four lanes. Relaxed SIMD
 * has an instruction for it, exact on every machine where one factor lies in 0..127, as all our activations do.
 * Elsewhere even and odd bytes are widened to 16 bits and multiplied in pairs, with weights widened when they are
 * packed. Integers are exact and floats are rounded by single IEEE operations: all give the same bits. */
#ifndef PNEUMOSCOPE_SIMD_INT8_H
#define PNEUMOSCOPE_SIMD_INT8_H

#include <stdint.h>
#include <string.h>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

typedef v128_t vec;

static inline vec vec_load(const void *p) { return wasm_v128_load(p); }
static inline vec vec_load_half(const void *p) { return wasm_v128_load64_zero(p); }
static inline vec vec_splat(const void *p) { return wasm_v128_load32_splat(p); }
static inline vec vec_splat_s32(int32_t x) { return wasm_i32x4_splat(x); }
static inline void vec_store(void *p, vec x) { wasm_v128_store(p, x); }
static inline void vec_store_low_half(void *p, vec x) { wasm_v128_store64_lane(p, x, 0); }
static inline void vec_store_high_half(void *p, vec x) { wasm_v128_store64_lane(p, x, 1); }

/* Products of neighbouring 16-bit lanes, added in pairs and to the sum. */
static inline vec dot_s16(vec a, vec b, vec sum) { return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(a, b)); }

/* The product, rounded to the nearest integer, ties to even: adding 1.5 * 2^23 leaves it in the low bits. */
static inline vec round_product(vec sum, vec multiplier, vec offset) {
    vec product = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), multiplier);
    return wasm_i32x4_sub(wasm_f32x4_add(product, wasm_f32x4_splat(12582912.0f)), offset);
}

/* Sixteen integers, in order, clamped to 0..127. */
static inline vec narrow(vec a, vec b, vec c, vec d) {
    vec low = wasm_i16x8_narrow_i32x4(a, b), high = wasm_i16x8_narrow_i32x4(c, d);
    return wasm_i8x16_max(wasm_i8x16_narrow_i16x8(low, high), wasm_i8x16_const_splat(0));
}

/* clamp(a + b - 64, 0, 127) of bytes in 0..127: the difference saturates at 0 */
static inline vec add_centred(vec a, vec b) {
    vec sum = wasm_u8x16_sub_sat(wasm_i8x16_add(a, b), wasm_i8x16_const_splat(64));
    return wasm_u8x16_min(sum, wasm_i8x16_const_splat(127));
}

static inline vec interleave8_low(vec a, vec b) {
    return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
static inline vec interleave8_high(vec a, vec b) {
    return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
static inline vec interleave16_low(vec a, vec b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
static inline vec interleave16_high(vec a, vec b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

/* u8[2][8] -> u8[8][2], and u8[4][4] -> u8[4][4] */
static inline vec transpose2x8(vec x) {
    return wasm_i8x16_shuffle(x, x, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}
static inline vec transpose4x4(vec x) {
    return wasm_i8x16_shuffle(x, x, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

#else
#include <emmintrin.h>

typedef __m128i vec;

static inline vec vec_load(const void *p) { return _mm_loadu_si128(p); }
static inline vec vec_load_half(const void *p) { return _mm_loadl_epi64(p); }
static inline vec vec_splat_s32(int32_t x) { return _mm_set1_epi32(x); }
static inline vec vec_splat(const void *p) {
    int32_t x;
    memcpy(&x, p, sizeof x);
    return _mm_set1_epi32(x);
}
static inline void vec_store(void *p, vec x) { _mm_storeu_si128(p, x); }
static inline void vec_store_low_half(void *p, vec x) { _mm_storel_epi64(p, x); }
static inline void vec_store_high_half(void *p, vec x) { _mm_storel_epi64(p, _mm_srli_si128(x, 8)); }

static inline vec dot_s16(vec a, vec b, vec sum) { return _mm_add_epi32(sum, _mm_madd_epi16(a, b)); }

static inline vec round_product(vec sum, vec multiplier, vec offset) {
    __m128 product = _mm_mul_ps(_mm_cvtepi32_ps(sum), _mm_castsi128_ps(multiplier));
    return _mm_sub_epi32(_mm_castps_si128(_mm_add_ps(product, _mm_set1_ps(12582912.0f))), offset);
}

/* SSE2 has a maximum of 16-bit lanes, so that the lower bound comes before the narrowing to bytes. */
static inline vec narrow(vec a, vec b, vec c, vec d) {
    vec zero = _mm_setzero_si128();
    return _mm_packs_epi16(_mm_max_epi16(_mm_packs_epi32(a, b), zero), _mm_max_epi16(_mm_packs_epi32(c, d), zero));
}

static inline vec add_centred(vec a, vec b) {
    vec sum = _mm_subs_epu8(_mm_add_epi8(a, b), _mm_set1_epi8(64));
    return _mm_min_epu8(sum, _mm_set1_epi8(127));
}

static inline vec interleave8_low(vec a, vec b) { return _mm_unpacklo_epi8(a, b); }
static inline vec interleave8_high(vec a, vec b) { return _mm_unpackhi_epi8(a, b); }
static inline vec interleave16_low(vec a, vec b) { return _mm_unpacklo_epi16(a, b); }
static inline vec interleave16_high(vec a, vec b) { return _mm_unpackhi_epi16(a, b); }

static inline vec transpose2x8(vec x) { return _mm_unpacklo_epi8(x, _mm_srli_si128(x, 8)); }
static inline vec transpose4x4(vec x) { return transpose2x8(transpose2x8(x)); }

#endif

/* What round_product subtracts so that a zero point is added. */
static inline vec rounding_offset(int32_t zero_point) { return vec_splat_s32(0x4B400000 - zero_point); }

/* ---- four bytes times four weights ---- */

#if defined(__wasm_relaxed_simd__)

typedef struct packed_quad {
    int8_t weights[4];
} packed_quad;
typedef vec quads;       /* u8[4 lanes][4] */
typedef vec weight_quad; /* the same four weights in every lane */

static inline void pack_quad(packed_quad *out, const int8_t w[4]) { memcpy(out, w, 4); }
static inline weight_quad load_weights(const packed_quad *p) { return vec_splat(p); }
static inline quads load_quads(const uint8_t *p) { return vec_load(p); }

static inline vec dot(quads x, weight_quad w, vec sum) { return wasm_i32x4_relaxed_dot_i8x16_i7x16_add(w, x, sum); }

#else

typedef struct packed_quad {
    int16_t even[2], odd[2];
} packed_quad;
typedef struct quads {
    vec even, odd; /* s16[4 lanes][2] */
} quads;
typedef quads weight_quad;

static inline void pack_quad(packed_quad *out, const int8_t w[4]) { *out = (packed_quad){{w[0], w[2]}, {w[1], w[3]}}; }

static inline weight_quad load_weights(const packed_quad *p) {
    return (weight_quad){vec_splat(p->even), vec_splat(p->odd)};
}

static inline quads load_quads(const uint8_t *p) {
    vec x = vec_load(p);
#if defined(__wasm_simd128__)
    return (quads){wasm_v128_and(x, wasm_i16x8_const_splat(0xff)), wasm_u16x8_shr(x, 8)};
#else
    return (quads){_mm_and_si128(x, _mm_set1_epi16(0xff)), _mm_srli_epi16(x, 8)};
#endif
}

static inline vec dot(quads x, weight_quad w, vec sum) { return dot_s16(x.odd, w.odd, dot_s16(x.even, w.even, sum)); }

#endif

#endif
