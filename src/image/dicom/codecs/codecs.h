/* Decoders of compressed frames, each a library's: they are large, few films need them, and so WebAssembly keeps them
 * in a module of their own, which is fetched when the first film asks for it. */
#ifndef PNEUMOSCOPE_CODECS_H
#define PNEUMOSCOPE_CODECS_H

#include "status.h"

typedef enum codec {
    CODEC_JPEG_12,       /* sequential or progressive, 12 bits: IJG's library as DCMTK keeps it */
    CODEC_JPEG_LOSSLESS, /* 2 to 16 bits, process 14: the same */
    CODEC_JPEG_LS,       /* CharLS */
    CODEC_JPEG_2000      /* OpenJPEG; HTJ2K too */
} codec;

/* One frame -> u16[height][width], samples as the frame has them, negative ones as two's complement of 16 bits. A frame
 * of another size, or of more than one channel, is BAD_IMAGE. `why` is a sentence's end: "The JPEG 2000 frame ...". */
pneumoscope_status codec_decode(codec, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                uint16_t *samples, detail *why);

#endif
