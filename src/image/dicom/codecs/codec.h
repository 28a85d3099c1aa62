/* The signature of a decoder of compressed frames, and sentences that several decoders use. */
#ifndef PNEUMOSCOPE_CODEC_H
#define PNEUMOSCOPE_CODEC_H

#include "status.h"

/* Like codec_decode in codecs.h. */
typedef pneumoscope_status codec_function(const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                          uint32_t nchannels, uint16_t *samples, detail *why);

pneumoscope_status codec_damaged(detail *why, const char *name, const char *what);
pneumoscope_status codec_check_size(detail *why, const char *name, uint32_t width, uint32_t height, uint32_t nchannels,
                                    uint32_t wanted_width, uint32_t wanted_height, uint32_t wanted_nchannels);

#endif
