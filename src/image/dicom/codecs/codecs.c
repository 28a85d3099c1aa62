#include "image/dicom/codecs/libraries.h"

pneumoscope_status codec_decode(codec kind, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                uint16_t *samples, detail *why) {
    switch (kind) {
    case CODEC_JPEG_12: return codec_ijg_12(frame, nbytes, width, height, samples, why);
    case CODEC_JPEG_LOSSLESS: return codec_ijg_16(frame, nbytes, width, height, samples, why);
    case CODEC_JPEG_LS: return codec_charls(frame, nbytes, width, height, samples, why);
    default: return codec_openjpeg(frame, nbytes, width, height, samples, why);
    }
}

pneumoscope_status codec_damaged(detail *why, const char *name, const char *what) {
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "The DICOM file's %s data are damaged: %s.", name,
                         what);
}

pneumoscope_status codec_check_size(detail *why, const char *name, uint32_t width, uint32_t height,
                                    uint32_t wanted_width, uint32_t wanted_height, uint32_t nchannels) {
    if (width == wanted_width && height == wanted_height && nchannels == 1)
        return PNEUMOSCOPE_OK;
    return status_refuse(
        why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
        "The DICOM file contradicts itself: its %s frame has %u x %u pixels and %u channels, its picture "
        "%u x %u and one.",
        name, width, height, nchannels, wanted_width, wanted_height);
}
