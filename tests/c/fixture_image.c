#include "fixture_image.h"

#include "tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t fixture_pattern(size_t index, uint32_t bits) {
    return (uint32_t)(index * 97 % 251) * 261 >> (16 - bits); /* 250 * 261 is just below 2^16 */
}

uint8_t *fixture_copy(const void *bytes, size_t nbytes) {
    uint8_t *copy = malloc(nbytes);
    assert_true(copy || nbytes == 0);
    if (nbytes > 0)
        memcpy(copy, bytes, nbytes);
    return copy;
}

uint8_t *fixture_load(const char *name, size_t *nbytes) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", TEST_IMAGES, name);
    FILE *stream = fopen(path, "rb");
    if (!stream)
        fail_msg("%s cannot be opened", path);
    fseek(stream, 0, SEEK_END);
    *nbytes = (size_t)ftell(stream);
    rewind(stream);
    uint8_t *bytes = malloc(*nbytes);
    assert_int_equal(fread(bytes, 1, *nbytes, stream), *nbytes);
    fclose(stream);
    return bytes;
}

/* ---- writing numbers: each returns where the next byte goes ---- */

static uint8_t *put(uint8_t *at, const void *bytes, size_t nbytes) {
    if (nbytes > 0)
        memcpy(at, bytes, nbytes);
    return at + nbytes;
}

static uint8_t *put_le(uint8_t *at, uint32_t value, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
    return at + nbytes;
}

static uint8_t *put_be(uint8_t *at, uint32_t value, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++)
        at[i] = (uint8_t)(value >> 8 * (nbytes - 1 - i));
    return at + nbytes;
}

/* ---- PNG ---- */

uint32_t fixture_nchannels(fixture_colour colour) {
    return colour == FIXTURE_RGB ? 3 : colour == FIXTURE_RGBA ? 4 : colour == FIXTURE_GREY_ALPHA ? 2 : 1;
}

void fixture_png_seal(uint8_t *chunk) {
    size_t length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < length + 4; i++) {
        crc ^= chunk[4 + i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    put_be(chunk + 8 + length, ~crc, 4);
}

static uint8_t *put_chunk(uint8_t *at, const char *type, fixture_bytes body) {
    uint8_t *end = put(put(put_be(at, (uint32_t)body.nbytes, 4), type, 4), body.data, body.nbytes);
    fixture_png_seal(at);
    return end + 4;
}

static uint8_t *put_chunk_if_any(uint8_t *at, const char *type, fixture_bytes body) {
    return body.nbytes > 0 ? put_chunk(at, type, body) : at;
}

static uint8_t *put_png_row(uint8_t *at, const fixture_png *png, uint32_t x0, uint32_t dx, uint32_t y) {
    uint32_t nchannels = fixture_nchannels(png->colour), accumulator = 0, nbits = 0;
    *at++ = 0; /* filter: none */
    for (uint32_t x = x0; x < png->width; x += dx)
        for (uint32_t channel = 0; channel < nchannels; channel++) {
            size_t index = ((size_t)y * png->width + x) * nchannels + channel;
            uint32_t sample = png->samples ? png->samples[index] : fixture_pattern(index, png->bits);
            accumulator = accumulator << png->bits | sample;
            for (nbits += png->bits; nbits >= 8; nbits -= 8)
                *at++ = (uint8_t)(accumulator >> (nbits - 8));
        }
    if (nbits > 0)
        *at++ = (uint8_t)(accumulator << (8 - nbits));
    return at;
}

static uint8_t *put_png_rows(uint8_t *at, const fixture_png *png) {
    static const uint32_t adam7[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                         {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    static const uint32_t whole[1][4] = {{0, 0, 1, 1}}; /* x0, y0, dx, dy */
    const uint32_t(*passes)[4] = png->interlaced ? adam7 : whole;
    for (int pass = 0; pass < (png->interlaced ? 7 : 1); pass++)
        for (uint32_t y = passes[pass][1]; y < png->height && passes[pass][0] < png->width; y += passes[pass][3])
            at = put_png_row(at, png, passes[pass][0], passes[pass][2], y);
    return at;
}

/* A last block, compressed with the fixed codes of RFC 1951: `n` times "258 bytes more like the last one". */
static uint8_t *put_runs(uint8_t *at, uint32_t n) {
    uint32_t accumulator = 3, nbits = 3; /* last block, fixed codes; bits fill bytes from the right */
    for (uint32_t i = 0; i <= n; i++) {
        accumulator |= (i < n ? 0xa3u : 0u) << nbits; /* length 258 is 11000101 read backwards, the distance 00000 */
        nbits += i < n ? 13 : 7;                      /* the block ends with 0000000 */
        for (; nbits >= 8 || (i == n && nbits > 0); nbits -= nbits < 8 ? nbits : 8) {
            *at++ = (uint8_t)accumulator;
            accumulator >>= 8;
        }
    }
    return at;
}

/* zlib's container around blocks that are stored, not compressed, and `nexcess` runs. */
static uint8_t *put_zlib(uint8_t *at, const uint8_t *raw, size_t nbytes, uint32_t nexcess) {
    uint32_t a = 1, b = 0;
    at = put(at, "\x78\x01", 2);
    for (size_t done = 0; done < nbytes;) {
        size_t count = nbytes - done < 65535 ? nbytes - done : 65535;
        *at++ = done + count == nbytes && nexcess == 0; /* the last block? */
        at = put_le(put_le(at, (uint32_t)count, 2), ~(uint32_t)count, 2);
        at = put(at, raw + done, count);
        done += count;
    }
    if (nexcess > 0)
        at = put_runs(at, nexcess);
    for (size_t i = 0; i < nbytes + (size_t)nexcess * 258; i++) {
        a = (a + raw[i < nbytes ? i : nbytes - 1]) % 65521;
        b = (b + a) % 65521;
    }
    return put_be(at, b << 16 | a, 4);
}

uint8_t *fixture_png_write(const fixture_png *png, size_t *nbytes) {
    size_t row_nbytes = ((size_t)png->width * fixture_nchannels(png->colour) * png->bits + 7) / 8 + 8;
    size_t raw_limit = row_nbytes * (2 * (size_t)png->height + 8);
    size_t zlib_limit = raw_limit + 5 * (raw_limit / 65535 + 1) + (size_t)png->nexcess * 13 / 8 + 10;
    uint8_t *raw = malloc(raw_limit), *zlib = malloc(zlib_limit), header[13] = {0};
    uint8_t *file = malloc(zlib_limit + png->palette.nbytes + png->transparency.nbytes + png->exif.nbytes + 128);
    assert_true(raw && zlib && file);

    size_t raw_nbytes = (size_t)(put_png_rows(raw, png) - raw);
    fixture_bytes idat = {zlib, (size_t)(put_zlib(zlib, raw, raw_nbytes, png->nexcess) - zlib)}, none = {NULL, 0};
    put_be(put_be(header, png->width, 4), png->height, 4);
    header[8] = (uint8_t)png->bits;
    header[9] = (uint8_t)png->colour;
    header[12] = png->interlaced != 0;

    uint8_t *end = put_chunk(put(file, "\x89PNG\r\n\x1a\n", 8), "IHDR", (fixture_bytes){header, sizeof header});
    end = put_chunk_if_any(end, "eXIf", png->exif);
    end = put_chunk_if_any(end, "PLTE", png->palette);
    end = put_chunk_if_any(end, "tRNS", png->transparency);
    end = put_chunk(put_chunk(end, "IDAT", idat), "IEND", none);

    *nbytes = (size_t)(end - file);
    uint8_t *exact = fixture_copy(file, *nbytes);
    free(raw);
    free(zlib);
    free(file);
    return exact;
}

uint8_t *fixture_png_grey(uint32_t width, uint32_t height, uint32_t bits, size_t *nbytes) {
    return fixture_png_write(&(fixture_png){.width = width, .height = height, .bits = bits}, nbytes);
}

/* ---- BMP ---- */

uint8_t *fixture_bmp(uint32_t width, uint32_t height, uint32_t bits, int top_down, size_t *nbytes) {
    size_t row_nbytes = ((size_t)width * bits / 8 + 3) / 4 * 4, palette_nbytes = bits == 8 ? 1024 : 0;
    size_t pixels_at = 54 + palette_nbytes;
    *nbytes = pixels_at + row_nbytes * height;
    uint8_t *file = calloc(*nbytes, 1), *at = file;
    assert_non_null(file);
    at = put_le(put_le(put(at, "BM", 2), (uint32_t)*nbytes, 4), 0, 4);
    at = put_le(put_le(at, (uint32_t)pixels_at, 4), 40, 4);
    at = put_le(put_le(at, width, 4), top_down ? 0u - height : height, 4);
    at = put_le(put_le(at, 1, 2), bits, 2) + 24; /* one plane; no compression, no resolution */
    for (uint32_t i = 0; i < palette_nbytes; i++)
        *at++ = i % 4 == 3 ? 0 : (uint8_t)(255 - i / 4);
    for (uint32_t row = 0; row < height; row++) {
        uint32_t y = top_down ? row : height - 1 - row;
        for (uint32_t x = 0; x < width; x++)
            for (uint32_t channel = 0, n = bits / 8; channel < n; channel++) /* stored blue first */
                file[pixels_at + row * row_nbytes + x * n + channel] =
                    (uint8_t)fixture_pattern(((size_t)y * width + x) * n + (n - 1 - channel), 8);
    }
    return file;
}

/* ---- EXIF ---- */

uint8_t *fixture_exif(int big_endian, uint32_t orientation, size_t *nbytes) {
    uint8_t *(*number)(uint8_t *, uint32_t, size_t) = big_endian ? put_be : put_le;
    /* tag, type (3: u16, 4: u32), count, value: compression JPEG, the orientation, a resolution unit */
    const uint32_t entries[3][4] = {{0x0103, 3, 1, 6}, {0x0112, 3, 1, orientation}, {0x0128, 3, 1, 2}};
    uint8_t block[64] = {0};
    uint8_t *at = number(number(put(block, big_endian ? "MM\0*" : "II*\0", 4), 10, 4) + 2, 3, 2); /* from byte 10 */
    for (int i = 0; i < 3; i++) {
        at = number(number(number(at, entries[i][0], 2), entries[i][1], 2), entries[i][2], 4);
        at = number(at, entries[i][3], 2) + 2;
    }
    *nbytes = (size_t)(number(at, 0, 4) - block); /* no further directory */
    return fixture_copy(block, *nbytes);
}

uint8_t *fixture_jpeg_with_exif(const uint8_t *jpeg, size_t jpeg_nbytes, const uint8_t *exif, size_t exif_nbytes,
                                size_t *nbytes) {
    *nbytes = jpeg_nbytes + 10 + exif_nbytes;
    uint8_t *file = malloc(*nbytes);
    assert_non_null(file);
    uint8_t *at = put(put_be(put(put(file, jpeg, 2), "\xff\xe1", 2), (uint32_t)exif_nbytes + 8, 2), "Exif\0\0", 6);
    put(put(at, exif, exif_nbytes), jpeg + 2, jpeg_nbytes - 2);
    return file;
}

void fixture_grey(const image *film, uint32_t x, uint32_t y, uint32_t n, float *out) {
    image_luminance(film, x, y, n, out);
    for (uint32_t i = 0; i < n; i++)
        out[i] = image_share(film, out[i]);
}
