/* What multiply-adds cost at best in WebAssembly: loops that do nothing else. Built twice, with relaxed SIMD and
 * without.
 *
 * Ten accumulators of two by five, as in a matrix product: enough independent chains to hide the latency of an
 * addition, and with two factors that stay, one that comes from the first-level cache and one for a product, still
 * within the fifteen vector registers that engines have on x86. What comes from memory changes at every step, so that
 * no product can be kept from one step to the next. peak.js calls these and divides. */
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT __attribute__((visibility("default"), used))

enum { NROWS = 2, NCOLUMNS = 5, NSTEPS_IN_CACHE = 8 };

static v128_t values[NROWS + NCOLUMNS * NSTEPS_IN_CACHE];

/* Bytes in 48..63: as floats neither large nor denormal, as integers within seven bits. */
EXPORT void fill(uint32_t seed) {
    uint8_t *bytes = (uint8_t *)values;
    for (uint32_t i = 0; i < sizeof values; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(48 + (seed >> 28));
    }
}

/* NROWS * NCOLUMNS vectors of multiply-adds a step. The result only keeps the compiler from leaving them out. */
#define KERNEL(name, multiply_add)                                             \
    EXPORT int32_t name(uint32_t nsteps) {                                     \
        v128_t sums[NROWS][NCOLUMNS] = {0};                                    \
        const v128_t *rows = values, *columns = values + NROWS;                \
        for (uint32_t n = 0; n < nsteps; n++) {                                \
            const v128_t *column = columns + n % NSTEPS_IN_CACHE * NCOLUMNS;   \
            for (int j = 0; j < NCOLUMNS; j++)                                 \
                for (int i = 0; i < NROWS; i++)                                \
                    sums[i][j] = multiply_add(rows[i], column[j], sums[i][j]); \
        }                                                                      \
        v128_t all = sums[0][0];                                               \
        for (int k = 1; k < NROWS * NCOLUMNS; k++)                             \
            all = wasm_v128_xor(all, sums[k / NCOLUMNS][k % NCOLUMNS]);        \
        return wasm_i32x4_extract_lane(all, 0);                                \
    }

#define MUL_ADD(a, b, sum) wasm_f32x4_add(sum, wasm_f32x4_mul(a, b))
KERNEL(f32_mul_add, MUL_ADD)

#define DOT_I16(a, b, sum) wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(a, b))
KERNEL(i16_dot, DOT_I16)

#ifdef __wasm_relaxed_simd__
KERNEL(f32_relaxed_madd, wasm_f32x4_relaxed_madd)

#define RELAXED_DOT_I16(a, b, sum) wasm_i16x8_add(sum, wasm_i16x8_relaxed_dot_i8x16_i7x16(a, b))
KERNEL(i8_relaxed_dot, RELAXED_DOT_I16)

KERNEL(i8_relaxed_dot_add, wasm_i32x4_relaxed_dot_i8x16_i7x16_add)
#endif
