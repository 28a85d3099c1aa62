# CMake toolchain file: finds Emscripten, and says why each of its flags is there.
#
# The first of these that is 3.1.60 or newer: emcc on PATH, the emsdk that $EMSDK names, the copy that .ci/setup fetched.

set(EMSCRIPTEN_OLDEST 3.1.60)

foreach(candidate "$ENV{EMSCRIPTEN_FOUND}" PATH "$ENV{EMSDK}/upstream/emscripten"
                  "${CMAKE_CURRENT_LIST_DIR}/.cache/emscripten")
  if(candidate STREQUAL "PATH")
    find_program(EMCC_ON_PATH emcc NO_CMAKE_PATH NO_CMAKE_SYSTEM_PATH)
    file(REAL_PATH "${EMCC_ON_PATH}" resolved)
    cmake_path(GET resolved PARENT_PATH candidate)
  endif()
  if(NOT EXISTS "${candidate}/emcc" OR NOT EXISTS "${candidate}/emscripten-version.txt")
    continue()
  endif()
  file(READ "${candidate}/emscripten-version.txt" version)
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" version "${version}")
  if(version VERSION_GREATER_EQUAL EMSCRIPTEN_OLDEST)
    set(EMSCRIPTEN_ROOT_PATH "${candidate}")
    set(ENV{EMSCRIPTEN_FOUND} "${candidate}") # CMake reads this file again for every compiler check
    break()
  endif()
endforeach()

if(NOT EMSCRIPTEN_ROOT_PATH)
  message(FATAL_ERROR "No emcc ${EMSCRIPTEN_OLDEST} or newer on PATH or under $EMSDK; \".ci/setup build\" fetches one.")
endif()
include("${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake")

# Every object: SIMD is in every browser of the last four years. Atomics and bulk memory let the same objects go into
# modules with and without threads; unwinding tables serve nobody.
set(WASM_COMPILE_FLAGS -msimd128 -pthread -fno-asynchronous-unwind-tables)

# Objects of the relaxed variants that differ: XNNPACK's kernel and our own.
set(WASM_RELAXED_FLAGS -mrelaxed-simd)

# Every module.
set(WASM_LINK_FLAGS
    -O3
    -sMODULARIZE=1 -sEXPORT_ES6=1   # an ES module with a factory: several readers in one page
    -sENVIRONMENT=web,worker,node   # no shell
    -sFILESYSTEM=0                  # files come as bytes
    -sDYNAMIC_EXECUTION=0           # no eval: the page's Content-Security-Policy forbids it
    -sALLOW_MEMORY_GROWTH=1         # for a large film; a usual one fits the initial memory
    -Wno-pthreads-mem-growth        # growing slows JavaScript's view of the memory, not the engine's
    -sINITIAL_MEMORY=33554432       # 32 MiB: network, weights and a 2-megapixel film
    -sMAXIMUM_MEMORY=2147483648     # 100 megapixels of 16-bit RGBA and room to decode them
    -sABORTING_MALLOC=0             # running out of memory is a status, not the end of the module
    -sSTACK_SIZE=131072             # jpeg and zlib tables; the default of 64 KiB is close
    -sEXPORTED_FUNCTIONS=_malloc,_free
    -sEXPORTED_RUNTIME_METHODS=HEAPU8,HEAPU16,HEAPU32,HEAPF32,UTF8ToString
    -sINCOMING_MODULE_JS_API=locateFile,wasmBinary,instantiateWasm,mainScriptUrlOrBlob,print,printErr,onAbort,threads
    --no-entry)

# Modules with threads: their workers start with the module, since a worker that is asked for later only starts once
# the thread that asks returns to its event loop. Nobody waits for them (src/kernels/threads.c): the first film is read meanwhile.
set(WASM_THREAD_FLAGS
    -pthread
    "-sPTHREAD_POOL_SIZE=Module['threads']-1"
    -sPTHREAD_POOL_DELAY_LOAD=1
    -sPTHREAD_POOL_SIZE_STRICT=2    # never ask for one more
    -sDEFAULT_PTHREAD_STACK_SIZE=65536)
