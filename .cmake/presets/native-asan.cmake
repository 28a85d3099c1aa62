# AddressSanitizer, LeakSanitizer and UndefinedBehaviourSanitizer; the first finding ends the program.
include("${CMAKE_CURRENT_LIST_DIR}/native-clang.cmake")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
set(PNEUMOSCOPE_SANITIZE address,undefined CACHE STRING "" FORCE)
