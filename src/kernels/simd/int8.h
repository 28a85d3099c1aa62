/* Sixteen bytes at a time, in WebAssembly with and without relaxed SIMD and, for the tests, on x86-64. Only this file,
 * f32.h and image/jpeg/idct.c name instruction sets.
 *
 * The main step multiplies four bytes by four weights and adds the products to a sum of 32 bits, in four lanes. Relaxed
 * SIMD has an instruction for it. It is exact on every machine if one factor is in 0..127, as all our activations are.
 * Without relaxed SIMD the bytes are multiplied as pairs of 16 bits, with weights that were widened when they were
 * packed. Integers are exact, and floats are rounded by single IEEE operations, so all builds give the same bits. */
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
static inline vec vec_splat_half(const void *p) { return wasm_v128_load64_splat(p); }
static inline void vec_store(void *p, vec x) { wasm_v128_store(p, x); }
static inline void vec_store_low_half(void *p, vec x) { wasm_v128_store64_lane(p, x, 0); }
static inline void vec_store_high_half(void *p, vec x) { wasm_v128_store64_lane(p, x, 1); }

static inline vec vec_and(vec a, vec b) { return wasm_v128_and(a, b); }
static inline vec shift_right_u16(vec x) { return wasm_u16x8_shr(x, 8); }

/* Products of neighbouring 16-bit lanes, added in pairs and to the sum. */
static inline vec dot_s16(vec a, vec b, vec sum) { return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(a, b)); }

static inline vec product_f32(vec sum, vec multiplier) {
    return wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), multiplier);
}
static inline vec add_f32(vec a, vec b) { return wasm_f32x4_add(a, b); }
static inline vec sub_s32(vec a, vec b) { return wasm_i32x4_sub(a, b); }

/* Eight 32-bit integers to 16 bits, and sixteen of those clamped to 0..127, in order. */
static inline vec narrow16(vec a, vec b) { return wasm_i16x8_narrow_i32x4(a, b); }
static inline vec narrow8(vec a, vec b) {
    return wasm_i8x16_max(wasm_i8x16_narrow_i16x8(a, b), wasm_i8x16_const_splat(0));
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
static inline vec interleave32_low(vec a, vec b) { return wasm_i32x4_shuffle(a, b, 0, 4, 1, 5); }
static inline vec interleave32_high(vec a, vec b) { return wasm_i32x4_shuffle(a, b, 2, 6, 3, 7); }

#else
#include <emmintrin.h>

typedef __m128i vec;

static inline vec vec_load(const void *p) { return _mm_loadu_si128(p); }
static inline vec vec_load_half(const void *p) { return _mm_loadl_epi64(p); }
static inline vec vec_splat(const void *p) {
    int32_t x;
    memcpy(&x, p, sizeof x);
    return _mm_set1_epi32(x);
}
static inline vec vec_splat_half(const void *p) {
    vec x = vec_load_half(p);
    return _mm_unpacklo_epi64(x, x);
}
static inline void vec_store(void *p, vec x) { _mm_storeu_si128(p, x); }
static inline void vec_store_low_half(void *p, vec x) { _mm_storel_epi64(p, x); }
static inline void vec_store_high_half(void *p, vec x) { _mm_storel_epi64(p, _mm_srli_si128(x, 8)); }

static inline vec vec_and(vec a, vec b) { return _mm_and_si128(a, b); }
static inline vec shift_right_u16(vec x) { return _mm_srli_epi16(x, 8); }
static inline vec dot_s16(vec a, vec b, vec sum) { return _mm_add_epi32(sum, _mm_madd_epi16(a, b)); }

static inline vec product_f32(vec sum, vec multiplier) {
    return _mm_castps_si128(_mm_mul_ps(_mm_cvtepi32_ps(sum), _mm_castsi128_ps(multiplier)));
}
static inline vec add_f32(vec a, vec b) {
    return _mm_castps_si128(_mm_add_ps(_mm_castsi128_ps(a), _mm_castsi128_ps(b)));
}
static inline vec sub_s32(vec a, vec b) { return _mm_sub_epi32(a, b); }

/* SSE2 has a maximum of 16-bit lanes only, so the lower bound comes before the narrowing to bytes. */
static inline vec narrow16(vec a, vec b) { return _mm_packs_epi32(a, b); }
static inline vec narrow8(vec a, vec b) {
    vec zero = _mm_setzero_si128();
    return _mm_packs_epi16(_mm_max_epi16(a, zero), _mm_max_epi16(b, zero));
}

static inline vec add_centred(vec a, vec b) {
    vec sum = _mm_subs_epu8(_mm_add_epi8(a, b), _mm_set1_epi8(64));
    return _mm_min_epu8(sum, _mm_set1_epi8(127));
}

static inline vec interleave8_low(vec a, vec b) { return _mm_unpacklo_epi8(a, b); }
static inline vec interleave8_high(vec a, vec b) { return _mm_unpackhi_epi8(a, b); }
static inline vec interleave16_low(vec a, vec b) { return _mm_unpacklo_epi16(a, b); }
static inline vec interleave16_high(vec a, vec b) { return _mm_unpackhi_epi16(a, b); }
static inline vec interleave32_low(vec a, vec b) { return _mm_unpacklo_epi32(a, b); }
static inline vec interleave32_high(vec a, vec b) { return _mm_unpackhi_epi32(a, b); }

#endif

/* ---- rounding ---- */

/* Adding 1.5 * 2^23 to a product leaves the nearest integer, ties to even, in the low bits; what is taken from the bits
 * then adds the zero point. Both are loaded: V8 would make a constant vector with three instructions at each use. */
typedef struct rounding_terms {
    float shift;
    int32_t offset;
} rounding_terms;

static inline rounding_terms rounding_to(int32_t zero_point) {
    return (rounding_terms){12582912.0f, 0x4B400000 - zero_point};
}

typedef struct rounding {
    vec shift, offset;
} rounding;

static inline rounding load_rounding(const rounding_terms *terms) {
    return (rounding){vec_splat(&terms->shift), vec_splat(&terms->offset)};
}

static inline vec round_product(vec sum, vec multiplier, rounding r) {
    return sub_s32(add_f32(product_f32(sum, multiplier), r.shift), r.offset);
}

/* ---- four bytes times four weights ---- */

#if defined(__wasm_relaxed_simd__)

enum { ROOM_FOR_SIX_CHANNELS = 1 };

typedef struct packed_quad {
    int8_t weights[4];
} packed_quad;
typedef vec quads;       /* u8[4 lanes][4] */
typedef vec weight_quad; /* the same four weights in every lane */

static inline void pack_quad(packed_quad *out, const int8_t w[4]) { memcpy(out, w, 4); }
static inline weight_quad load_weights(const packed_quad *p) { return vec_splat(p); }
static inline quads load_quads(const uint8_t *p) { return vec_load(p); }

static inline vec dot(quads x, weight_quad w, vec sum) { return wasm_i32x4_relaxed_dot_i8x16_i7x16_add(w, x, sum); }

/* `dot_narrow` gives sums of 16 bits, each of two of the four products. A sum holds all products with values up to 127
 * if the weights of one sign add up to at most NARROW_LIMIT. */
#define HAS_NARROW_SUMS 1
enum { NARROW_LIMIT = INT16_MAX / 127 };

static inline vec dot_narrow(quads x, weight_quad w) { return wasm_i16x8_relaxed_dot_i8x16_i7x16(w, x); }
static inline vec add_s16(vec a, vec b) { return wasm_i16x8_add(a, b); }
static inline vec add_pairs(vec sum, vec narrow) {
    return wasm_i32x4_add(sum, wasm_i32x4_extadd_pairwise_i16x8(narrow));
}

/* Whether sums of 16 bits are faster here. Where the processor has one instruction for `dot`, and the engine uses it,
 * they are slower. Elsewhere the engine makes `dot` of the instructions of `dot_narrow` and more, so they are faster.
 *
 * No clock is needed to tell the two apart. They agree while values are in 0..127. Beyond that, one instruction adds
 * exactly in 32 bits, and the others overflow 16 bits:
 *     weight  value       one instruction   several
 *        127    255    4 * 127 * 255           less   value unsigned: VNNI on x86
 *       -128   -128    4 * 128 * 128           less   value signed: the dot product of ARM, VNNI-INT8 on x86 */
static inline int narrow_sums_are_faster(void) {
    static const volatile int8_t weights[2] = {127, -128},
                                 values[2] = {-1, -128}; /* volatile: for the engine to compute */
    static const int32_t exact[2] = {4 * 127 * 255, 4 * 128 * 128};
    int one_instruction = 0;
    for (int i = 0; i < 2; i++) {
        const vec sum = dot(wasm_i8x16_splat(values[i]), wasm_i8x16_splat(weights[i]), wasm_i32x4_const_splat(0));
        one_instruction |= wasm_i32x4_extract_lane(sum, 0) == exact[i];
    }
    return !one_instruction;
}

#else

#define HAS_NARROW_SUMS 0

static inline int narrow_sums_are_faster(void) { return 0; }

#if defined(__wasm_simd128__)
enum { ROOM_FOR_SIX_CHANNELS = 0 };
#else
enum { ROOM_FOR_SIX_CHANNELS = 1 }; /* not enough registers, but the sanitizers should see the tiles of relaxed SIMD */
#endif

/* A pair of bytes is a 16-bit number, even + 256 * odd. The number is multiplied by the even byte's weight. That adds
 * 256 * odd * weight too much, so the odd byte is multiplied by its own weight less 256 times the even one's. One shift
 * makes the odd byte. Sums may overflow in between, and are right at the end. */
typedef struct packed_quad {
    int16_t pairs[2], odds[2];
} packed_quad;
typedef struct quads {
    vec pairs, odds; /* s16[4 lanes][2] */
} quads;
typedef quads weight_quad;

static inline void pack_quad(packed_quad *out, const int8_t w[4]) {
    *out = (packed_quad){{w[0], w[2]}, {(int16_t)(w[1] - 256 * w[0]), (int16_t)(w[3] - 256 * w[2])}};
}

static inline weight_quad load_weights(const packed_quad *p) {
    return (weight_quad){vec_splat(p->pairs), vec_splat(p->odds)};
}

static inline quads load_quads(const uint8_t *p) {
    vec x = vec_load(p);
    return (quads){x, shift_right_u16(x)};
}

static inline vec dot(quads x, weight_quad w, vec sum) {
    return dot_s16(x.odds, w.odds, dot_s16(x.pairs, w.pairs, sum));
}

#endif

#endif
