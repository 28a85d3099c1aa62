/* codec_decode where the codecs are not built: under MemorySanitizer, and with 32 bits. */
#include "image/dicom/codecs/codecs.h"

pneumoscope_status codec_decode(codec kind, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                uint32_t nchannels, uint16_t *samples, detail *why) {
    (void)kind, (void)frame, (void)nbytes, (void)width, (void)height, (void)nchannels, (void)samples;
    return status_fail(why, PNEUMOSCOPE_NEEDS_CODECS, "There are no codecs in this build.");
}
