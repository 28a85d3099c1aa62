# The fuzzing programs under AddressSanitizer and UndefinedBehaviourSanitizer.
include("${CMAKE_CURRENT_LIST_DIR}/native-asan.cmake")
set(PNEUMOSCOPE_FUZZ ON CACHE BOOL "")
