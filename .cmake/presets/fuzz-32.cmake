# The fuzzing programs where size_t has 32 bits, as in WebAssembly; without the codecs, to need less of the machine.
include("${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake")
set(CMAKE_C_FLAGS "-m32 -msse2 -mfpmath=sse" CACHE STRING "")
set(CMAKE_CXX_FLAGS "-m32 -msse2 -mfpmath=sse" CACHE STRING "")
set(PNEUMOSCOPE_FUZZ_PLAIN ON CACHE BOOL "")
