/* The few questions that XNNPACK's native build asks the cpuinfo library, answered by the compiler's own builtin, so
 * that one library fewer is needed. The wasm build asks none of them. */
#ifndef PNEUMOSCOPE_CPUINFO_H
#define PNEUMOSCOPE_CPUINFO_H

#include <stdbool.h>
#include <stdint.h>

static inline bool cpuinfo_initialize(void) {
    __builtin_cpu_init();
    return true;
}

static inline bool cpuinfo_has_x86_sse2(void) { return __builtin_cpu_supports("sse2"); }
static inline bool cpuinfo_has_x86_ssse3(void) { return __builtin_cpu_supports("ssse3"); }
static inline bool cpuinfo_has_x86_sse4_1(void) { return __builtin_cpu_supports("sse4.1"); }
static inline bool cpuinfo_has_x86_avx(void) { return __builtin_cpu_supports("avx"); }
static inline bool cpuinfo_has_x86_avx2(void) { return __builtin_cpu_supports("avx2"); }
static inline bool cpuinfo_has_x86_fma3(void) { return __builtin_cpu_supports("fma"); }
static inline bool cpuinfo_has_x86_f16c(void) { return false; } /* half precision is not used */

enum cpuinfo_uarch { cpuinfo_uarch_unknown, cpuinfo_uarch_zen, cpuinfo_uarch_dhyana };

struct cpuinfo_core {
    enum cpuinfo_uarch uarch;
};

static inline const struct cpuinfo_core *cpuinfo_get_core(uint32_t index) {
    static const struct cpuinfo_core core = {cpuinfo_uarch_unknown};
    (void)index;
    return &core;
}

#endif
