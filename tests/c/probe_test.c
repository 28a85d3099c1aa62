#include "image/decode.h"
#include "image/formats.h"

#include "fixture_image.h"
#include "tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const JPEGS[] = {"grey.jpg", "progressive.jpg", "rgb.jpg", "colour.jpg", "colour-progressive.jpg"};
enum { NJPEGS = sizeof JPEGS / sizeof JPEGS[0], JPEG_WIDTH = 41, JPEG_HEIGHT = 23 };

static header accept(const uint8_t *file, size_t nbytes) {
    header found = {0};
    const format *found_kind;
    detail why = {.text = "?"};
    if (format_probe(&found_kind, &found, file, nbytes, &why) != PNEUMOSCOPE_OK)
        fail_msg("a sound file is refused: %s", why.text);
    return found;
}

static void refuse(const uint8_t *file, size_t nbytes, pneumoscope_status expected, const char *part) {
    header found = {0};
    const format *found_kind;
    detail why = {.text = "?"};
    assert_refused(format_probe(&found_kind, &found, file, nbytes, &why), expected, why.text, part);
}

/* ---- kinds ---- */

static void test_kinds_that_are_not_read(void **state) {
    (void)state;
    static const struct {
        size_t offset;
        const char *magic;
        size_t nbytes;
        pneumoscope_status status;
        const char *part;
    } cases[] = {
        {128, "DICM", 4, PNEUMOSCOPE_BAD_IMAGE, "The DICOM file has no pixels"},
        {0, "GIF89a", 6, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a GIF"},
        {0, "II*\0", 4, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a TIFF"},
        {0, "MM\0*", 4, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a TIFF"},
        {0, "RIFF\x40\0\0\0WEBPVP8 ", 16, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a WebP"},
        {0, "\0\0\0\030ftypheic", 12, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a HEIC"},
        {0, "\0\0\0\x0cjP  \r\n\x87\n", 12, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a JPEG 2000"},
        {0, "\0\0\0\030ftypavif", 12, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "an AVIF"},
        {0, "\0\0\0\030ftypisom", 12, PNEUMOSCOPE_BAD_IMAGE, "a video"},
        {0, "II+\0", 4, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a BigTIFF"},
        {0, "II\xbc\1", 4, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a JPEG XR"},
        {0, "P5\n2 2\n", 7, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a PGM"},
        {344, "n+1\0", 4, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a NIfTI volume"},
        {0, "\x1f\x8b", 2, PNEUMOSCOPE_BAD_IMAGE, "a gzip archive: unpack it"},
        {0, "7z\xbc\xaf'\x1c", 6, PNEUMOSCOPE_BAD_IMAGE, "a 7z archive: unpack it"},
        {257, "ustar", 5, PNEUMOSCOPE_BAD_IMAGE, "a tar archive: unpack it"},
        {0, "%PDF-1.7", 8, PNEUMOSCOPE_BAD_IMAGE, "a PDF document"},
        {0, "PK\3\4", 4, PNEUMOSCOPE_BAD_IMAGE, "a ZIP archive"},
        {0, "<!DOCTYPE html>", 15, PNEUMOSCOPE_BAD_IMAGE, "a web page"},
        {0, "<html>", 6, PNEUMOSCOPE_BAD_IMAGE, "a web page"},
        {0, "x", 1, PNEUMOSCOPE_BAD_IMAGE, "not an image"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t tail = 0; tail <= 200; tail += 200) {
            size_t nbytes = cases[i].offset + cases[i].nbytes + tail;
            uint8_t *file = calloc(nbytes, 1);
            assert_non_null(file);
            memcpy(file + cases[i].offset, cases[i].magic, cases[i].nbytes);
            refuse(file, nbytes, cases[i].status, cases[i].part);
            free(file);
        }
}

/* Random bytes, bare and behind the beginning of every kind that is read. */
static void test_random_bytes(void **state) {
    (void)state;
    static const struct {
        const char *magic;
        size_t nbytes;
    } kinds[] = {{"", 0}, {"\xff\xd8\xff", 3}, {"\xff\xd8\xff\xda\0\2", 6}, {"\x89PNG\r\n\x1a\n", 8}, {"BM", 2}};
    uint32_t seed = 1;
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++)
        for (size_t nbytes = kinds[kind].nbytes + 1; nbytes < 300; nbytes++) {
            uint8_t *file = malloc(nbytes);
            header found = {0};
            const format *found_kind;
            detail why = {.text = "?"};
            assert_non_null(file);
            for (size_t i = 0; i < nbytes; i++)
                file[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
            memcpy(file, kinds[kind].magic, kinds[kind].nbytes);
            assert_int_not_equal(format_probe(&found_kind, &found, file, nbytes, &why), PNEUMOSCOPE_OK);
            assert_sentence(why.text, "");
            free(file);
        }
}

/* ---- JPEG ---- */

/* Where the first segment of this kind begins, before the first scan. */
static size_t segment_at(const uint8_t *jpeg, unsigned marker) {
    size_t at = 2;
    while (jpeg[at + 1] != marker && jpeg[at + 1] != 0xda)
        at += 2 + ((size_t)jpeg[at + 2] << 8 | jpeg[at + 3]);
    assert_int_equal(jpeg[at + 1], marker);
    return at;
}

/* Every beginning of a JPEG: its picture may be there but for its end, of which the decoder tells how much it is. */
static void try_beginnings(const uint8_t *file, size_t nbytes) {
    size_t naccepted = 0;
    for (size_t n = 1; n < nbytes; n++) {
        uint8_t *beginning = fixture_copy(file, n);
        header found = {0};
        const format *kind;
        detail why = {.text = "?"};
        pneumoscope_status status = format_probe(&kind, &found, beginning, n, &why);
        if (status)
            assert_sentence(why.text, "");
        else
            assert_in_range(found.cut_at, 1, n);
        naccepted += !status;
        free(beginning);
    }
    assert_in_range(naccepted, 2, nbytes - 100); /* the tables come before the picture */
}

static void test_jpeg_is_read_and_its_beginnings_are_known(void **state) {
    (void)state;
    for (size_t i = 0; i < NJPEGS; i++) {
        size_t nbytes;
        uint8_t *file = fixture_load(JPEGS[i], &nbytes);
        header found = accept(file, nbytes);
        assert_int_equal(found.width, JPEG_WIDTH);
        assert_int_equal(found.height, JPEG_HEIGHT);
        assert_int_equal(found.bits, 8);
        assert_int_equal(found.orientation, 1);
        assert_int_equal(found.cut_at, 0);
        try_beginnings(file, nbytes);
        free(file);
    }
}

/* `nbytes` of jpeg with `nadded` bytes put in at `at`; the result replaces the file. */
static uint8_t *insert(uint8_t *file, size_t *nbytes, size_t at, const void *added, size_t nadded) {
    uint8_t *longer = realloc(file, *nbytes + nadded);
    assert_non_null(longer);
    memmove(longer + at + nadded, longer + at, *nbytes - at);
    memcpy(longer + at, added, nadded);
    *nbytes += nadded;
    return longer;
}

static void test_jpeg_restarts_fill_bytes_and_a_tail(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_load("grey.jpg", &nbytes);
    file = insert(file, &nbytes, nbytes - 2, "\xff\xd0\x12\xff\xd7\x12\xff\0\x12\xff\xff\xd1\x12", 13);
    file = insert(file, &nbytes, nbytes - 2, "\xff\xff", 2);
    file = insert(file, &nbytes, segment_at(file, 0xc0), "\xff\xff\xff", 3);
    file = insert(file, &nbytes, nbytes, "tail", 4);
    assert_int_equal(accept(file, nbytes).width, JPEG_WIDTH);
    try_beginnings(file, nbytes - 4);
    free(file);
}

static void test_jpeg_frames_that_are_not_read(void **state) {
    (void)state;
    static const struct {
        size_t at; /* from the frame's marker: 1 kind, 3 length, 4 bits, 6 height, 8 width, 9 channels */
        uint8_t value;
        pneumoscope_status status;
        const char *part;
    } cases[] = {
        {4, 12, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "12 bits"},   {4, 16, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "16 bits"},
        {1, 0xc3, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "type 3"},  {1, 0xc5, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "type 5"},
        {1, 0xc7, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "type 7"},  {1, 0xc9, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "type 9"},
        {1, 0xca, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "type 10"}, {1, 0xcf, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "type 15"},
        {9, 4, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "CMYK"},       {3, 7, PNEUMOSCOPE_BAD_IMAGE, "cut short"},
        {3, 1, PNEUMOSCOPE_BAD_IMAGE, "cut short"},          {6, 0, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "DNL"},
        {1, 0xf7, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "JPEG-LS"}, {8, 0, PNEUMOSCOPE_BAD_IMAGE, "without pixels: 0 x 23"},
        {1, 0xfe, PNEUMOSCOPE_BAD_IMAGE, "without pixels"},  {0, 0, PNEUMOSCOPE_BAD_IMAGE, "without pixels"},
    };
    size_t nbytes;
    uint8_t *file = fixture_load("grey.jpg", &nbytes), *frame = file + segment_at(file, 0xc0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t before = frame[cases[i].at];
        frame[cases[i].at] = cases[i].value;
        refuse(file, nbytes, cases[i].status, cases[i].part);
        frame[cases[i].at] = before;
    }
    accept(file, nbytes);
    uint8_t *second = fixture_copy(frame, 13);
    file = insert(file, &nbytes, segment_at(file, 0xc0), second, 13);
    refuse(file, nbytes, PNEUMOSCOPE_BAD_IMAGE, "two frame headers");
    free(second);
    free(file);
    file = fixture_load("cmyk.jpg", &nbytes);
    refuse(file, nbytes, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "CMYK");
    free(file);
}

/* stb_image would show whatever lay in memory where these channels should be. */
static void test_jpeg_with_channels_that_never_come(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_load("grey.jpg", &nbytes);
    size_t scan = segment_at(file, 0xda), frame = segment_at(file, 0xc0);
    uint8_t after[2] = {file[scan], file[scan + 1]};
    memcpy(file + scan, "\xff\xd9", 2);
    refuse(file, scan + 2, PNEUMOSCOPE_BAD_IMAGE, "0 of its 1 channels");
    memcpy(file + scan, after, 2);
    file = insert(file, &nbytes, frame + 13, "\2\x11\0\3\x11\0", 6);
    file[frame + 3] = 17;
    file[frame + 9] = 3;
    refuse(file, nbytes, PNEUMOSCOPE_BAD_IMAGE, "1 of its 3 channels");
    free(file);
    file = fixture_load("colour-progressive.jpg", &nbytes);
    file[segment_at(file, 0xda) + 13] |= 0x10; /* the first scan only refines */
    refuse(file, nbytes, PNEUMOSCOPE_BAD_IMAGE, "0 of its 3 channels");
    free(file);
}

static void test_size_of_65535_is_told(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_load("grey.jpg", &nbytes);
    memset(file + segment_at(file, 0xc0) + 5, 0xff, 4);
    assert_int_equal(accept(file, nbytes).width, 65535);
    assert_int_equal(accept(file, nbytes).height, 65535);
    free(file);
}

/* ---- PNG ---- */

/* A file that ends early, or has a byte changed, in a block of its own size: it is refused, or read as the whole with a
 * warning, where all its pixels are there. Gives whether it is read. */
static bool read_or_refuse(const uint8_t *file, size_t nbytes, const image *whole) {
    uint8_t *copy = fixture_copy(file, nbytes);
    image film;
    detail why = {.text = "?"};
    pneumoscope_status status = image_decode(&film, copy, nbytes, 1000, &why);
    if (status) {
        assert_refused(status, PNEUMOSCOPE_BAD_IMAGE, why.text, "");
    } else {
        assert_true(film.warnings & PNEUMOSCOPE_WARNING_TRUNCATED);
        assert_int_equal(film.width * film.height * film.depth, whole->width * whole->height * whole->depth);
        assert_memory_equal(film.owned, whole->owned, (size_t)film.width * film.height * film.depth / 8);
    }
    image_free(&film);
    free(copy);
    return !status;
}

static void test_png_is_read_and_its_beginnings_are_not(void **state) {
    (void)state;
    for (uint32_t bits = 1; bits <= 16; bits *= 2) {
        size_t nbytes;
        uint8_t *file = fixture_png_grey(11, 5, bits, &nbytes);
        header found = accept(file, nbytes);
        assert_int_equal(found.width, 11);
        assert_int_equal(found.height, 5);
        assert_int_equal(found.bits, bits);
        image whole;
        detail why;
        assert_int_equal(image_decode(&whole, file, nbytes, 1000, &why), PNEUMOSCOPE_OK);
        assert_false(whole.warnings & PNEUMOSCOPE_WARNING_TRUNCATED);
        size_t nread = 0;
        for (size_t n = 1; n < nbytes; n++)
            nread += read_or_refuse(file, n, &whole);
        assert_in_range(nread, 12, 24); /* what follows the pixels: two checksums and the last chunk */
        image_free(&whole);
        free(file);
    }
}

/* The checksums cover all but the signature and the lengths, and those cannot change unseen either. */
static void test_png_with_any_byte_changed(void **state) {
    (void)state;
    static const uint8_t changes[] = {0x01, 0x80, 0xff};
    size_t nbytes;
    image whole;
    detail why;
    uint8_t *file = fixture_png_grey(11, 5, 8, &nbytes);
    assert_int_equal(image_decode(&whole, file, nbytes, 1000, &why), PNEUMOSCOPE_OK);
    for (size_t at = 0; at < nbytes; at++)
        for (size_t i = 0; i < sizeof changes; i++) {
            file[at] ^= changes[i];
            read_or_refuse(file, nbytes, &whole);
            file[at] ^= changes[i];
        }
    image_free(&whole);
    free(file);
}

static void test_png_with_a_wrong_first_chunk(void **state) {
    (void)state;
    static const struct {
        size_t at; /* in the file: the header chunk begins at byte 8 */
        const char *bytes;
        size_t nbytes;
        const char *part;
    } cases[] = {
        {12, "CgBI", 4, "begin with IHDR"},
        {8, "\0\0\0\x0c", 4, "begin with IHDR"},
        {16, "\0\0\0\0", 4, "without pixels: 0 x 5"},
        {20, "\0\0\0\0", 4, "without pixels: 11 x 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_png_grey(11, 5, 8, &nbytes);
        memcpy(file + cases[i].at, cases[i].bytes, cases[i].nbytes);
        fixture_png_seal(file + 8);
        refuse(file, nbytes, PNEUMOSCOPE_BAD_IMAGE, cases[i].part);
        free(file);
    }
}

int probe_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_that_are_not_read),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_jpeg_is_read_and_its_beginnings_are_known),
        cmocka_unit_test(test_jpeg_restarts_fill_bytes_and_a_tail),
        cmocka_unit_test(test_jpeg_frames_that_are_not_read),
        cmocka_unit_test(test_jpeg_with_channels_that_never_come),
        cmocka_unit_test(test_size_of_65535_is_told),
        cmocka_unit_test(test_png_is_read_and_its_beginnings_are_not),
        cmocka_unit_test(test_png_with_any_byte_changed),
        cmocka_unit_test(test_png_with_a_wrong_first_chunk),
    };
    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
