#include "image/formats.h"

#include "bytes.h"

#include <string.h>

/* A BMP is a fixed header, perhaps a palette, then rows padded to four bytes. */

typedef struct bmp {
    uint32_t header, width, height, depth, compression, pixels_at;
} bmp;

/* The largest palette index of the pixels, `depth` 1, 4 or 8. */
static uint32_t bmp_largest_index(const bmp *b, const uint8_t *pixels, size_t row_nbytes) {
    uint32_t largest = 0, mask = (1u << b->depth) - 1;
    for (uint32_t y = 0; y < b->height; y++)
        for (uint32_t x = 0; x < b->width; x++) {
            size_t bit = (size_t)x * b->depth;
            uint32_t index = pixels[y * row_nbytes + bit / 8] >> (8 - b->depth - bit % 8) & mask;
            largest = index > largest ? index : largest;
        }
    return largest;
}

/* What stb_image gets wrong: it skips a gap twice, fills up a short palette with whatever the stack holds and cuts four
 * colours off OS/2's. */
static pneumoscope_status bmp_layout(const bmp *b, const uint8_t *file, size_t row_nbytes, detail *why) {
    uint32_t header_end = 14 + b->header + (b->header == 40 && b->compression == 3 ? 12 : 0); /* three masks */
    if (b->pixels_at < header_end)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                           "The BMP is damaged: its pixels begin at byte %u, inside its header.", b->pixels_at);
    if (b->depth > 8)
        return b->pixels_at == header_end
                   ? PNEUMOSCOPE_OK
                   : status_fail(
                         why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                         "The BMP has %u bytes between its header and its pixels; one without them would be read.",
                         b->pixels_at - header_end);
    if (b->header == 12)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                           "The BMP has a palette of OS/2's; a newer BMP would be read.");
    uint32_t ncolours = (b->pixels_at - header_end) / 4, largest = 0;
    if (b->depth == 1 || b->depth == 4 || b->depth == 8)
        largest = bmp_largest_index(b, file + b->pixels_at, row_nbytes);
    return largest < ncolours
               ? PNEUMOSCOPE_OK
               : status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                             "The BMP is damaged: a pixel has colour %u of a palette of %u.", largest, ncolours);
}

static bmp bmp_fields(const uint8_t *file, uint32_t header_nbytes) {
    if (header_nbytes == 12)
        return (bmp){header_nbytes, le16(file + 18), le16(file + 20), le16(file + 24), 0, le32(file + 10)};
    uint32_t height = le32(file + 22);
    if (height > INT32_MAX) /* negative: rows run from the top */
        height = 0u - height;
    return (bmp){header_nbytes, le32(file + 18), height, le16(file + 28), le32(file + 30), le32(file + 10)};
}

pneumoscope_status bmp_probe(header *out, const uint8_t *file, size_t nbytes, detail *why) {
    if (nbytes < 26)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The BMP is cut short: its header is incomplete.");
    uint32_t header_nbytes = le32(file + 14);
    if (header_nbytes != 12 && (header_nbytes < 40 || header_nbytes > 1024 || nbytes < 54))
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The BMP is damaged: its header states %u bytes.",
                           header_nbytes);
    bmp b = bmp_fields(file, header_nbytes);
    *out = (header){.width = b.width, .height = b.height, .bits = 8, .orientation = 1};
    if (b.compression != 0 && b.compression != 3)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                           "The BMP is compressed (method %u); an uncompressed one would be read.", b.compression);
    if (b.width > 65535 || b.height > 65535) /* refused for that */
        return PNEUMOSCOPE_OK;
    size_t row_nbytes = (size_t)(((uint64_t)b.width * b.depth + 31) / 32 * 4);
    if (b.pixels_at + (uint64_t)row_nbytes * b.height > nbytes)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                           "The BMP is cut short: %u x %u pixels of %u bits do not fit its %zu bytes.", b.width,
                           b.height, b.depth, nbytes);
    return bmp_layout(&b, file, row_nbytes, why);
}
