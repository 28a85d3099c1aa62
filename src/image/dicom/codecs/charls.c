/* JPEG-LS, by CharLS. */
#include "image/dicom/codecs/charls.h"

#include <charls/charls.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char NAME[] = "JPEG-LS";

/* From bytes or words, one plane after the other or pixel by pixel, to samples. */
static void spread(const void *decoded, bool is_wide, bool is_planar, size_t npixels, uint32_t nchannels,
                   uint16_t *samples) {
    for (size_t i = npixels * nchannels; i-- > 0;) { /* from the end: bytes and samples may share their memory */
        size_t from = is_planar ? i % nchannels * npixels + i / nchannels : i;
        samples[i] = is_wide ? ((const uint16_t *)decoded)[from] : ((const uint8_t *)decoded)[from];
    }
}

static pneumoscope_status decode(charls_jpegls_decoder *decoder, const uint8_t *frame, size_t nbytes, uint32_t width,
                                 uint32_t height, uint32_t nchannels, uint16_t *samples, detail *why) {
    charls_frame_info info = {0};
    charls_interleave_mode mode = CHARLS_INTERLEAVE_MODE_NONE;
    charls_jpegls_errc error = charls_jpegls_decoder_set_source_buffer(decoder, frame, nbytes);
    if (!error)
        error = charls_jpegls_decoder_read_header(decoder);
    if (!error)
        error = charls_jpegls_decoder_get_frame_info(decoder, &info);
    if (!error)
        error = charls_jpegls_decoder_get_interleave_mode(decoder, &mode);
    if (error)
        return codec_damaged(why, NAME, charls_get_error_message(error));
    pneumoscope_status status =
        codec_check_size(why, NAME, info.width, info.height, (uint32_t)info.component_count, width, height, nchannels);
    if (status)
        return status;
    const bool is_wide = info.bits_per_sample > 8, is_planar = nchannels > 1 && mode == CHARLS_INTERLEAVE_MODE_NONE;
    const size_t npixels = (size_t)width * height, nsamples = npixels * nchannels, size = is_wide ? 2 : 1;
    void *decoded = is_planar ? malloc(nsamples * size) : samples;
    if (!decoded)
        return status_no_memory(why, "the JPEG-LS decoder");
    error = charls_jpegls_decoder_decode_to_buffer(decoder, decoded, nsamples * size, 0);
    if (!error && (is_planar || !is_wide))
        spread(decoded, is_wide, is_planar, npixels, nchannels, samples);
    if (is_planar)
        free(decoded);
    return error ? codec_damaged(why, NAME, charls_get_error_message(error)) : PNEUMOSCOPE_OK;
}

/* CharLS 2.4 never stops if a frame ends within a code and has no end marker. So each frame gets one. */
static const uint8_t END[] = {0xff, 0xd9};

pneumoscope_status codec_charls(const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                uint32_t nchannels, uint16_t *samples, detail *why) {
    charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
    uint8_t *ended = malloc(nbytes + sizeof END);
    pneumoscope_status status;
    if (!decoder || !ended) {
        status = status_no_memory(why, "the JPEG-LS decoder");
    } else {
        memcpy(ended, frame, nbytes);
        memcpy(ended + nbytes, END, sizeof END);
        status = decode(decoder, ended, nbytes + sizeof END, width, height, nchannels, samples, why);
    }
    free(ended);
    charls_jpegls_decoder_destroy(decoder);
    return status;
}
