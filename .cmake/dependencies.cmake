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
find_sources(stb GIT_REPOSITORY https://github.com/nothings/stb.git
             GIT_TAG 5c205738c191bcb0abc65c4febfa9bd25ff35234)
find_sources(jsmn GIT_REPOSITORY https://github.com/zserge/jsmn.git
             GIT_TAG fdcef3ebf886fa210d14956d3c068a653e76a24e)
find_sources(cmocka URL https://cmocka.org/files/1.1/cmocka-1.1.7.tar.xz
             URL_HASH SHA256=810570eb0b8d64804331f82b29ff47c790ce9cd6b163e98d47a4807047ecad82)

add_library(stb INTERFACE)
target_include_directories(stb SYSTEM INTERFACE "${stb_SOURCE_DIR}")
target_compile_definitions(stb INTERFACE STBI_NO_STDIO STBI_NO_HDR STBI_NO_LINEAR STBI_NO_GIF STBI_ONLY_JPEG STBI_ONLY_PNG
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

add_library(pthreadpool_headers INTERFACE)
target_include_directories(pthreadpool_headers INTERFACE "${pthreadpool_SOURCE_DIR}/include")

# ---- XNNPACK: its indirect matrix product of 4 x 8 floats, one file for each instruction set ----

function(add_xnnpack target kernel)
  add_library(${target} OBJECT "${xnnpack_SOURCE_DIR}/src/f32-igemm/gen/f32-igemm-4x8-minmax-${kernel}.c")
  string(REPLACE "-" "_" name ${kernel})
  target_compile_definitions(${target} INTERFACE XNNPACK_KERNEL=xnn_f32_igemm_minmax_ukernel_4x8__${name})
  target_include_directories(${target} SYSTEM PUBLIC "${xnnpack_SOURCE_DIR}/include" "${xnnpack_SOURCE_DIR}/src")
  target_link_libraries(${target} PUBLIC pthreadpool_headers)
  target_compile_options(${target} PRIVATE -w ${ARGN})
endfunction()

if(EMSCRIPTEN)
  add_xnnpack(xnnpack_simd wasmsimd-x86-splat)
  add_xnnpack(xnnpack_relaxed wasmrelaxedsimd-fma-splat ${WASM_RELAXED_FLAGS})
else()
  add_xnnpack(xnnpack_simd sse-load1)
endif()
