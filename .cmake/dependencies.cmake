# What is not ours: fetched at configure time and built for what Pneumoscope needs of it. Nothing of it is committed.
#
# .ci/setup puts Debian's copies, checked by hash, into .cache/sources; without them FetchContent gets the same commits.

include(FetchContent)
set(FETCHCONTENT_QUIET OFF)

function(find_sources name)
  set(local "${CMAKE_CURRENT_SOURCE_DIR}/.cache/sources/${name}")
  string(TOUPPER ${name} upper)
  if(EXISTS "${local}" AND NOT DEFINED FETCHCONTENT_SOURCE_DIR_${upper})
    set(FETCHCONTENT_SOURCE_DIR_${upper} "${local}")
  endif()
  # SOURCE_SUBDIR names a folder that is not there: the sources alone are wanted, not the project's own CMakeLists.
  FetchContent_Declare(${name} ${ARGN} SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(${name})
  set(${name}_SOURCE_DIR "${${name}_SOURCE_DIR}" PARENT_SCOPE)
endfunction()

find_sources(xnnpack GIT_REPOSITORY https://github.com/google/XNNPACK.git
             GIT_TAG 4ea82e595b36106653175dcb04b2aa532660d0d8)
find_sources(pthreadpool GIT_REPOSITORY https://github.com/Maratyszcza/pthreadpool.git
             GIT_TAG 560c60d342a76076f0557a3946924c6478470044)
find_sources(fxdiv GIT_REPOSITORY https://github.com/Maratyszcza/FXdiv.git
             GIT_TAG b408327ac2a15ec3e43352421954f5b1967701d1)
find_sources(fp16 GIT_REPOSITORY https://github.com/Maratyszcza/FP16.git
             GIT_TAG 4dfe081cf6bcd15db339cf2680b9281b8451eeb3)
find_sources(stb GIT_REPOSITORY https://github.com/nothings/stb.git
             GIT_TAG 5c205738c191bcb0abc65c4febfa9bd25ff35234)
find_sources(jsmn GIT_REPOSITORY https://github.com/zserge/jsmn.git
             GIT_TAG fdcef3ebf886fa210d14956d3c068a653e76a24e)
find_sources(cmocka URL https://cmocka.org/files/1.1/cmocka-1.1.7.tar.xz
             URL_HASH SHA256=810570eb0b8d64804331f82b29ff47c790ce9cd6b163e98d47a4807047ecad82)

add_library(stb INTERFACE)
target_include_directories(stb SYSTEM INTERFACE "${stb_SOURCE_DIR}")
target_compile_definitions(stb INTERFACE STBI_NO_STDIO STBI_NO_HDR STBI_NO_LINEAR STBI_ONLY_JPEG STBI_ONLY_PNG
                                         STBI_ONLY_BMP STBI_MAX_DIMENSIONS=65535)

add_library(jsmn INTERFACE)
target_include_directories(jsmn SYSTEM INTERFACE "${jsmn_SOURCE_DIR}")

# ---- pthreadpool: upstream's build makes only the one-thread shim under Emscripten ----

# Its own pthreads.c waits for late threads; src/kernels/threads.c, in its place, does not.
function(add_pthreadpool target)
  add_library(${target} STATIC ${ARGN})
  target_include_directories(${target} PUBLIC "${pthreadpool_SOURCE_DIR}/include"
                                       PRIVATE "${fxdiv_SOURCE_DIR}/include")
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE ${PTHREADPOOL_CONFIGURATION})
  target_compile_options(${target} PRIVATE -w)
endfunction()

set(PTHREADPOOL_CONFIGURATION PTHREADPOOL_USE_CPUINFO=0 PTHREADPOOL_USE_CONDVAR=1 PTHREADPOOL_USE_FUTEX=0
                              PTHREADPOOL_USE_GCD=0 PTHREADPOOL_USE_EVENT=0)
set(PTHREADPOOL "${pthreadpool_SOURCE_DIR}/src")
add_pthreadpool(pthreadpool "${PTHREADPOOL}/portable-api.c" "${PTHREADPOOL}/memory.c" "${PTHREADPOOL}/fastpath.c")
add_pthreadpool(pthreadpool_one_thread "${PTHREADPOOL}/shim.c")

add_library(pthreadpool_insides INTERFACE)
target_include_directories(pthreadpool_insides SYSTEM INTERFACE "${PTHREADPOOL}" "${pthreadpool_SOURCE_DIR}/include"
                                                                "${fxdiv_SOURCE_DIR}/include")
target_compile_definitions(pthreadpool_insides INTERFACE ${PTHREADPOOL_CONFIGURATION})

# ---- XNNPACK: the float32 convolution and what it stands on ----
#
# The configuration tables name every kernel of every type. Sections that nothing reaches are dropped at link time
# before their missing symbols are looked for, so that only the families listed here need compiling.

set(XNNPACK_FAMILIES "src/(f32-gemm|f32-igemm|f32-dwconv|f32-vmulcaddc|x32-packw|xx-fill|xx-pad)/")
if(EMSCRIPTEN)
  set(XNNPACK_ISAS scalar wasm wasmsimd)
else()
  set(XNNPACK_ISAS scalar sse sse2 avx fma3)
endif()

function(xnnpack_kernels out isa)
  include("${xnnpack_SOURCE_DIR}/cmake/gen/${isa}_microkernels.cmake")
  string(TOUPPER ${isa} upper)
  set(kernels ${PROD_${upper}_MICROKERNEL_SRCS})
  list(FILTER kernels INCLUDE REGEX "${XNNPACK_FAMILIES}")
  list(TRANSFORM kernels PREPEND "${xnnpack_SOURCE_DIR}/")
  set(${out} ${kernels} PARENT_SCOPE)
endfunction()

set(xnnpack_isa_flags_sse -msse)
set(xnnpack_isa_flags_sse2 -msse2)
set(xnnpack_isa_flags_avx -mavx)
set(xnnpack_isa_flags_fma3 "-mavx -mfma")

function(add_xnnpack target type)
  add_library(${target} ${type} ${ARGN})
  target_include_directories(${target} PUBLIC "${xnnpack_SOURCE_DIR}/include" PRIVATE "${xnnpack_SOURCE_DIR}/src"
                                              "${fxdiv_SOURCE_DIR}/include" "${fp16_SOURCE_DIR}/include"
                                              "${CMAKE_CURRENT_SOURCE_DIR}/.cmake/cpuinfo")
  target_link_libraries(${target} PUBLIC pthreadpool_headers)
  target_compile_options(${target} PRIVATE -w -ffunction-sections -fdata-sections -fno-math-errno -fno-exceptions)
  set(off CPUINFO=$<NOT:$<BOOL:${EMSCRIPTEN}>> MEMOPT=1 SPARSE=1 GEMM_M_SPECIALIZATION=1 ASSEMBLY=0 KLEIDIAI=0 JIT=0 HVX=0
          ARM_BF16=0 ARM_DOTPROD=0 ARM_FP16_SCALAR=0 ARM_FP16_VECTOR=0 ARM_I8MM=0 ARM_SME=0 ARM_SME2=0
          AVX256SKX=0 AVX256VNNI=0 AVX256VNNIGFNI=0 AVX512AMX=0 AVX512F=0 AVX512FP16=0 AVX512SKX=0 AVX512VBMI=0
          AVX512VNNI=0 AVX512VNNIGFNI=0 AVXVNNI=0 AVXVNNIINT8=0 RISCV_FP16_VECTOR=0 RISCV_VECTOR=0 VSX=0)
  list(TRANSFORM off PREPEND XNN_ENABLE_)
  target_compile_definitions(${target} PRIVATE ${off} XNN_LOG_LEVEL=0)
endfunction()

add_library(pthreadpool_headers INTERFACE)
target_include_directories(pthreadpool_headers INTERFACE "${pthreadpool_SOURCE_DIR}/include")

foreach(isa ${XNNPACK_ISAS})
  xnnpack_kernels(kernels ${isa})
  set_source_files_properties(${kernels} PROPERTIES COMPILE_FLAGS "${xnnpack_isa_flags_${isa}}")
  list(APPEND XNNPACK_SOURCES ${kernels})
endforeach()
foreach(part allocator cache datatype indirection init log memory microkernel-utils microparams-init mutex normalization
             operator-delete operator-run operator-utils params operators/convolution-nhwc enums/allocation-type
             enums/microkernel-type enums/operator-type enums/datatype-strings)
  list(APPEND XNNPACK_SOURCES "${xnnpack_SOURCE_DIR}/src/${part}.c")
endforeach()
list(APPEND XNNPACK_SOURCES "${xnnpack_SOURCE_DIR}/src/reference/packing.cc")
file(GLOB XNNPACK_CONFIGS "${xnnpack_SOURCE_DIR}/src/configs/*.c")

# The tables differ between the instruction sets, everything else serves both.
add_xnnpack(xnnpack_common STATIC ${XNNPACK_SOURCES})
add_xnnpack(xnnpack_simd OBJECT ${XNNPACK_CONFIGS})
if(EMSCRIPTEN)
  xnnpack_kernels(kernels wasmrelaxedsimd)
  add_xnnpack(xnnpack_relaxed OBJECT ${XNNPACK_CONFIGS} ${kernels})
  target_compile_options(xnnpack_relaxed PRIVATE ${WASM_RELAXED_FLAGS})
endif()
