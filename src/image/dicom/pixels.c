#include "image/dicom/fragments.h"

#include "bytes.h"
#include "image/colour.h"
#include "image/dicom/codecs/codecs.h"
#include "image/jpeg/jpeg.h"
#include "image/missing.h"
#include "image/stb.h"

#include <stdlib.h>
#include <string.h>

/* From the pixels' element to the cells of the first frame. PS3.5, 8 and annex A.4. */

/* ---- uncompressed ---- */

static pneumoscope_status refuse_colour(detail *why) {
    return status_refuse(
        why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_COLOUR,
        "The DICOM file is in colour, and a radiograph has no colours; export the film itself, in grey.");
}

static size_t frame_nbytes(const dicom *d) {
    const size_t npixels = (size_t)d->rows * d->columns, npairs = (npixels + 1) / 2;
    const size_t nsamples = d->samples == 1 ? npixels : d->photometric == DICOM_YBR_422 ? 4 * npairs : 3 * npixels;
    return nsamples * (d->bits_allocated / 8);
}

static uint32_t sample_at(const dicom *d, const uint8_t *bytes, size_t nbytes, size_t i) {
    if (d->bits_allocated == 16)
        return dicom_u16(d, bytes + 2 * i);
    /* The caller's samples are all written; the analyzer does not see it. NOLINTNEXTLINE(clang-analyzer-*) */
    return bytes[d->has_swapped_bytes && (i ^ 1) < nbytes ? i ^ 1 : i];
}

static uint32_t distance(uint32_t a, uint32_t b) { return a > b ? a - b : b - a; }

/* Whether three samples are a grey: equal red, green and blue, or brightness with neutral chroma. Screen captures make
 * films of such pixels. */
static bool to_grey(const dicom *d, uint32_t a, uint32_t b, uint32_t c, uint16_t *cell) {
    const uint32_t white = (1u << d->bits_stored) - 1, tolerance = white / 255 * COLOUR_TOLERANCE;
    const bool is_rgb = d->photometric == DICOM_RGB;
    *cell = (uint16_t)(is_rgb ? colour_luminance(a, b, c) : a);
    return is_rgb ? distance(a, b) <= tolerance && distance(b, c) <= tolerance && distance(a, c) <= tolerance
                  : distance(b, (white + 1) / 2) <= tolerance / 4 && distance(c, (white + 1) / 2) <= tolerance / 4;
}

static pneumoscope_status grey_cells(const dicom *d, const uint8_t *bytes, bool is_planar, uint16_t *cells,
                                     detail *why) {
    const size_t npixels = (size_t)d->rows * d->columns, nbytes = frame_nbytes(d);
    const bool is_shared = d->photometric == DICOM_YBR_422 && !is_planar;
    for (size_t i = 0; i < npixels; i++) {
        size_t first = is_planar ? i : 3 * i, second = is_planar ? npixels + i : first + 1, step = second - first;
        if (is_shared) {
            first = 4 * (i / 2) + i % 2;
            second = 4 * (i / 2) + 2;
            step = 1;
        }
        const uint32_t a = sample_at(d, bytes, nbytes, first), b = sample_at(d, bytes, nbytes, second);
        const uint32_t c = sample_at(d, bytes, nbytes, is_shared ? second + 1 : second + step);
        if (!to_grey(d, a, b, c, cells + i))
            return refuse_colour(why);
    }
    return PNEUMOSCOPE_OK;
}

/* Missing rows at the end become copies of the last row. Another grey would change the film's range. */
static pneumoscope_status fill_rows(const dicom *d, size_t nbytes, uint16_t *cells, detail *why) {
    const size_t row_nbytes = frame_nbytes(d) / d->rows, nrows = nbytes / row_nbytes;
    if (d->samples > 1 || (d->rows - nrows) * MISSING_ONE_IN > d->rows)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_TRUNCATED,
                             "The DICOM file is cut short: its picture of %u x %u pixels needs %zu bytes, and there "
                             "are %zu. Copy or export the film again.",
                             d->columns, d->rows, frame_nbytes(d), nbytes);
    for (size_t row = nrows; row < d->rows; row++)
        memcpy(cells + row * d->columns, cells + (nrows - 1) * d->columns, d->columns * sizeof *cells);
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status native_cells(const dicom *d, const uint8_t *bytes, size_t nbytes, bool is_planar,
                                       uint16_t *cells, detail *why) {
    const bool is_whole = nbytes >= frame_nbytes(d);
    if (is_whole && d->samples > 1)
        return grey_cells(d, bytes, is_planar, cells, why);
    const size_t nwanted = (size_t)d->rows * d->columns, nheld = nbytes / (d->bits_allocated / 8);
    for (size_t i = 0; i < nwanted && i < nheld; i++)
        cells[i] = (uint16_t)sample_at(d, bytes, nbytes, i);
    return is_whole ? PNEUMOSCOPE_OK : fill_rows(d, nbytes, cells, why);
}

static pneumoscope_status native_frame(dicom *d, uint16_t *cells, detail *why) {
    const uint64_t nbytes = (uint64_t)d->frames * frame_nbytes(d);
    if (d->frames > UINT32_MAX || nbytes > UINT32_MAX) /* more than an element holds */
        return fragments_cut_short(why, "it states more frames than a file can hold");
    d->is_truncated = nbytes > d->pixels_nbytes;
    return native_cells(d, d->pixels, d->pixels_nbytes, d->is_planar, cells, why);
}

/* ---- RLE: PS3.5, annex G ---- */

/* PackBits. Writes `wanted` bytes, `step` apart. False if the segment has fewer. */
static bool unpack(const uint8_t *in, size_t nbytes, uint8_t *out, size_t wanted, size_t step) {
    size_t at = 0, n = 0;
    while (n < wanted && at < nbytes) {
        int8_t code = (int8_t)in[at++];
        if (code >= 0) {
            for (int i = 0; i <= code && n < wanted; i++, n++) {
                if (at >= nbytes)
                    return false;
                out[n * step] = in[at++];
            }
        } else if (code != -128) {
            if (at >= nbytes)
                return false;
            for (int i = 0; i <= -code && n < wanted; i++, n++)
                out[n * step] = in[at];
            at++;
        }
    }
    return n == wanted;
}

/* A frame has a segment for each sample and for each byte of a sample, the most significant byte first. */
static pneumoscope_status rle_cells(const dicom *d, const fragment *frame, uint16_t *cells, detail *why) {
    const size_t npixels = (size_t)d->rows * d->columns, width = d->bits_allocated / 8, nsegments = width * d->samples;
    if (frame->nbytes < 64 || le32(frame->data) != nsegments)
        return fragments_damaged(why, "its run-length header does not fit its picture");
    uint8_t *planes = malloc(npixels * nsegments);
    if (!planes)
        return status_no_memory(why, "the run-length decoder");
    pneumoscope_status status = PNEUMOSCOPE_OK;
    for (size_t segment = 0; segment < nsegments && !status; segment++) {
        size_t from = le32(frame->data + 4 + 4 * segment);
        size_t to = segment + 1 < nsegments ? le32(frame->data + 8 + 4 * segment) : frame->nbytes;
        uint8_t *out = planes + segment / width * npixels * width + (width - 1 - segment % width);
        if (from < 64 || from > to || to > frame->nbytes)
            status = fragments_damaged(why, "a run-length segment lies outside its frame");
        else if (!unpack(frame->data + from, to - from, out, npixels, width))
            status = fragments_cut_short(why, "its run-length coded pixels end too early");
    }
    if (!status)
        status = native_cells(d, planes, npixels * nsegments, true, cells, why);
    free(planes);
    return status;
}

/* ---- what libraries decode ---- */

static pneumoscope_status baseline_cells(dicom *d, const fragment *frame, uint16_t *cells, detail *why) {
    header found = {.orientation = 1};
    image film = {0};
    pneumoscope_status status = jpeg_probe(&found, frame->data, frame->nbytes, why);
    if (!status && (found.width != d->columns || found.height != d->rows))
        return fragments_damaged(why, "its JPEG frame is of another size than its picture");
    if (!status)
        status = stb_decode_jpeg(&film, frame->data, frame->nbytes, &found, why);
    if (status)
        return status;
    for (size_t i = 0; i < (size_t)d->rows * d->columns; i++)
        cells[i] = ((const uint8_t *)film.owned)[i];
    d->is_truncated |= (film.warnings & PNEUMOSCOPE_WARNING_TRUNCATED) != 0;
    d->frame_warnings = found.warnings;
    d->frame_reasons = found.scope_reasons;
    image_free(&film);
    return film.warnings & PNEUMOSCOPE_WARNING_COLOUR ? refuse_colour(why) : PNEUMOSCOPE_OK;
}

static pneumoscope_status library_cells(const dicom *d, codec kind, const fragment *frame, uint16_t *cells,
                                        detail *why) {
    const size_t npixels = (size_t)d->rows * d->columns;
    if (d->samples == 1)
        return codec_decode(kind, frame->data, frame->nbytes, d->columns, d->rows, 1, cells, why);
    uint16_t *triples = npixels > SIZE_MAX / (3 * sizeof *triples) ? NULL : malloc(3 * npixels * sizeof *triples);
    pneumoscope_status status =
        triples ? codec_decode(kind, frame->data, frame->nbytes, d->columns, d->rows, 3, triples, why)
                : status_no_memory(why, "the film's colours");
    for (size_t i = 0; i < npixels && !status; i++) {
        const uint16_t *at = triples + 3 * i;
        if (!to_grey(d, at[0], at[1], at[2], cells + i))
            status = refuse_colour(why);
    }
    free(triples);
    return status;
}

static pneumoscope_status jpeg_cells(dicom *d, const fragment *frame, uint16_t *cells, detail *why) {
    unsigned precision = 0, marker = fragments_jpeg_kind(frame, &precision);
    switch (marker) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
        return precision == 8 ? baseline_cells(d, frame, cells, why)
                              : library_cells(d, CODEC_JPEG_12, frame, cells, why);
    case 0xc3: return library_cells(d, CODEC_JPEG_LOSSLESS, frame, cells, why);
    default: return fragments_damaged(why, "its transfer syntax says JPEG, and its compressed pixels are no JPEG");
    }
}

static pneumoscope_status compressed_cells(dicom *d, uint16_t *cells, detail *why) {
    fragment frame = {0};
    void *owned = NULL;
    pneumoscope_status status = fragments_first_frame(d, &frame, &owned, why);
    d->is_truncated = frame.lacks_others;
    if (!status && frame.nbytes < 4)
        status = fragments_cut_short(why, "its compressed pixels are empty");
    if (!status)
        status = d->encoding == DICOM_ENCAPSULATED ? native_cells(d, frame.data, frame.nbytes, d->is_planar, cells, why)
                 : d->encoding == DICOM_RLE        ? rle_cells(d, &frame, cells, why)
                 : d->encoding == DICOM_JPEG       ? jpeg_cells(d, &frame, cells, why)
                 : d->encoding == DICOM_JPEG_LS    ? library_cells(d, CODEC_JPEG_LS, &frame, cells, why)
                                                   : library_cells(d, CODEC_JPEG_2000, &frame, cells, why);
    d->is_truncated |= frame.is_cut || (d->encoding == DICOM_ENCAPSULATED && frame.nbytes < frame_nbytes(d));
    if (status == PNEUMOSCOPE_BAD_IMAGE && frame.is_cut)
        status = fragments_cut_short(why, "it ends within its compressed pixels");
    free(owned);
    return status;
}

pneumoscope_status dicom_cells(dicom *d, uint16_t *cells, detail *why) {
    return d->encoding == DICOM_NATIVE ? native_frame(d, cells, why) : compressed_cells(d, cells, why);
}
