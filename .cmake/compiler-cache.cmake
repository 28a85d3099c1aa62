# Where ccache is installed, a file that was compiled once, in whichever build folder, is not compiled again. Its cache lies in
# .cache/ccache unless $CCACHE_DIR names another; CCACHE_DISABLE=1 switches it off.

find_program(CCACHE ccache)
mark_as_advanced(CCACHE)
if(CCACHE AND NOT DEFINED CMAKE_C_COMPILER_LAUNCHER AND NOT DEFINED ENV{CMAKE_C_COMPILER_LAUNCHER})
  set(directory "${CMAKE_CURRENT_SOURCE_DIR}/.cache/ccache")
  if(DEFINED ENV{CCACHE_DIR})
    set(directory "$ENV{CCACHE_DIR}")
  endif()
  # Paths are hashed as seen from the build folder, so that another checkout and another folder find the same file.
  set(launcher ${CMAKE_COMMAND} -E env "CCACHE_DIR=${directory}" "CCACHE_BASEDIR=${CMAKE_CURRENT_SOURCE_DIR}"
               CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=1G CCACHE_SLOPPINESS=locale "${CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
