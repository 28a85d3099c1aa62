/* The functions of codecs.wasm that JavaScript calls: one frame in, its samples out. web/worker/codecs.js is the other
 * side. */
#include "image/dicom/codecs/codecs.h"

#include <emscripten/emscripten.h>

static detail why;

/* samples: u16[height][width][nchannels]. 0, or a pneumoscope_status with a sentence. */
EMSCRIPTEN_KEEPALIVE int codecs_decode(int kind, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                       uint32_t nchannels, uint16_t *samples) {
    why = (detail){0};
    return (int)codec_decode((codec)kind, frame, nbytes, width, height, nchannels, samples, &why);
}

EMSCRIPTEN_KEEPALIVE const char *codecs_detail(void) { return why.text; }
