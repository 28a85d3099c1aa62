/* BMP: what it decodes to, and the headers and layouts that are not read. */
#include "fixture_image.h"
#include "image/decode.h"
#include "tests.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PIXELS = 1000000, WIDTH = 16, HEIGHT = 16 }; /* 256 pixels hold every value of the pattern: 0..254 */

static void refuse(const uint8_t *file, size_t nbytes, pneumoscope_status expected, const char *part) {
    image film;
    detail why = {.text = "?"};
    assert_refused(image_decode(&film, file, nbytes, MAX_PIXELS, &why), expected, why.text, part);
    assert_null(film.owned);
}

static double luminance(size_t pixel) {
    uint32_t rgb[3];
    for (size_t channel = 0; channel < 3; channel++)
        rgb[channel] = fixture_pattern(3 * pixel + channel, 8);
    return (double)((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 32768) >> 16);
}

/* Bits as the fixture stores them at 8 a pixel, read as `depth` a pixel; the palette runs from white to black. */
static double inverted_grey(uint32_t x, uint32_t y, uint32_t width, uint32_t depth) {
    size_t byte = (size_t)y * width * depth / 8 + (size_t)x * depth / 8;
    return 255 - (fixture_pattern(byte, 8) >> (8 - depth - x * depth % 8) & ((1u << depth) - 1));
}

static void assert_pattern(const uint8_t *file, size_t nbytes, uint32_t width, uint32_t height, uint32_t depth) {
    image film;
    detail why = {.text = "?"};
    float row[512];
    if (image_decode(&film, file, nbytes, MAX_PIXELS, &why))
        fail_msg("a sound file is refused: %s", why.text);
    assert_int_equal(film.width, width);
    assert_int_equal(film.height, height);
    assert_int_equal(film.bits, 8);
    assert_int_equal(film.orientation, 1);
    assert_int_equal(film.warnings, depth == 24 ? PNEUMOSCOPE_WARNING_COLOUR : 0);
    for (uint32_t y = 0; y < height; y++) {
        fixture_grey(&film, 0, y, width, row);
        for (uint32_t x = 0; x < width; x++) {
            double expected = depth == 24 ? luminance((size_t)y * width + x) : inverted_grey(x, y, width, depth);
            double off = (double)row[x] * 255 - expected;
            if (!(off < 1e-3 && off > -1e-3))
                fail_msg("pixel (%u, %u) is %g instead of %g", x, y, (double)row[x] * 255, expected);
        }
    }
    image_free(&film);
}

static void write_le(uint8_t *at, uint32_t value, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* A file with `n` zeros put in at `at`, or with -n bytes taken out; where the pixels begin is moved along. */
static uint8_t *with_space(uint8_t *file, size_t *nbytes, size_t at, long n) {
    size_t after = at + (n < 0 ? (size_t)-n : 0), to = at + (n > 0 ? (size_t)n : 0);
    uint8_t *moved = calloc(*nbytes - after + to, 1);
    assert_non_null(moved);
    memcpy(moved, file, at);
    memcpy(moved + to, file + after, *nbytes - after);
    *nbytes = *nbytes - after + to;
    write_le(moved + 10, moved[10] + 256u * moved[11] + (uint32_t)n, 4);
    free(file);
    return moved;
}

static void test_pixels_and_beginnings(void **state) {
    (void)state;
    for (uint32_t width = 1; width <= 9; width++) /* rows are padded to four bytes */
        for (int i = 0; i < 4; i++) {
            size_t nbytes;
            uint32_t depth = i & 1 ? 24 : 8;
            uint8_t *file = fixture_bmp(width, 5, depth, i >> 1, &nbytes);
            assert_pattern(file, nbytes, width, 5, depth);
            for (size_t n = 0; n < nbytes; n++) {
                uint8_t *beginning = fixture_copy(file, n);
                refuse(beginning, n, PNEUMOSCOPE_BAD_IMAGE, "");
                free(beginning);
            }
            free(file);
        }
}

static void test_every_palette_depth(void **state) {
    (void)state;
    for (uint32_t depth = 1; depth <= 8; depth *= depth == 1 ? 4 : 2)
        for (int top_down = 0; top_down <= 1; top_down++) {
            size_t nbytes;
            uint8_t *file = fixture_bmp(WIDTH, HEIGHT, 8, top_down, &nbytes);
            write_le(file + 18, WIDTH * 8 / depth, 4);
            write_le(file + 28, depth, 2);
            assert_pattern(file, nbytes, WIDTH * 8 / depth, HEIGHT, depth);
            free(file);
        }
}

static void test_every_header(void **state) {
    (void)state;
    static const uint32_t headers[] = {40, 56, 108, 124};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        for (uint32_t depth = 8; depth <= 24; depth += 16) {
            size_t nbytes;
            uint8_t *file = fixture_bmp(WIDTH, HEIGHT, depth, 0, &nbytes);
            file = with_space(file, &nbytes, 54, (long)headers[i] - 40);
            write_le(file + 14, headers[i], 4);
            assert_pattern(file, nbytes, WIDTH, HEIGHT, depth);
            free(file);
        }
}

/* OS/2's header has 12 bytes and 16-bit sizes. Its palettes are not read. */
static void test_os2_header(void **state) {
    (void)state;
    for (uint32_t depth = 8; depth <= 24; depth += 16) {
        size_t nbytes;
        uint8_t *file = with_space(fixture_bmp(WIDTH, HEIGHT, depth, 0, &nbytes), &nbytes, 26, -28);
        const uint32_t fields[] = {12, 0, WIDTH, HEIGHT, 1, depth};
        for (size_t i = 0; i < 6; i++)
            write_le(file + 14 + 2 * i, fields[i], 2);
        if (depth == 24)
            assert_pattern(file, nbytes, WIDTH, HEIGHT, depth);
        else
            refuse(file, nbytes, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "OS/2");
        free(file);
    }
}

static void test_short_palette(void **state) {
    (void)state;
    for (long ncolours = 253; ncolours <= 256; ncolours++) {
        size_t nbytes;
        uint8_t *file = fixture_bmp(WIDTH, HEIGHT, 8, 0, &nbytes);
        file = with_space(file, &nbytes, 54 + 4 * (size_t)ncolours, 4 * (ncolours - 256));
        if (ncolours > 254)
            assert_pattern(file, nbytes, WIDTH, HEIGHT, 8);
        else
            refuse(file, nbytes, PNEUMOSCOPE_BAD_IMAGE, ncolours == 254 ? "colour 254 of a palette of 254" : "of 253");
        free(file);
    }
}

/* One pixel and a palette of one colour; the bits that fill the row's bytes are no pixels. */
static void test_short_palette_of_few_bits(void **state) {
    (void)state;
    static const struct {
        uint32_t depth;
        uint8_t good, bad;
    } cases[] = {{1, 0x7f, 0x80}, {4, 0x0f, 0x10}, {8, 0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nbytes;
        uint8_t *file = with_space(fixture_bmp(1, 1, 8, 0, &nbytes), &nbytes, 58, -255 * 4);
        write_le(file + 28, cases[i].depth, 2);
        file[58] = cases[i].good;
        assert_pattern(file, nbytes, 1, 1, cases[i].depth);
        file[58] = cases[i].bad;
        refuse(file, nbytes, PNEUMOSCOPE_BAD_IMAGE, "colour 1 of a palette of 1");
        free(file);
    }
}

static void test_gap_before_the_pixels(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = with_space(fixture_bmp(WIDTH, HEIGHT, 24, 0, &nbytes), &nbytes, 54, 12);
    refuse(file, nbytes, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "12 bytes between its header and its pixels");
    free(file);
}

static void test_headers_that_are_not_read(void **state) {
    (void)state;
    static const struct {
        size_t at;
        uint32_t value;
        pneumoscope_status status;
        const char *part;
    } cases[] = {
        {10, 0xffffffff, PNEUMOSCOPE_BAD_IMAGE, "cut short"},
        {10, 55, PNEUMOSCOPE_BAD_IMAGE, "cut short"},
        {10, 53, PNEUMOSCOPE_BAD_IMAGE, "at byte 53, inside its header"},
        {10, 0, PNEUMOSCOPE_BAD_IMAGE, "at byte 0, inside its header"},
        {14, 0, PNEUMOSCOPE_BAD_IMAGE, "states 0 bytes"},
        {14, 11, PNEUMOSCOPE_BAD_IMAGE, "states 11 bytes"},
        {14, 39, PNEUMOSCOPE_BAD_IMAGE, "states 39 bytes"},
        {14, 0xfffffff8, PNEUMOSCOPE_BAD_IMAGE, "states 4294967288 bytes"},
        {18, 0, PNEUMOSCOPE_BAD_IMAGE, "without pixels: 0 x 16"},
        {18, 65535, PNEUMOSCOPE_BAD_IMAGE, "100 % of its 65535 x 16 pixels"},
        {18, 0xffffffff, PNEUMOSCOPE_IMAGE_TOO_LARGE, "at most 65535 a side"},
        {22, 0, PNEUMOSCOPE_BAD_IMAGE, "without pixels: 16 x 0"},
        {22, 65535, PNEUMOSCOPE_BAD_IMAGE, "100 % of its 16 x 65535 pixels"},
        {22, 0xffff0001, PNEUMOSCOPE_BAD_IMAGE, "100 % of its 16 x 65535 pixels"},
        {22, 0x80000000, PNEUMOSCOPE_IMAGE_TOO_LARGE, "16 x 2147483648"},
        {28, 0xffff, PNEUMOSCOPE_BAD_IMAGE, "cut short"},
        {28, 17, PNEUMOSCOPE_BAD_IMAGE, "could not be decoded"},
        {30, 1, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "method 1"},
        {30, 2, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "method 2"},
        {30, 4, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "method 4"},
        {30, 0xffffffff, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "compressed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_bmp(WIDTH, HEIGHT, 24, 0, &nbytes);
        write_le(file + cases[i].at, cases[i].value, 4);
        refuse(file, nbytes, cases[i].status, cases[i].part);
        free(file);
    }
}

/* Whatever a byte is changed to, the file is read or refused with a sentence. */
static void test_damage(void **state) {
    (void)state;
    static const uint8_t changes[] = {0x01, 0x08, 0x80, 0xff};
    for (uint32_t depth = 8; depth <= 24; depth += 16) {
        size_t nbytes;
        uint8_t *file = fixture_bmp(11, 5, depth, 0, &nbytes);
        for (size_t at = 0; at < nbytes * 4; at++) {
            image film;
            detail why = {.text = "?"};
            file[at / 4] ^= changes[at % 4];
            if (image_decode(&film, file, nbytes, MAX_PIXELS, &why))
                assert_sentence(why.text, "");
            image_free(&film);
            file[at / 4] ^= changes[at % 4];
        }
        free(file);
    }
}

int bmp_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels_and_beginnings),
        cmocka_unit_test(test_every_palette_depth),
        cmocka_unit_test(test_every_header),
        cmocka_unit_test(test_os2_header),
        cmocka_unit_test(test_short_palette),
        cmocka_unit_test(test_short_palette_of_few_bits),
        cmocka_unit_test(test_gap_before_the_pixels),
        cmocka_unit_test(test_headers_that_are_not_read),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests_name("bmp", tests, NULL, NULL);
}
