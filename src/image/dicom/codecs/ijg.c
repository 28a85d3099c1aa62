/* 12-bit JPEG and lossless JPEG, by the Independent JPEG Group's library with the lossless patch, from DCMTK. The
 * library has a fixed number of bits, so it and this file are compiled twice, with IJG_BITS 12 and 16. */
#include "image/dicom/codecs/ijg.h"

#include "bytes.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#if IJG_BITS == 12
#include <jpeglib12.h>

#include <jerror12.h>
#define CODEC_IJG codec_ijg_12
static const char NAME[] = "JPEG";
#else
#include <jpeglib16.h>

#include <jerror16.h>
#define CODEC_IJG codec_ijg_16
static const char NAME[] = "lossless JPEG";
#endif

/* The library's errors, and most warnings, end the decoding by a long jump. After a warning the library would guess,
 * and a guess is no film. */
typedef struct decoder {
    struct jpeg_error_mgr errors; /* first: the library hands back its address */
    struct jpeg_source_mgr source;
    struct jpeg_decompress_struct jpeg;
    jmp_buf escape;
    char text[JMSG_LENGTH_MAX];
} decoder;

static void fail(j_common_ptr jpeg) {
    decoder *d = (decoder *)jpeg->err;
    d->errors.format_message(jpeg, d->text);
    longjmp(d->escape, 1);
}

/* Mistakes of the header that change no pixel. */
static bool is_harmless(int code) {
    return code == JWRN_NOT_SEQUENTIAL || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM ||
           code == JWRN_TOO_MUCH_DATA;
}

static void warn(j_common_ptr jpeg, int level) {
    if (level < 0 && !is_harmless(jpeg->err->msg_code))
        fail(jpeg);
}

static void pass(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean fill(j_decompress_ptr jpeg) {
    decoder *d = (decoder *)jpeg->err;
    strcpy(d->text, "they end too early");
    longjmp(d->escape, 1);
}

static void skip(j_decompress_ptr jpeg, long count) {
    if (count > 0 && (size_t)count > jpeg->src->bytes_in_buffer)
        fill(jpeg);
    if (count > 0) {
        jpeg->src->next_input_byte += count;
        jpeg->src->bytes_in_buffer -= (size_t)count;
    }
}

/* Whether a table of DC codes has a category that does not exist (T.81, F.1.2.1.1; for lossless frames H.1.2.2). The
 * library would then read past the end of its own tables. */
static bool has_unknown_category(const uint8_t *frame, size_t nbytes) {
    const uint8_t highest = IJG_BITS == 12 ? 15 : 16;
    for (size_t i = 0; i + 4 <= nbytes; i++) {
        if (frame[i] != 0xff || frame[i + 1] != 0xc4)
            continue;
        size_t end = i + 2 + (size_t)be16(frame + i + 2), at = i + 4;
        end = end < nbytes ? end : nbytes;
        while (at + 17 <= end) {
            size_t ncodes = 0;
            for (int length = 1; length <= 16; length++)
                ncodes += frame[at + (size_t)length];
            const uint8_t *codes = frame + at + 17;
            for (size_t k = 0; frame[at] < 0x10 && k < ncodes && at + 17 + k < end; k++)
                if (codes[k] > highest)
                    return true;
            at += 17 + ncodes;
        }
    }
    return false;
}

static pneumoscope_status decode(decoder *d, const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height,
                                 uint32_t nchannels, uint16_t *samples, detail *why) {
    jpeg_create_decompress(&d->jpeg);
    if (has_unknown_category(frame, nbytes))
        return codec_damaged(why, NAME, "a table of its codes is wrong");
    d->source = (struct jpeg_source_mgr){.next_input_byte = frame,
                                         .bytes_in_buffer = nbytes,
                                         .init_source = pass,
                                         .fill_input_buffer = fill,
                                         .skip_input_data = skip,
                                         .resync_to_restart = jpeg_resync_to_restart,
                                         .term_source = pass};
    d->jpeg.src = &d->source;
    jpeg_read_header(&d->jpeg, TRUE);
    pneumoscope_status status = codec_check_size(why, NAME, d->jpeg.image_width, d->jpeg.image_height,
                                                 (uint32_t)d->jpeg.num_components, width, height, nchannels);
    if (status)
        return status;
    d->jpeg.out_color_space = d->jpeg.jpeg_color_space;
    jpeg_start_decompress(&d->jpeg);
    JSAMPARRAY row = d->jpeg.mem->alloc_sarray((j_common_ptr)&d->jpeg, JPOOL_IMAGE, width * nchannels, 1);
    while (d->jpeg.output_scanline < height) {
        jpeg_read_scanlines(&d->jpeg, row, 1);
        for (uint32_t i = 0; i < width * nchannels; i++)
            *samples++ = (uint16_t)row[0][i];
    }
    return PNEUMOSCOPE_OK;
}

pneumoscope_status CODEC_IJG(const uint8_t *frame, size_t nbytes, uint32_t width, uint32_t height, uint32_t nchannels,
                             uint16_t *samples, detail *why) {
    decoder d = {0};
    d.jpeg.err = jpeg_std_error(&d.errors);
    d.errors.error_exit = fail;
    d.errors.emit_message = warn;
    pneumoscope_status status = setjmp(d.escape) ? codec_damaged(why, NAME, d.text)
                                                 : decode(&d, frame, nbytes, width, height, nchannels, samples, why);
    jpeg_destroy_decompress(&d.jpeg);
    return status;
}
