/* codec_decode in WebAssembly. The decoders are another module. JavaScript fetches it when a film first needs it, and
 * gives it to this module as Module.codecs. web/worker/codecs.js is the other side. */
#include "image/dicom/codecs/codecs.h"

#include <emscripten/emscripten.h>

// clang-format off
EM_JS_DEPS(codecs, "$stringToUTF8");
EM_JS(int, fetched_decode, (int kind, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                            uint32_t nchannels, uint16_t *samples, char *text, size_t text_nbytes), {
  if (!Module['codecs']) return -1;
  const { status, detail, samples: decoded } =
    Module['codecs'](kind, HEAPU8.subarray(frame, frame + nbytes), width, height, nchannels);
  if (decoded) HEAPU16.set(decoded, samples >>> 1);
  stringToUTF8(detail, text, text_nbytes);
  return status;
});
// clang-format on

pneumoscope_status codec_decode(codec kind, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                uint32_t nchannels, uint16_t *samples, detail *why) {
    detail said = {0};
    int status =
        fetched_decode((int)kind, frame, nbytes, width, height, nchannels, samples, said.text, sizeof said.text);
    if (status < 0)
        return status_fail(why, PNEUMOSCOPE_NEEDS_CODECS,
                           "The film is compressed, and its decoder has not been fetched.");
    if (status == PNEUMOSCOPE_OK)
        return PNEUMOSCOPE_OK;
    if (status != PNEUMOSCOPE_BAD_IMAGE)
        return status_fail(why, (pneumoscope_status)status, "%s", said.text);
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT, "%s", said.text);
}
