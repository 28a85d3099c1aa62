#include "image/dicom/codecs/codec.h"

pneumoscope_status codec_damaged(detail *why, const char *name, const char *what) {
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                         "The DICOM file's %s data are damaged: %s.", name, what);
}

pneumoscope_status codec_check_size(detail *why, const char *name, uint32_t width, uint32_t height, uint32_t nchannels,
                                    uint32_t wanted_width, uint32_t wanted_height, uint32_t wanted_nchannels) {
    if (width == wanted_width && height == wanted_height && nchannels == wanted_nchannels)
        return PNEUMOSCOPE_OK;
    return status_refuse(
        why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
        "The DICOM file contradicts itself: its %s frame has %u x %u pixels and %u channels, its picture "
        "%u x %u and %u.",
        name, width, height, nchannels, wanted_width, wanted_height, wanted_nchannels);
}
