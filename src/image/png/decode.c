#include "bytes.h"
#include "image/stb.h"

#include <stdlib.h>
#include <string.h>

/* PNG: what stb_image takes amiss is mended in a copy, and rows that are missing are counted. */

enum {
    SIGNATURE = 8,
    CHUNK = 12, /* bytes of a chunk without its body */
    PALETTE = 768,
    IHDR = SIGNATURE + 8, /* where its body lies */
    STORED = 65535,       /* at most, in a block of deflate that is not compressed */
    NOT_WRITTEN = 0xff,   /* no filter of a row */
    MOST_INFLATED = 1032, /* bytes of one of deflate's */
};

static size_t put_chunk(uint8_t *to, const void *type, const uint8_t *body, size_t length) {
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(length >> (24 - 8 * i));
    memcpy(to + 4, type, 4);
    if (length > 0)
        memmove(to + 8, body, length);
    memset(to + 8 + length, 0, 4); /* checksums are not looked at again */
    return length + CHUNK;
}

/* A copy as stb_image wants it, for the caller to free. A palette is made whole, black where the file has no more of
 * it: stb_image would take what lies in memory for an index beyond its end. Chunks of pixels without a byte, which it
 * does not expect, go. Of a file that does not end as it should, what it has of its last pixels stays. */
static uint8_t *tidied(const uint8_t *file, size_t nbytes, size_t *ncopied, bool *ends) {
    uint8_t *copy = malloc(nbytes + PALETTE + 2 * (size_t)CHUNK);
    size_t to = SIGNATURE;
    *ends = false;
    if (!copy)
        return NULL;
    memcpy(copy, file, SIGNATURE);
    for (size_t at = SIGNATURE; nbytes - at >= CHUNK;) { /* png_probe has walked over the chunks before */
        const uint8_t *type = file + at + 4, *body = file + at + 8;
        const size_t stated = be32(file + at), left = nbytes - at - 8;
        const bool is_cut = stated > left - 4, is_pixels = memcmp(type, "IDAT", 4) == 0;
        const size_t length = is_cut ? left : stated;
        *ends = !is_cut && memcmp(type, "IEND", 4) == 0;
        if (*ends || (is_cut && !is_pixels))
            break;
        if (memcmp(type, "PLTE", 4) == 0 && length < PALETTE) {
            uint8_t palette[PALETTE] = {0};
            memcpy(palette, body, length);
            to += put_chunk(copy + to, type, palette, PALETTE);
        } else if (length > 0 || !is_pixels) {
            to += put_chunk(copy + to, type, body, length);
        }
        if (is_cut)
            break;
        at += stated + CHUNK;
    }
    *ncopied = to + put_chunk(copy + to, "IEND", NULL, 0);
    return copy;
}

/* Where the first chunk of pixels lies in a tidied copy; its end where there is none. */
static size_t first_pixels(const uint8_t *png, size_t nbytes) {
    size_t at = SIGNATURE;
    while (nbytes - at >= CHUNK && memcmp(png + at + 4, "IDAT", 4) != 0)
        at += be32(png + at) + CHUNK;
    return at;
}

/* The bytes of all the chunks of pixels, moved together to the start of a tidied copy. */
static size_t join_pixels(uint8_t *png, size_t nbytes) {
    size_t n = 0;
    for (size_t at = SIGNATURE, length; nbytes - at >= CHUNK; at += length + CHUNK) {
        length = be32(png + at);
        if (memcmp(png + at + 4, "IDAT", 4) == 0) {
            memmove(png + n, png + at + 8, length);
            n += length;
        }
    }
    return n;
}

/* Rows as pixels that are not compressed: zlib's header, blocks as they are, and its checksum, not looked at either. */
static size_t store(uint8_t *to, const uint8_t *rows, size_t nbytes) {
    size_t n = 2;
    to[0] = 0x78;
    to[1] = 1;
    for (size_t at = 0; at < nbytes; at += STORED) {
        const size_t length = nbytes - at < STORED ? nbytes - at : STORED;
        to[n++] = at + length == nbytes;
        for (int i = 0; i < 4; i++)
            to[n++] = (uint8_t)((i < 2 ? length : ~length) >> (8 * (i % 2)));
        memcpy(to + n, rows + at, length);
        n += length;
    }
    memset(to + n, 0, 4);
    return n + 4;
}

static size_t stored_nbytes(size_t nbytes) { return nbytes + 5 * (nbytes / STORED + 1) + 6; }

/* Bytes of a row with its filter's; 0 for an interlaced picture, whose rows come in pieces. */
static size_t row_nbytes(const uint8_t *ihdr) {
    static const uint8_t nchannels[] = {1, 0, 3, 1, 2, 0, 4};
    const uint8_t depth = ihdr[8], kind = ihdr[9];
    const bool in_pieces = ihdr[12] != 0, unknown = kind >= sizeof nchannels || nchannels[kind] == 0 || depth > 16;
    return in_pieces || unknown ? 0 : 1 + ((size_t)be32(ihdr) * nchannels[kind] * depth + 7) / 8;
}

static uint32_t whole_rows(uint64_t nbytes, size_t row, uint32_t height) {
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): png_decode asks for rows only where they have bytes */
    const uint64_t n = nbytes / row;
    return n < height ? (uint32_t)n : height;
}

/* So many of the rows are not whole, of those that were inflated from the top: `n` bytes, or up to where no row begins
 * with its filter's number. */
static uint32_t count_missing(const uint8_t *rows, size_t n, size_t row, uint32_t height) {
    uint32_t begun = 0;
    while (n == 0 && begun < height && rows[begun * row] != NOT_WRITTEN)
        begun++;
    return height - (n > 0 ? whole_rows(n, row, height) : begun > 0 ? begun - 1 : 0);
}

static uint32_t depth_of(const uint8_t *png) { return png[IHDR + 8] == 16 ? 16 : 8; }

/* A picture that ends early, its missing rows black, if they are few. BAD_IMAGE, without a sentence, for one that was
 * refused with all its rows. `png` is a tidied copy, and is used up. */
static pneumoscope_status decode_rows(image *out, uint8_t *png, size_t nbytes, bool refused, const header *found,
                                      detail *why) {
    const size_t row = row_nbytes(png + IHDR), all = row * found->height, first = first_pixels(png, nbytes);
    const uint32_t depth = depth_of(png);
    /* Nothing is allocated for a picture of which more is missing at the very best. */
    const uint32_t most = whole_rows(MOST_INFLATED * (uint64_t)nbytes, row, found->height);
    pneumoscope_status status = refuse_missing(found->height - most, found->width, found->height, "PNG", why);
    if (status)
        return status;
    uint8_t *rows = malloc(all + 1), *whole = malloc(first + stored_nbytes(all) + 2 * (size_t)CHUNK);
    if (!rows || !whole) {
        free(rows);
        free(whole);
        return status_no_memory(why, "the PNG");
    }
    memcpy(whole, png, first);
    memset(rows, NOT_WRITTEN, all);
    const size_t n = stb_inflate_into(rows, all, png, join_pixels(png, nbytes));
    const uint32_t nmissing = count_missing(rows, n, row, found->height);
    memset(rows + all - nmissing * row, 0, nmissing * row);
    size_t nwhole = first + put_chunk(whole + first, "IDAT", whole + first + 8, store(whole + first + 8, rows, all));
    nwhole += put_chunk(whole + nwhole, "IEND", NULL, 0);
    status = refused && nmissing == 0 ? PNEUMOSCOPE_BAD_IMAGE : PNEUMOSCOPE_OK;
    if (!status)
        status = refuse_missing(nmissing, found->width, found->height, "PNG", why);
    if (!status)
        status = stb_decode_other(out, depth, whole, nwhole, found, why);
    if (!status)
        out->warnings |= PNEUMOSCOPE_WARNING_TRUNCATED;
    free(rows);
    free(whole);
    return status;
}

pneumoscope_status png_decode(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    size_t ncopied = 0;
    bool ends;
    uint8_t *copy = tidied(file, nbytes, &ncopied, &ends);
    *out = (image){0};
    if (!copy)
        return status_no_memory(why, "the PNG");
    const size_t row = row_nbytes(copy + IHDR), first = first_pixels(copy, ncopied);
    const bool by_rows = row > 0 && row < INT32_MAX / 2 / found->height && first < ncopied;
    pneumoscope_status status = PNEUMOSCOPE_OK;
    if (ends)
        status = stb_decode_other(out, depth_of(copy), copy, ncopied, found, why);
    else if (!by_rows)
        status = refuse_missing(found->height, found->width, found->height, "PNG", why);
    if (by_rows && (!ends || status == PNEUMOSCOPE_BAD_IMAGE))
        status = decode_rows(out, copy, ncopied, ends, found, why);
    free(copy);
    return status;
}
