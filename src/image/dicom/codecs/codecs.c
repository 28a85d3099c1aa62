#include "image/dicom/codecs/codecs.h"

#include "image/dicom/codecs/charls.h"
#include "image/dicom/codecs/ijg.h"
#include "image/dicom/codecs/openjpeg.h"

pneumoscope_status codec_decode(codec kind, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                uint32_t nchannels, uint16_t *samples, detail *why) {
    switch (kind) {
    case CODEC_JPEG_12: return codec_ijg_12(frame, nbytes, width, height, nchannels, samples, why);
    case CODEC_JPEG_LOSSLESS: return codec_ijg_16(frame, nbytes, width, height, nchannels, samples, why);
    case CODEC_JPEG_LS: return codec_charls(frame, nbytes, width, height, nchannels, samples, why);
    default: return codec_openjpeg(frame, nbytes, width, height, nchannels, samples, why);
    }
}
