# The fuzzing programs under MemorySanitizer: without the codecs, whose C++ library is not built for it.
include("${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake")
set(PNEUMOSCOPE_SANITIZE memory CACHE STRING "" FORCE)
set(PNEUMOSCOPE_FUZZ_PLAIN ON CACHE BOOL "")
