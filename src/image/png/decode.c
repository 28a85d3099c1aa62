#include "image/png/png.h"

#include "bytes.h"
#include "image/missing.h"
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
    memset(to + 8 + length, 0, 4); /* nobody checks the checksum again */
    return length + CHUNK;
}

/* A copy that stb_image decodes safely. The caller frees it.
 *   - A short palette gets black entries: stb_image would read memory past its end.
 *   - Chunks of pixels without bytes go: stb_image does not expect them.
 *   - If the file is cut within pixels, the copy keeps what is there. *ends tells whether the file has its end. */
static uint8_t *mended_copy(const uint8_t *file, size_t nbytes, size_t *ncopied, bool *ends) {
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

/* The offset of the first chunk of pixels in a mended copy; of its end if there is none. */
static size_t first_pixels(const uint8_t *png, size_t nbytes) {
    size_t at = SIGNATURE;
    while (nbytes - at >= CHUNK && memcmp(png + at + 4, "IDAT", 4) != 0)
        at += be32(png + at) + CHUNK;
    return at;
}

/* Moves the bytes of all chunks of pixels together to the start of a mended copy. */
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

/* Writes rows as a zlib stream without compression. Nobody checks the checksum, so it is 0. */
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

/* Bytes of a row, its filter byte included. 0 for an interlaced picture: its rows come in pieces. */
static size_t row_nbytes(const uint8_t *ihdr) {
    static const uint8_t nchannels[] = {1, 0, 3, 1, 2, 0, 4};
    const uint8_t depth = ihdr[8], kind = ihdr[9];
    const bool in_pieces = ihdr[12] != 0, unknown = kind >= sizeof nchannels || nchannels[kind] == 0 || depth > 16;
    return in_pieces || unknown ? 0 : 1 + ((size_t)be32(ihdr) * nchannels[kind] * depth + 7) / 8;
}

static uint32_t complete_rows(uint64_t nbytes, size_t row, uint32_t height) {
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): png_decode asks for rows only where they have bytes */
    const uint64_t n = nbytes / row;
    return n < height ? (uint32_t)n : height;
}

/* The number of incomplete rows. `n` bytes were inflated; if n is 0, the stream broke off, and rows that it did not
 * reach still begin with NOT_WRITTEN. */
static uint32_t count_missing(const uint8_t *rows, size_t n, size_t row, uint32_t height) {
    uint32_t begun = 0;
    while (n == 0 && begun < height && rows[begun * row] != NOT_WRITTEN)
        begun++;
    return height - (n > 0 ? complete_rows(n, row, height) : begun > 0 ? begun - 1 : 0);
}

static uint32_t depth_of(const uint8_t *png) { return png[IHDR + 8] == 16 ? 16 : 8; }

/* Decodes a picture that ends early. If few rows are missing, they become black. BAD_IMAGE without a sentence if no row
 * is missing and stb_image has refused it. `png` is a mended copy; it is overwritten. */
static pneumoscope_status decode_rows(image *out, uint8_t *png, size_t nbytes, bool refused, const header *found,
                                      detail *why) {
    const size_t row = row_nbytes(png + IHDR), all = row * found->height, first = first_pixels(png, nbytes);
    const uint32_t depth = depth_of(png);
    /* If too much must be missing, however well the file is compressed, nothing is allocated. */
    const uint32_t most = complete_rows(MOST_INFLATED * (uint64_t)nbytes, row, found->height);
    pneumoscope_status status = missing_rows_check(found->height - most, found->width, found->height, "PNG", why);
    if (status)
        return status;
    uint8_t *rows = malloc(all + 1), *stored = malloc(first + stored_nbytes(all) + 2 * (size_t)CHUNK);
    if (!rows || !stored) {
        free(rows);
        free(stored);
        return status_no_memory(why, "the PNG");
    }
    memcpy(stored, png, first);
    memset(rows, NOT_WRITTEN, all);
    const size_t n = stb_inflate_into(rows, all, png, join_pixels(png, nbytes));
    const uint32_t nmissing = count_missing(rows, n, row, found->height);
    memset(rows + all - nmissing * row, 0, nmissing * row);
    size_t nstored =
        first + put_chunk(stored + first, "IDAT", stored + first + 8, store(stored + first + 8, rows, all));
    nstored += put_chunk(stored + nstored, "IEND", NULL, 0);
    status = refused && nmissing == 0 ? PNEUMOSCOPE_BAD_IMAGE : PNEUMOSCOPE_OK;
    if (!status)
        status = missing_rows_check(nmissing, found->width, found->height, "PNG", why);
    if (!status)
        status = stb_decode_other(out, depth, stored, nstored, found, why);
    if (!status)
        out->warnings |= PNEUMOSCOPE_WARNING_TRUNCATED;
    free(rows);
    free(stored);
    return status;
}

pneumoscope_status png_decode(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    size_t ncopied = 0;
    bool ends;
    uint8_t *copy = mended_copy(file, nbytes, &ncopied, &ends);
    *out = (image){0};
    if (!copy)
        return status_no_memory(why, "the PNG");
    const size_t row = row_nbytes(copy + IHDR), first = first_pixels(copy, ncopied);
    const bool by_rows = row > 0 && row < INT32_MAX / 2 / found->height && first < ncopied;
    pneumoscope_status status = PNEUMOSCOPE_OK;
    if (ends)
        status = stb_decode_other(out, depth_of(copy), copy, ncopied, found, why);
    else if (!by_rows)
        status = missing_rows_check(found->height, found->width, found->height, "PNG", why);
    if (by_rows && (!ends || status == PNEUMOSCOPE_BAD_IMAGE))
        status = decode_rows(out, copy, ncopied, ends, found, why);
    free(copy);
    return status;
}
