/* JPEG 2000 and High-Throughput JPEG 2000, by OpenJPEG. */
#include "image/dicom/codecs/openjpeg.h"

#include <openjpeg.h>
#include <stdbool.h>
#include <string.h>

static const char NAME[] = "JPEG 2000";

/* ---- a stream over memory ---- */

typedef struct memory {
    const uint8_t *data;
    size_t nbytes, at;
} memory;

static OPJ_SIZE_T take(void *buffer, OPJ_SIZE_T wanted, void *user) {
    memory *m = user;
    size_t n = m->nbytes - m->at < wanted ? m->nbytes - m->at : wanted;
    if (n == 0)
        return (OPJ_SIZE_T)-1;
    memcpy(buffer, m->data + m->at, n);
    m->at += n;
    return n;
}

static OPJ_OFF_T skip(OPJ_OFF_T count, void *user) {
    memory *m = user;
    size_t n = count > 0 && (uint64_t)count < m->nbytes - m->at ? (size_t)count : m->nbytes - m->at;
    m->at += n;
    return (OPJ_OFF_T)n;
}

static OPJ_BOOL seek(OPJ_OFF_T at, void *user) {
    memory *m = user;
    if (at < 0 || (uint64_t)at > m->nbytes)
        return OPJ_FALSE;
    m->at = (size_t)at;
    return OPJ_TRUE;
}

static opj_stream_t *open_memory(memory *m) {
    opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
    if (!stream)
        return NULL;
    opj_stream_set_user_data(stream, m, NULL);
    opj_stream_set_user_data_length(stream, m->nbytes);
    opj_stream_set_read_function(stream, take);
    opj_stream_set_skip_function(stream, skip);
    opj_stream_set_seek_function(stream, seek);
    return stream;
}

/* ---- decoding ---- */

static void note(const char *message, void *user) {
    detail *why = user;
    size_t n = strcspn(message, "\n");
    if (n < sizeof why->text) {
        memcpy(why->text, message, n);
        why->text[n] = '\0';
    }
}

static pneumoscope_status check(const opj_image_t *found, uint32_t width, uint32_t height, uint32_t nchannels,
                                detail *why) {
    const opj_image_comp_t *all = found->comps;
    uint32_t n = found->numcomps;
    pneumoscope_status status =
        codec_check_size(why, NAME, n ? all->w : 0, n ? all->h : 0, n, width, height, nchannels);
    for (uint32_t c = 0; c < n && !status; c++) {
        if (all[c].prec < 1 || all[c].prec > 16)
            status = codec_damaged(why, NAME, "a sample has more than 16 bits");
        else
            status = codec_check_size(why, NAME, all[c].w, all[c].h, n, width, height, nchannels);
    }
    return status;
}

static pneumoscope_status decode(opj_codec_t *decoder, opj_stream_t *stream, opj_image_t **found, uint32_t width,
                                 uint32_t height, uint32_t nchannels, uint16_t *samples, detail *why) {
    opj_dparameters_t parameters;
    detail said = {.text = "it cannot be decoded"};
    opj_set_default_decoder_parameters(&parameters);
    opj_set_error_handler(decoder, note, &said);
    if (!opj_setup_decoder(decoder, &parameters) || !opj_decoder_set_strict_mode(decoder, OPJ_TRUE) ||
        !opj_read_header(stream, decoder, found))
        return codec_damaged(why, NAME, said.text);
    pneumoscope_status status = check(*found, width, height, nchannels, why);
    if (status)
        return status;
    if (!opj_decode(decoder, stream, *found))
        return codec_damaged(why, NAME, said.text);
    for (uint32_t c = 0; c < nchannels; c++) {
        const OPJ_INT32 *data = (*found)->comps[c].data;
        if (!data)
            return codec_damaged(why, NAME, said.text);
        for (size_t i = 0; i < (size_t)width * height; i++)
            samples[nchannels * i + c] = (uint16_t)data[i];
    }
    return PNEUMOSCOPE_OK;
}

pneumoscope_status codec_openjpeg(const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                  uint32_t nchannels, uint16_t *samples, detail *why) {
    memory m = {frame, nbytes, 0};
    bool boxed = nbytes >= 8 && memcmp(frame + 4, "jP  ", 4) == 0; /* a JP2 file; a bare code stream would be right */
    bool is_one = boxed || (nbytes >= 4 && memcmp(frame, "\xff\x4f\xff\x51", 4) == 0);
    if (!is_one)
        return codec_damaged(why, NAME, "they do not begin as JPEG 2000 does");
    opj_codec_t *decoder = opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    opj_stream_t *stream = open_memory(&m);
    opj_image_t *found = NULL;
    pneumoscope_status status = decoder && stream
                                    ? decode(decoder, stream, &found, width, height, nchannels, samples, why)
                                    : status_no_memory(why, "the JPEG 2000 decoder");
    opj_image_destroy(found);
    opj_stream_destroy(stream);
    opj_destroy_codec(decoder);
    return status;
}
