/* Decoders of compressed frames. Each is a library. They are large and few films need them, so WebAssembly keeps them
 * in a module of their own, and fetches it for the first film that needs it. */
#ifndef PNEUMOSCOPE_CODECS_H
#define PNEUMOSCOPE_CODECS_H

#include "status.h"

typedef enum codec {
    CODEC_JPEG_12,       /* sequential or progressive, 12 bits: IJG's library as DCMTK keeps it */
    CODEC_JPEG_LOSSLESS, /* 2 to 16 bits, process 14; the same library */
    CODEC_JPEG_LS,       /* CharLS */
    CODEC_JPEG_2000      /* OpenJPEG; HTJ2K too */
} codec;

/* Decodes one frame to u16[height][width][nchannels]. The samples are the frame's own; negative ones are 16-bit two's
 * complement. A frame of another size or of other channels is BAD_IMAGE. `why` gets a sentence: "The JPEG 2000 frame
 * ...". */
pneumoscope_status codec_decode(codec, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                uint32_t nchannels, uint16_t *samples, detail *why);

#endif
