#include "image/bmp/bmp.h"

#include "bytes.h"
#include "image/missing.h"
#include "image/stb.h"

#include <stdlib.h>
#include <string.h>

/* A BMP is a fixed header, perhaps a palette, then rows padded to four bytes. */

typedef struct bmp {
    uint32_t header, width, height, depth, compression, pixels_at;
    uint32_t nrows; /* that the file has, whole */
} bmp;

static size_t row_nbytes(const bmp *b) { return (size_t)(((uint64_t)b->width * b->depth + 31) / 32 * 4); }

static uint32_t whole_rows(const bmp *b, size_t nbytes) {
    const size_t row = row_nbytes(b);
    if (b->pixels_at > nbytes)
        return 0;
    return row == 0 || (nbytes - b->pixels_at) / row > b->height ? b->height
                                                                 : (uint32_t)((nbytes - b->pixels_at) / row);
}

/* The largest palette index of the pixels, `depth` 1, 4 or 8. */
static uint32_t bmp_largest_index(const bmp *b, const uint8_t *pixels, size_t row) {
    uint32_t largest = 0, mask = (1u << b->depth) - 1;
    for (uint32_t y = 0; y < b->nrows; y++)
        for (uint32_t x = 0; x < b->width; x++) {
            size_t bit = (size_t)x * b->depth;
            uint32_t index = pixels[y * row + bit / 8] >> (8 - b->depth - bit % 8) & mask;
            largest = index > largest ? index : largest;
        }
    return largest;
}

/* Refuses or mends what stb_image gets wrong. It skips a gap twice, fills a short palette with what is on the stack,
 * and drops four colours of an OS/2 palette. */
static pneumoscope_status bmp_layout(const bmp *b, const uint8_t *file, detail *why) {
    uint32_t header_end = 14 + b->header + (b->header == 40 && b->compression == 3 ? 12 : 0); /* three masks */
    if (b->pixels_at < header_end)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                             "The BMP is damaged: its pixels begin at byte %u, inside its header.", b->pixels_at);
    if (b->depth > 8)
        return b->pixels_at == header_end
                   ? PNEUMOSCOPE_OK
                   : status_refuse(
                         why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
                         "The BMP has %u bytes between its header and its pixels; save it again, without them.",
                         b->pixels_at - header_end);
    if (b->header == 12)
        return status_refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
                             "The BMP has an OS/2 palette; save it as a newer BMP or as PNG.");
    uint32_t ncolours = (b->pixels_at - header_end) / 4, largest = 0;
    if (b->depth == 1 || b->depth == 4 || b->depth == 8)
        largest = bmp_largest_index(b, file + b->pixels_at, row_nbytes(b));
    return largest < ncolours
               ? PNEUMOSCOPE_OK
               : status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                               "The BMP is damaged: a pixel has colour %u of a palette of %u.", largest, ncolours);
}

static bmp bmp_fields(const uint8_t *file, uint32_t header_nbytes) {
    if (header_nbytes == 12)
        return (bmp){header_nbytes, le16(file + 18), le16(file + 20), le16(file + 24), 0, le32(file + 10), 0};
    uint32_t height = le32(file + 22);
    if (height > INT32_MAX) /* negative: rows run from the top */
        height = 0u - height;
    return (bmp){header_nbytes, le32(file + 18), height, le16(file + 28), le32(file + 30), le32(file + 10), 0};
}

pneumoscope_status bmp_probe(header *out, const uint8_t *file, size_t nbytes, detail *why) {
    if (nbytes < 26)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_TRUNCATED,
                             "The BMP is cut short: its header is incomplete.");
    uint32_t header_nbytes = le32(file + 14);
    if (header_nbytes != 12 && (header_nbytes < 40 || header_nbytes > 1024 || nbytes < 54))
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                             "The BMP is damaged: its header states %u bytes.", header_nbytes);
    bmp b = bmp_fields(file, header_nbytes);
    *out = (header){.width = b.width, .height = b.height, .bits = 8, .orientation = 1};
    if (b.compression != 0 && b.compression != 3)
        return status_refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
                             "The BMP is compressed (method %u); an uncompressed one would be read.", b.compression);
    if (b.width > PNEUMOSCOPE_MAX_SIDE || b.height > PNEUMOSCOPE_MAX_SIDE) /* refused for that */
        return PNEUMOSCOPE_OK;
    b.nrows = whole_rows(&b, nbytes);
    pneumoscope_status status = missing_rows_check(b.height - b.nrows, b.width, b.height, "BMP", why);
    return status ? status : bmp_layout(&b, file, why);
}

/* A header of 56 bytes is one of 40 with the masks after it. stb_image looks for the masks after byte 56. */
static bool has_masks_inside(const uint8_t *file) { return le32(file + 14) == 56 && le32(file + 30) == 3; }

pneumoscope_status bmp_decode(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    const bmp b = bmp_fields(file, le32(file + 14));
    const size_t needed = b.pixels_at + row_nbytes(&b) * b.height;
    if (needed <= nbytes && !has_masks_inside(file))
        return stb_decode_other(out, 8, file, nbytes, found, why);
    const size_t ncopied = needed > nbytes ? needed : nbytes;
    uint8_t *copy = calloc(1, ncopied); /* rows that are missing are black */
    *out = (image){0};
    if (!copy)
        return status_no_memory(why, "the BMP");
    memcpy(copy, file, nbytes);
    if (has_masks_inside(file))
        copy[14] = 40;
    pneumoscope_status status = stb_decode_other(out, 8, copy, ncopied, found, why);
    if (!status && needed > nbytes)
        out->warnings |= PNEUMOSCOPE_WARNING_TRUNCATED;
    free(copy);
    return status;
}
