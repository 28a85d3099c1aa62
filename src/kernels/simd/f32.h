/* Four floats at a time, in WebAssembly and, for the tests, on x86-64. Only this file, int8.h
 * and image/jpeg/idct.c name instruction sets.
 *
 * multiply_add rounds once if relaxed SIMD has a fused instruction, else twice. */
#ifndef PNEUMOSCOPE_SIMD_F32_H
#define PNEUMOSCOPE_SIMD_F32_H

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

typedef v128_t f32x4;

static inline f32x4 load(const float *p) { return wasm_v128_load(p); }
static inline void store(float *p, f32x4 x) { wasm_v128_store(p, x); }
static inline f32x4 splat(float x) { return wasm_f32x4_splat(x); }
static inline f32x4 load_splat(const float *p) { return wasm_v128_load32_splat(p); }
static inline f32x4 clamp(f32x4 x, f32x4 least, f32x4 most) { return wasm_f32x4_pmin(wasm_f32x4_pmax(x, least), most); }

#if defined(__wasm_relaxed_simd__)
enum { MULTIPLY_ADD_IS_FUSED = 1 };
static inline f32x4 multiply_add(f32x4 a, f32x4 b, f32x4 sum) { return wasm_f32x4_relaxed_madd(a, b, sum); }
#else
enum { MULTIPLY_ADD_IS_FUSED = 0 };
static inline f32x4 multiply_add(f32x4 a, f32x4 b, f32x4 sum) { return wasm_f32x4_add(wasm_f32x4_mul(a, b), sum); }
#endif

#else
#include <xmmintrin.h>

typedef __m128 f32x4;

static inline f32x4 load(const float *p) { return _mm_loadu_ps(p); }
static inline void store(float *p, f32x4 x) { _mm_storeu_ps(p, x); }
static inline f32x4 splat(float x) { return _mm_set1_ps(x); }
static inline f32x4 load_splat(const float *p) { return _mm_set1_ps(*p); }
static inline f32x4 clamp(f32x4 x, f32x4 least, f32x4 most) { return _mm_min_ps(_mm_max_ps(x, least), most); }
enum { MULTIPLY_ADD_IS_FUSED = 0 };
static inline f32x4 multiply_add(f32x4 a, f32x4 b, f32x4 sum) { return _mm_add_ps(_mm_mul_ps(a, b), sum); }

#endif

#endif
