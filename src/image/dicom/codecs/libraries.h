/* The decoders behind codec_decode, one file and one library each; every one of them does what codecs.h says. */
#ifndef PNEUMOSCOPE_LIBRARIES_H
#define PNEUMOSCOPE_LIBRARIES_H

#include "image/dicom/codecs/codecs.h"

typedef pneumoscope_status codec_function(const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                          uint16_t *samples, detail *why);

codec_function codec_ijg_12, codec_ijg_16, codec_charls, codec_openjpeg;

pneumoscope_status codec_damaged(detail *why, const char *name, const char *what);
pneumoscope_status codec_check_size(detail *why, const char *name, uint32_t width, uint32_t height,
                                    uint32_t wanted_width, uint32_t wanted_height, uint32_t nchannels);

#endif
