/* The orientation tag: in both byte orders, in every file that carries it, and damaged in every way. */
#include "fixture_image.h"
#include "image/decode.h"
#include "image/exif.h"
#include "image/formats.h"
#include "tests.h"

#include <stdlib.h>
#include <string.h>

/* fixture_exif's layout */
enum { DIRECTORY = 10, FIRST_ENTRY = 12, ORIENTATION = FIRST_ENTRY + 12, ORIENTATION_END = ORIENTATION + 12 };

static uint32_t orientation_in_png(const uint8_t *exif, size_t exif_nbytes) {
    size_t nbytes;
    uint8_t *file =
        fixture_png_write(&(fixture_png){.width = 3, .height = 2, .bits = 8, .exif = {exif, exif_nbytes}}, &nbytes);
    image film;
    detail why;
    assert_int_equal(image_decode(&film, file, nbytes, 100, &why), PNEUMOSCOPE_OK);
    image_free(&film);
    free(file);
    return film.orientation;
}

static uint32_t orientation_in_jpeg(const uint8_t *exif, size_t exif_nbytes) {
    size_t nbytes, jpeg_nbytes;
    uint8_t *jpeg = fixture_load("grey.jpg", &jpeg_nbytes);
    uint8_t *file = fixture_jpeg_with_exif(jpeg, jpeg_nbytes, exif, exif_nbytes, &nbytes);
    header found = {0};
    const format *kind;
    detail why;
    assert_int_equal(format_probe(&kind, &found, file, nbytes, &why), PNEUMOSCOPE_OK);
    free(jpeg);
    free(file);
    return found.orientation;
}

static void test_every_orientation_in_every_carrier(void **state) {
    (void)state;
    for (uint32_t value = 0; value <= 65535; value = value < 10 ? value + 1 : value * 2 + 1)
        for (int big_endian = 0; big_endian <= 1; big_endian++) {
            size_t nbytes;
            uint8_t *exif = fixture_exif(big_endian, value, &nbytes);
            uint32_t expected = value >= 1 && value <= 8 ? value : 1;
            assert_int_equal(exif_orientation(exif, nbytes), expected);
            assert_int_equal(orientation_in_png(exif, nbytes), expected);
            assert_int_equal(orientation_in_jpeg(exif, nbytes), expected);
            free(exif);
        }
}

static void test_beginnings(void **state) {
    (void)state;
    for (int big_endian = 0; big_endian <= 1; big_endian++) {
        size_t nbytes;
        uint8_t *exif = fixture_exif(big_endian, 6, &nbytes);
        for (size_t n = 0; n <= nbytes; n++) {
            uint8_t *beginning = fixture_copy(exif, n);
            assert_int_equal(exif_orientation(beginning, n), n >= ORIENTATION_END ? 6 : 1);
            free(beginning);
        }
        free(exif);
    }
}

/* Big-endian, so that the bytes read like the numbers. */
static void test_damage(void **state) {
    (void)state;
    static const struct {
        const char *what;
        size_t at, nbytes;
        const char *bytes;
        uint32_t expected;
    } cases[] = {
        {"mixed byte orders", 0, 2, "IM", 1},
        {"little-endian, although the numbers are not", 0, 4, "II*\0", 1},
        {"not a TIFF", 2, 2, "\0\x2b", 1},
        {"a directory far outside", 4, 4, "\xff\xff\xff\xff", 1},
        {"a directory that begins with the last byte", 4, 4, "\0\0\0\x33", 1},
        {"a directory on the last two bytes", 4, 4, "\0\0\0\x32", 1},
        {"a directory in the header", 4, 4, "\0\0\0\0", 1},
        {"no entries", DIRECTORY, 2, "\0\0", 1},
        {"one entry, not the orientation", DIRECTORY, 2, "\0\1", 1},
        {"more entries than there are bytes", DIRECTORY, 2, "\xff\xff", 6},
        {"another tag", ORIENTATION, 2, "\1\x11", 1},
        {"another type", ORIENTATION + 2, 2, "\0\4", 1},
        {"no value", ORIENTATION + 4, 4, "\0\0\0\0", 1},
        {"two values", ORIENTATION + 4, 4, "\0\0\0\2", 1},
        {"2^31 values", ORIENTATION + 4, 4, "\x80\0\0\0", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nbytes;
        uint8_t *exif = fixture_exif(1, 6, &nbytes);
        assert_int_equal(nbytes, 0x34);
        memcpy(exif + cases[i].at, cases[i].bytes, cases[i].nbytes);
        uint32_t orientation = exif_orientation(exif, nbytes);
        if (orientation != cases[i].expected)
            fail_msg("%s: orientation %u", cases[i].what, orientation);
        free(exif);
    }
}

/* A PNG or JPEG whose EXIF block is empty, cut or nonsense is still a film. */
static void test_a_film_is_not_refused_for_it(void **state) {
    (void)state;
    uint8_t nonsense[40];
    for (size_t i = 0; i < sizeof nonsense; i++)
        nonsense[i] = (uint8_t)fixture_pattern(i, 8);
    for (size_t n = 0; n <= sizeof nonsense; n++) {
        assert_int_equal(orientation_in_png(nonsense, n), 1);
        assert_int_equal(orientation_in_jpeg(nonsense, n), 1);
    }
}

/* A segment that ends inside its own name must not make the block after it look endless. */
static void test_a_segment_shorter_than_its_name(void **state) {
    (void)state;
    static const char bytes[] = "\xff\xd8\xff\xe1\0\6Exif\0\0II*\0\xff\xff\xff";
    uint8_t *file = fixture_copy(bytes, sizeof bytes);
    header found = {0};
    const format *kind;
    detail why;
    assert_refused(format_probe(&kind, &found, file, sizeof bytes, &why), PNEUMOSCOPE_BAD_IMAGE, why.text, "cut short");
    free(file);
}

int exif_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_orientation_in_every_carrier),
        cmocka_unit_test(test_beginnings),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_a_film_is_not_refused_for_it),
        cmocka_unit_test(test_a_segment_shorter_than_its_name),
    };
    return cmocka_run_group_tests_name("exif", tests, NULL, NULL);
}
