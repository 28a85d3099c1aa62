/* JPEG-LS, by CharLS. */
#include "image/dicom/codecs/libraries.h"

#include <charls/charls.h>
#include <stdlib.h>
#include <string.h>

static const char NAME[] = "JPEG-LS";

static pneumoscope_status decode(charls_jpegls_decoder *decoder, const uint8_t *frame, size_t nbytes, uint32_t width,
                                 uint32_t height, uint16_t *samples, detail *why) {
    charls_frame_info info = {0};
    charls_jpegls_errc error = charls_jpegls_decoder_set_source_buffer(decoder, frame, nbytes);
    if (!error)
        error = charls_jpegls_decoder_read_header(decoder);
    if (!error)
        error = charls_jpegls_decoder_get_frame_info(decoder, &info);
    if (error)
        return codec_damaged(why, NAME, charls_get_error_message(error));
    pneumoscope_status status =
        codec_check_size(why, NAME, info.width, info.height, width, height, (uint32_t)info.component_count);
    if (status)
        return status;
    size_t npixels = (size_t)width * height, nwide = info.bits_per_sample > 8 ? 2 : 1;
    error = charls_jpegls_decoder_decode_to_buffer(decoder, samples, nwide * npixels, 0);
    if (error)
        return codec_damaged(why, NAME, charls_get_error_message(error));
    if (nwide == 1) /* spread out from the end: bytes and samples share their memory */
        for (size_t i = npixels; i-- > 0;)
            samples[i] = ((const uint8_t *)samples)[i];
    return PNEUMOSCOPE_OK;
}

/* A frame that ends without a marker makes CharLS 2.4 read on for ever where a code is cut; so it gets one. */
static const uint8_t END[] = {0xff, 0xd9};

pneumoscope_status codec_charls(const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height, uint16_t *samples,
                                detail *why) {
    charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
    uint8_t *ended = malloc(nbytes + sizeof END);
    pneumoscope_status status;
    if (!decoder || !ended) {
        status = status_no_memory(why, "the JPEG-LS decoder");
    } else {
        memcpy(ended, frame, nbytes);
        memcpy(ended + nbytes, END, sizeof END);
        status = decode(decoder, ended, nbytes + sizeof END, width, height, samples, why);
    }
    free(ended);
    charls_jpegls_decoder_destroy(decoder);
    return status;
}
