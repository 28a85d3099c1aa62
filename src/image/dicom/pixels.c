#include "image/dicom/dicom.h"

#include "bytes.h"
#include "image/dicom/codecs/codecs.h"
#include "image/stb.h"

#include <stdlib.h>
#include <string.h>

/* The pixels' element -> the cells of the first frame. PS3.5, 8 and annex A.4. */

static pneumoscope_status damaged(detail *why, const char *what) {
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "The DICOM file is damaged: %s.", what);
}

static pneumoscope_status cut_short(detail *why, const char *what) {
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "truncated", "The DICOM file is cut short: %s.", what);
}

/* ---- native ---- */

static pneumoscope_status native_cells(const dicom *d, const uint8_t *bytes, size_t nbytes, uint64_t nframes,
                                       uint16_t *cells, detail *why) {
    size_t npixels = (size_t)d->rows * d->columns, width = d->bits_allocated / 8;
    uint64_t wanted = (uint64_t)npixels * width * nframes;
    if (nbytes < wanted)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "truncated",
                             "The DICOM file is cut short: its picture of %u x %u pixels needs %llu bytes, of which "
                             "there are %zu.",
                             d->columns, d->rows, (unsigned long long)wanted, nbytes);
    if (width == 2)
        for (size_t i = 0; i < npixels; i++)
            cells[i] = (uint16_t)dicom_u16(d, bytes + 2 * i);
    else
        for (size_t i = 0; i < npixels; i++)
            cells[i] = bytes[d->has_swapped_bytes && (i ^ 1) < nbytes ? i ^ 1 : i];
    return PNEUMOSCOPE_OK;
}

/* ---- encapsulated: items, the first an offset table, the others fragments of frames ---- */

typedef struct fragment {
    const uint8_t *data;
    size_t nbytes;
} fragment;

/* The item at *at, which moves behind it; *end is true at the delimiter or the element's end. */
static pneumoscope_status next_item(const dicom *d, size_t *at, fragment *out, bool *end, detail *why) {
    *end = d->pixels_nbytes - *at < 8;
    if (*end)
        return PNEUMOSCOPE_OK;
    const uint8_t *head = d->pixels + *at;
    uint32_t length = le32(head + 4);
    if (le16(head) != 0xfffe || (le16(head + 2) != 0xe000 && le16(head + 2) != 0xe0dd))
        return damaged(why, "what stands between its compressed pixels is no item");
    *end = le16(head + 2) == 0xe0dd;
    if (*end)
        return PNEUMOSCOPE_OK;
    if (length == 0xffffffff)
        return damaged(why, "a fragment of its compressed pixels has no length");
    if (length > d->pixels_nbytes - *at - 8)
        return status_refuse(
            why, PNEUMOSCOPE_BAD_IMAGE, "truncated",
            "The DICOM file is cut short: of a fragment's %u bytes of compressed pixels there are %zu.", length,
            d->pixels_nbytes - *at - 8);
    *out = (fragment){head + 8, length};
    *at += 8 + (size_t)length;
    return PNEUMOSCOPE_OK;
}

/* Whether a fragment is a frame's last: its marker of the end, at most a byte of padding behind it. */
static bool ends_frame(const fragment *f) {
    for (size_t back = 2; back <= 4 && back <= f->nbytes; back++)
        if (f->data[f->nbytes - back] == 0xff && f->data[f->nbytes - back + 1] == 0xd9)
            return true;
    return false;
}

typedef struct items {
    size_t nfragments; /* of all frames */
    size_t nfirst;     /* fragments of the first frame */
    size_t nbytes;     /* in these */
    size_t first_at;   /* where the first of them begins */
} items;

/* Finds the fragments of the first frame. Offset tables are not believed where there is one frame, for all fragments
 * are its, nor where there are as many fragments as frames. */
static pneumoscope_status find_first_frame(const dicom *d, items *out, detail *why) {
    size_t at = 0, second_frame = 0, begun;
    fragment f = {0};
    bool end, ended = false;
    *out = (items){0};
    pneumoscope_status status = next_item(d, &at, &f, &end, why);
    if (status || end)
        return status ? status : damaged(why, "its compressed pixels have no items");
    if (f.nbytes >= 8)
        second_frame = le32(f.data + 4);
    out->first_at = begun = at;
    for (;;) {
        size_t here = at;
        status = next_item(d, &at, &f, &end, why);
        if (status || end)
            break;
        out->nfragments++;
        bool belongs = d->frames == 1 || (second_frame ? here - begun < second_frame : !ended);
        if (belongs) {
            out->nfirst++;
            out->nbytes += f.nbytes;
            ended = d->encoding == DICOM_RLE || ends_frame(&f);
        }
    }
    if (!status && out->nfragments == 0)
        return damaged(why, "its compressed pixels lack their offset table or all that should follow it");
    if (!status && out->nfragments < (uint64_t)d->frames)
        return cut_short(why, "it has fewer compressed frames than it says");
    if (!status && out->nfragments == (uint64_t)d->frames && d->frames > 1) {
        at = out->first_at;
        out->nfirst = 1;
        status = next_item(d, &at, &f, &end, why);
        out->nbytes = f.nbytes;
    }
    return status;
}

/* The first frame in one piece: *owned, or in the file where it is one fragment. */
static pneumoscope_status first_frame(const dicom *d, fragment *out, void **owned, detail *why) {
    items found;
    fragment f = {0};
    bool end = false;
    pneumoscope_status status = find_first_frame(d, &found, why);
    if (status)
        return status;
    size_t at = found.first_at;
    if (found.nfirst == 1) {
        status = next_item(d, &at, &f, &end, why);
        *out = f;
        return status;
    }
    uint8_t *joined = *owned = malloc(found.nbytes ? found.nbytes : 1);
    if (!joined)
        return status_no_memory(why, "the compressed film");
    *out = (fragment){joined, found.nbytes};
    for (size_t i = 0; i < found.nfirst && !status; i++) {
        status = next_item(d, &at, &f, &end, why);
        if (!status)
            memcpy(joined, f.data, f.nbytes);
        joined += f.nbytes;
    }
    return status;
}

/* ---- RLE: PS3.5, annex G ---- */

/* PackBits. Whether the segment gave as many bytes as were wanted, `step` apart. */
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

static pneumoscope_status rle_cells(const dicom *d, const fragment *frame, uint16_t *cells, detail *why) {
    size_t npixels = (size_t)d->rows * d->columns, width = d->bits_allocated / 8;
    if (frame->nbytes < 64 || le32(frame->data) != width)
        return damaged(why, "its run-length header does not fit its picture");
    for (size_t segment = 0; segment < width; segment++) { /* the most significant bytes first */
        size_t from = le32(frame->data + 4 + 4 * segment);
        size_t to = segment + 1 < width ? le32(frame->data + 8 + 4 * segment) : frame->nbytes;
        if (from < 64 || from > to || to > frame->nbytes)
            return damaged(why, "a run-length segment lies outside its frame");
        uint8_t *bytes = malloc(npixels);
        if (!bytes)
            return status_no_memory(why, "the run-length decoder");
        bool whole = unpack(frame->data + from, to - from, bytes, npixels, 1);
        for (size_t i = 0; i < npixels && whole; i++)
            cells[i] = (uint16_t)(segment == 0 ? bytes[i] : cells[i] << 8 | bytes[i]);
        free(bytes);
        if (!whole)
            return cut_short(why, "its run-length coded pixels end too early");
    }
    return PNEUMOSCOPE_OK;
}

/* ---- what libraries decode ---- */

/* A frame header's marker and precision, by a walk over the segments before it; 0 where there is none. */
static unsigned jpeg_frame_kind(const fragment *frame, unsigned *precision) {
    for (size_t at = 2; at + 9 <= frame->nbytes && frame->data[at] == 0xff;) {
        unsigned marker = frame->data[at + 1];
        if (marker == 0xff) {
            at++;
            continue;
        }
        if (marker == 0xf7 ||
            (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)) {
            *precision = frame->data[at + 4];
            return marker;
        }
        at += 2 + be16(frame->data + at + 2);
    }
    return 0;
}

static pneumoscope_status baseline_cells(dicom *d, const fragment *frame, uint16_t *cells, detail *why) {
    header found = {.orientation = 1};
    image film = {0};
    pneumoscope_status status = jpeg_probe(&found, frame->data, frame->nbytes, why);
    if (!status && (found.width != d->columns || found.height != d->rows))
        return damaged(why, "its JPEG frame is of another size than its picture");
    if (!status)
        status = stb_decode_jpeg(&film, frame->data, frame->nbytes, &found, why);
    if (status)
        return status;
    for (size_t i = 0; i < (size_t)d->rows * d->columns; i++)
        cells[i] = ((const uint8_t *)film.owned)[i];
    d->is_truncated = film.warnings & PNEUMOSCOPE_WARNING_TRUNCATED;
    image_free(&film);
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status library_cells(const dicom *d, codec kind, const fragment *frame, uint16_t *cells,
                                        detail *why) {
    return codec_decode(kind, frame->data, frame->nbytes, d->columns, d->rows, cells, why);
}

static pneumoscope_status jpeg_cells(dicom *d, const fragment *frame, uint16_t *cells, detail *why) {
    unsigned precision = 0, marker = jpeg_frame_kind(frame, &precision);
    switch (marker) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
        return precision == 8 ? baseline_cells(d, frame, cells, why)
                              : library_cells(d, CODEC_JPEG_12, frame, cells, why);
    case 0xc3: return library_cells(d, CODEC_JPEG_LOSSLESS, frame, cells, why);
    default: return damaged(why, "its compressed pixels are no JPEG, which its transfer syntax says that they are");
    }
}

static pneumoscope_status compressed_cells(dicom *d, uint16_t *cells, detail *why) {
    fragment frame = {0};
    void *owned = NULL;
    pneumoscope_status status = first_frame(d, &frame, &owned, why);
    if (!status && frame.nbytes < 4)
        status = cut_short(why, "its compressed pixels are empty");
    if (!status)
        status = d->encoding == DICOM_ENCAPSULATED ? native_cells(d, frame.data, frame.nbytes, 1, cells, why)
                 : d->encoding == DICOM_RLE        ? rle_cells(d, &frame, cells, why)
                 : d->encoding == DICOM_JPEG       ? jpeg_cells(d, &frame, cells, why)
                 : d->encoding == DICOM_JPEG_LS    ? library_cells(d, CODEC_JPEG_LS, &frame, cells, why)
                                                   : library_cells(d, CODEC_JPEG_2000, &frame, cells, why);
    free(owned);
    return status;
}

pneumoscope_status dicom_cells(dicom *d, uint16_t *cells, detail *why) {
    return d->encoding == DICOM_NATIVE ? native_cells(d, d->pixels, d->pixels_nbytes, (uint64_t)d->frames, cells, why)
                                       : compressed_cells(d, cells, why);
}
