# The decoders of compressed DICOM films: libraries, and beside each the file of ours that calls it. Natively they are linked in;
# as WebAssembly they are a module of their own, codecs.wasm, which is fetched when the first film needs it.

find_sources(openjpeg2 GIT_REPOSITORY https://github.com/uclouvain/openjpeg.git GIT_TAG v2.5.3)
find_sources(charls GIT_REPOSITORY https://github.com/team-charls/charls.git GIT_TAG 2.4.2)
find_sources(dcmtk GIT_REPOSITORY https://github.com/DCMTK/dcmtk.git GIT_TAG DCMTK-3.6.9)

# What their own builds would find out about the machine.
set(CONFIGURED "${PROJECT_BINARY_DIR}/codecs")
file(CONFIGURE OUTPUT "${CONFIGURED}/opj_config.h"
     CONTENT "#define OPJ_VERSION_MAJOR 2\n#define OPJ_VERSION_MINOR 5\n#define OPJ_VERSION_BUILD 3\n")
file(CONFIGURE OUTPUT "${CONFIGURED}/opj_config_private.h"
     CONTENT "#define OPJ_PACKAGE_VERSION \"2.5.3\"\n#define OPJ_HAVE_POSIX_MEMALIGN\n#define _POSIX_C_SOURCE 200112L\n")
file(CONFIGURE OUTPUT "${CONFIGURED}/dcmtk/config/osconfig.h" CONTENT "#define HAVE_SYS_TYPES_H 1\n")

# Small before fast, but for the loops that take the time; errors that leave the libraries by exceptions and long jumps.
set(CODEC_OPTIONS -w -ffunction-sections -fdata-sections)
if(EMSCRIPTEN)
  list(APPEND CODEC_OPTIONS -fwasm-exceptions -sSUPPORT_LONGJMP=wasm)
elseif(PNEUMOSCOPE_SANITIZE)
  list(APPEND CODEC_OPTIONS -fno-sanitize=undefined) # their shifts of negative numbers are theirs
endif()

set(OPENJPEG "${openjpeg2_SOURCE_DIR}/src/lib/openjp2")
set(OPENJPEG_SOURCES "")
foreach(part bio cio dwt event function_list ht_dec image invert j2k jp2 mct mqc openjpeg opj_clock opj_malloc pi
             sparse_array t1 t2 tcd tgt thread)
  list(APPEND OPENJPEG_SOURCES "${OPENJPEG}/${part}.c")
endforeach()
add_library(codec_openjpeg OBJECT ${OPENJPEG_SOURCES} src/image/dicom/codecs/openjpeg.c)
target_include_directories(codec_openjpeg SYSTEM PRIVATE "${OPENJPEG}" "${CONFIGURED}")
target_compile_definitions(codec_openjpeg PRIVATE OPJ_STATIC)

file(GLOB CHARLS_SOURCES "${charls_SOURCE_DIR}/src/*.cpp")
list(FILTER CHARLS_SOURCES EXCLUDE REGEX "encoder|writer")
add_library(codec_charls OBJECT ${CHARLS_SOURCES} "${charls_SOURCE_DIR}/src/charls_jpegls_encoder.cpp"
                                "${charls_SOURCE_DIR}/src/jpeg_stream_writer.cpp" src/image/dicom/codecs/charls.c)
target_include_directories(codec_charls SYSTEM PRIVATE "${charls_SOURCE_DIR}/include")
target_compile_definitions(codec_charls PRIVATE CHARLS_STATIC CHARLS_LIBRARY_BUILD)

# The library's depth is fixed when it is compiled.
foreach(bits 12 16)
  set(IJG "${dcmtk_SOURCE_DIR}/dcmjpeg/libijg${bits}")
  set(IJG_SOURCES "")
  foreach(part jcodec jcomapi jdapimin jdapistd jdarith jdcoefct jdcolor jddctmgr jddiffct jdhuff jdinput jdlhuff jdlossls
               jdlossy jdmainct jdmarker jdmaster jdmerge jdphuff jdpostct jdpred jdsample jdscale jdshuff jerror
               jidctflt jidctfst jidctint jidctred jmemmgr jmemnobs jquant1 jquant2 jutils)
    list(APPEND IJG_SOURCES "${IJG}/${part}.c")
  endforeach()
  add_library(codec_ijg_${bits} OBJECT ${IJG_SOURCES} src/image/dicom/codecs/ijg.c)
  target_include_directories(codec_ijg_${bits} SYSTEM PRIVATE "${IJG}" "${CONFIGURED}"
                                                              "${dcmtk_SOURCE_DIR}/ofstd/include")
  target_compile_definitions(codec_ijg_${bits} PRIVATE IJG_BITS=${bits} DCMTK_ENABLE_STRICT_HUFFMAN_TABLE_CHECK)
endforeach()

add_library(codecs INTERFACE)
target_sources(codecs INTERFACE "${PROJECT_SOURCE_DIR}/src/image/dicom/codecs/codecs.c"
                                 "${PROJECT_SOURCE_DIR}/src/image/dicom/codecs/codec.c")
foreach(part codec_openjpeg codec_charls codec_ijg_12 codec_ijg_16)
  target_compile_options(${part} PRIVATE ${CODEC_OPTIONS})
  target_sources(codecs INTERFACE $<TARGET_OBJECTS:${part}>)
endforeach()
if(EMSCRIPTEN)
  target_link_options(codecs INTERFACE -fwasm-exceptions -sSUPPORT_LONGJMP=wasm)
endif()
